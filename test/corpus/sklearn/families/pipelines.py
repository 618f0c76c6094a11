"""Pipelines of the other families."""

import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor

# gamma=SCALE came with 0.20; before, a number near to what it would be.
SCALE = 0.2 if sklearn.__version__.startswith("0.18") else "scale"


def add_cases(to, data):
    classifiers(to, data)
    others(to, data)
    steps_left_out(to, data)


def classifiers(to, data):
    X, y = data.wine()
    to.add("pipeline-svc", "scaler, then SVC, wine", make_pipeline(StandardScaler(), SVC(gamma=SCALE, C=2.0)), X, y)
    to.add("pipeline-svc-proba", "scaler, then SVC with probabilities", make_pipeline(StandardScaler(), SVC(gamma=SCALE, probability=True, random_state=0)), *data.iris_half())
    to.add("pipeline-logistic", "scaler, then logistic regression, wine", make_pipeline(StandardScaler(), LogisticRegression(solver="lbfgs")), X, y)
    X, y = data.iris_half()
    names = data.iris_names(y)
    nested = Pipeline([("prepare", Pipeline([("scale", StandardScaler()), ("again", StandardScaler(with_std=False))])), ("clf", LogisticRegression(max_iter=500))])
    to.add("pipeline-nested", "a pipeline inside, then logistic regression with text labels", nested, X, names)
    inner = Pipeline([("scale", StandardScaler()), ("model", Pipeline([("scale", StandardScaler(with_mean=False)), ("svc", SVC(gamma=SCALE))]))])
    to.add("pipeline-nested-last", "the last step is a pipeline", inner, X, y)
    to.add("pipeline-forest", "scaler, then forest", make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=5, max_depth=3, random_state=0)), *data.blobs(3, seed=60))
    to.add("pipeline-bayes", "scaler, then naive Bayes", make_pipeline(StandardScaler(), GaussianNB()), X, names)
    to.add("pipeline-alone", "one step", Pipeline([("clf", LogisticRegression(max_iter=500))]), X, y)


def others(to, data):
    X, y = data.curve(seed=61)
    to.add("pipeline-linear", "scaler, then linear regression", make_pipeline(StandardScaler(), LinearRegression()), X, y)
    to.add("pipeline-tree", "scaler, then regression tree", make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=4, random_state=0)), X, y)
    to.add("pipeline-several", "scaler, then three targets", make_pipeline(StandardScaler(), LinearRegression()), *data.curve(outputs=3, seed=62))
    to.add("pipeline-transformer", "ends in a transformer", make_pipeline(StandardScaler(with_mean=False), StandardScaler()), X)


def steps_left_out(to, data):
    X, y = data.blobs(3, seed=63)
    to.add("pipeline-none", "a step that is None", Pipeline([("gone", None), ("scale", StandardScaler()), ("clf", GaussianNB())]), X, y)
    to.add("pipeline-none-last", "ends in None: a transformer", Pipeline([("scale", StandardScaler()), ("gone", None)]), X, y)
    if not to.since(0, 21):
        to.skip("pipeline-passthrough", "passthrough came with 0.21")
        to.skip("pipeline-passthrough-last", "passthrough came with 0.21")
        return
    to.add("pipeline-passthrough", "a step that is passthrough", Pipeline([("scale", StandardScaler()), ("gone", "passthrough"), ("clf", SVC(gamma=SCALE))]), X, y)
    to.add("pipeline-passthrough-last", "ends in passthrough: a transformer", Pipeline([("scale", StandardScaler()), ("gone", "passthrough")]), X, y)
