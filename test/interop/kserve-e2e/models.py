"""Models under the paths of KServe's example buckets. They are trained here: the originals are not ours to hand on."""

import pathlib

import joblib
import lightgbm
import xgboost
from sklearn import datasets, svm

BUCKETS = ["kfserving-examples", "seldon-models"]
# Columns as KServe's requests of LightGBM name them.
COLUMNS = ["sepal_length_(cm)", "sepal_width_(cm)", "petal_length_(cm)", "petal_width_(cm)"]


def written(folder):
    """Files by bucket and name."""
    iris = datasets.load_iris()
    folder = pathlib.Path(folder)
    support = folder / "svm.joblib"
    joblib.dump(svm.SVC(gamma="scale").fit(iris.data, iris.target), support)
    boosted = folder / "model.bst"
    classes = {"objective": "multi:softmax", "num_class": 3, "max_depth": 3}
    xgboost.train(classes, xgboost.DMatrix(iris.data, iris.target), 10).save_model(folder / "model.ubj")
    (folder / "model.ubj").rename(boosted)
    gradient = folder / "lightgbm.bst"
    table = lightgbm.Dataset(iris.data, iris.target, feature_name=COLUMNS)
    lightgbm.train({"objective": "multiclass", "num_class": 3, "verbose": -1}, table, 20).save_model(gradient)
    kserve, seldon = BUCKETS
    return {
        (kserve, "models/sklearn/1.0/model/model.joblib"): support,
        (kserve, "models/xgboost/1.5/model/model.bst"): boosted,
        (kserve, "models/xgboost/iris/model.bst"): boosted,
        (kserve, "models/lightgbm/iris/model.bst"): gradient,
        (kserve, "models/lightgbm/v2/iris/model.bst"): gradient,
        (seldon, "sklearn/mms/lr_model/model.joblib"): support,
        (seldon, "xgboost/mms/iris/model.bst"): boosted,
    }
