"""Small models of the three libraries, as their users save them: `make(folder)` writes a directory a library, and in it one a model."""

import pickle
from pathlib import Path

import joblib
import lightgbm
import numpy
import pandas
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

ROUNDS = 4
NAMES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
IRIS = load_iris()
X, Y = IRIS.data, IRIS.target
TWO = (Y == 2) * 1
LENGTH = X @ numpy.array([0.5, -1.0, 2.0, 0.25])
GROUPS = [50, 50, 50]
FRAME = pandas.DataFrame(X, columns=NAMES)
MIXED = pandas.DataFrame({"age": X[:, 0] * 10, "income": X[:, 2], "city": numpy.array(["Bonn", "Seoul", "a b"])[Y]})
TEXTS = ["good iris", "bad river", "good good day", "bad bad night", "iris river", "day of the iris"]


def trees(objective, label, *, names=None, rows=X, **more):
    data = xgboost.DMatrix(rows, label, feature_names=names)
    if "group" in more:
        data.set_group(more.pop("group"))
    return xgboost.train({"objective": objective, "max_depth": 3, "seed": 1, "nthread": 1, **more}, data, ROUNDS)


def leaves(objective, label, *, rows=X, group=None, **more):
    options = {"objective": objective, "num_leaves": 5, "verbose": -1, "seed": 1, "num_threads": 1, **more}
    return lightgbm.train(options, lightgbm.Dataset(rows, label, group=group), ROUNDS)


def boosters():
    """{name: (file name, booster)} of XGBoost."""
    return {
        "xgb-binary": ("model.bst", trees("binary:logistic", TWO)),
        "xgb-raw": ("model.json", trees("binary:logitraw", TWO)),
        "xgb-softprob": ("model.json", trees("multi:softprob", Y, num_class=3)),
        "xgb-softmax": ("model.ubj", trees("multi:softmax", Y, num_class=3)),
        "xgb-regression": ("model.ubj", trees("reg:squarederror", LENGTH)),
        "xgb-counts": ("model.json", trees("count:poisson", Y)),
        "xgb-ranking": ("model.json", trees("rank:ndcg", Y, group=GROUPS)),
        "xgb-targets": ("model.json", trees("reg:squarederror", numpy.column_stack([LENGTH, -LENGTH]))),
        "xgb-linear": ("model.json", trees("reg:squarederror", LENGTH, booster="gblinear", updater="coord_descent")),
        "xgb-dart": ("model.json", trees("binary:logistic", TWO, booster="dart")),
        "xgb-names": ("model.json", trees("binary:logistic", TWO, names=NAMES)),
    }


def leafwise():
    """{name: booster} of LightGBM."""
    return {
        "lgb-binary": leaves("binary", TWO),
        "lgb-multiclass": leaves("multiclass", Y, num_class=3),
        "lgb-regression": leaves("regression", LENGTH),
        "lgb-ranking": leaves("lambdarank", Y, group=GROUPS),
        "lgb-names": leaves("binary", TWO, rows=FRAME),
    }


def learners():
    """{name: (file name, estimator)} of scikit-learn."""
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["age", "income"]), ("city", OneHotEncoder(handle_unknown="ignore"), ["city"])]
    )
    return {
        "sk-labels": ("model.joblib", SVC(gamma="scale").fit(X, Y)),
        "sk-words": ("model.pkl", LogisticRegression(max_iter=500).fit(X, IRIS.target_names[Y])),
        "sk-regression": ("model.pickle", Ridge().fit(X, LENGTH)),
        "sk-targets": ("model.joblib", LinearRegression().fit(X, numpy.column_stack([LENGTH, -LENGTH]))),
        "sk-outputs": ("model.joblib", MultiOutputClassifier(LogisticRegression(max_iter=500)).fit(X, numpy.column_stack([Y, TWO]))),
        "sk-frame": ("model.joblib", make_pipeline(columns, LogisticRegression(max_iter=500)).fit(MIXED, Y)),
        "sk-texts": ("model.joblib", make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, [1, 0, 1, 0, 1, 1])),
    }


def make(folder):
    """Writes every model into a directory of its own; returns {name: file}."""
    made = {}

    def place(name, file):
        path = Path(folder) / name.split("-")[0] / name / file
        path.parent.mkdir(parents=True)
        made[name] = path
        return path

    for name, (file, booster) in boosters().items():
        booster.save_model(place(name, file))
    for name, booster in leafwise().items():
        booster.save_model(place(name, "model.bst"))
    for name, (file, model) in learners().items():
        path = place(name, file)
        if file == "model.joblib":
            joblib.dump(model, path, compress=3)
        else:
            path.write_bytes(pickle.dumps(model, protocol=4))
    return made
