"""RandomForestClassifier and RandomForestRegressor, ExtraTreesClassifier and ExtraTreesRegressor: few shallow trees each."""

import numpy as np
from scipy import sparse
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor, RandomTreesEmbedding


def classifier(**params):
    return RandomForestClassifier(random_state=0, **dict(dict(max_depth=3, n_estimators=6), **params))


def regressor(**params):
    return RandomForestRegressor(random_state=0, **dict(dict(max_depth=3, n_estimators=6), **params))


def add_cases(to, data):
    classifiers(to, data)
    regressors(to, data)
    missing(to, data)
    extra(to, data)


def classifiers(to, data):
    X, y = data.blobs(3, seed=40)
    to.add("forest-three", "three classes", classifier(), X, y)
    to.add("forest-binary-ties", "four pure-leafed trees: many rows with the probability 1/2", classifier(n_estimators=4, max_depth=None), *data.blobs(2, seed=41, rows=40))
    to.add("forest-digits", "64 columns, five classes", classifier(n_estimators=5), *data.digits())
    to.add("forest-string", "text labels", classifier(), X, np.array(["low", "mid", "tall"])[y])
    to.add("forest-bool", "labels False and True", classifier(), X, y == 2)
    to.add("forest-odd-integers", "labels -7, 0 and 40", classifier(), X, np.array([40, -7, 0])[y])
    to.add("forest-entropy", "criterion entropy, no bootstrap", classifier(criterion="entropy", bootstrap=False, max_features=1), X, y)
    to.add("forest-weighted", "class weights balanced", classifier(class_weight="balanced"), X[:50], (y[:50] > 0) * 1)
    to.add("forest-one-leaf", "every tree one leaf", classifier(n_estimators=5, min_samples_leaf=40), X, y)
    to.add("forest-one-tree", "one tree", classifier(n_estimators=1), X, y)
    several = np.column_stack([y, (y + (X[:, 0] > 0)) % 2])
    to.add("forest-several-outputs", "two outputs with 3 and 2 classes", classifier(n_estimators=5), X, several)
    if to.since(0, 24):
        to.add("forest-several-string", "two outputs of text labels", classifier(n_estimators=5), X, np.array(["a", "b", "ccc"])[several])
    else:
        to.skip("forest-several-string", "predict failed for text labels of several outputs until 0.22")


def regressors(to, data):
    X, y = data.curve(seed=42)
    to.add("forest-regressor", "one target", regressor(), X, y)
    absolute = "absolute_error" if to.since(1, 0) else "mae"
    to.add("forest-regressor-absolute", "absolute error", regressor(criterion=absolute, n_estimators=5), X, y)
    to.add("forest-regressor-one-leaf", "every tree one leaf", regressor(min_samples_leaf=50), X, y)
    to.add("forest-regressor-several", "three targets", regressor(n_estimators=5), *data.curve(outputs=3, seed=43))


def missing(to, data):
    if not to.since(1, 4):
        to.skip("forest-missing", "missing values in forests came with 1.4")
        to.skip("forest-regressor-missing", "missing values in forests came with 1.4")
        return
    X, y = data.blobs(3, features=4, rows=90, seed=44)
    to.add("forest-missing", "missing values seen in training, and asked", classifier(max_depth=4), data.holes(X), y, missing=True)
    X, y = data.curve(features=4, rows=90, seed=45)
    to.add("forest-regressor-missing", "regression with missing values", regressor(max_depth=4), data.holes(X), y, missing=True)


def extra(to, data):
    small = dict(random_state=0, max_depth=3, n_estimators=5)
    X, y = data.blobs(3, seed=40)
    to.add("extra-trees", "text labels", ExtraTreesClassifier(**small), X, np.array(["low", "mid", "tall"])[y])
    to.add("extra-trees-bootstrap", "with bootstrap and out-of-bag scores", ExtraTreesClassifier(bootstrap=True, oob_score=True, random_state=0, max_depth=3, n_estimators=20), X, y)
    to.add("extra-trees-several-outputs", "two outputs", ExtraTreesClassifier(**small), X, np.column_stack([y, y % 2]))
    to.add("forest-sparse", "trained on a sparse matrix", classifier(n_estimators=4), X, y, fit_with=sparse.csr_matrix(X))
    to.add("trees-embedding", "the leaves as sparse columns", RandomTreesEmbedding(random_state=0, max_depth=3, n_estimators=4), X, keep=64)
    to.add("trees-embedding-dense", "the leaves as dense columns", RandomTreesEmbedding(random_state=0, max_depth=2, n_estimators=3, sparse_output=False), X, keep=64)
    X, y = data.curve(outputs=2, seed=46)
    to.add("extra-trees-regressor", "one target", ExtraTreesRegressor(**small), X, y[:, 0])
    to.add("extra-trees-regressor-several", "two targets", ExtraTreesRegressor(**small), X, y)
    if not to.since(1, 6):
        to.skip("extra-trees-missing", "missing values in extra trees came with 1.6")
        to.skip("extra-trees-regressor-missing", "missing values in extra trees came with 1.6")
        return
    X, y = data.blobs(3, features=4, rows=90, seed=44)
    to.add("extra-trees-missing", "missing values", ExtraTreesClassifier(**small), data.holes(X), y, missing=True)
    X, y = data.curve(features=4, rows=90, seed=45)
    to.add("extra-trees-regressor-missing", "missing values", ExtraTreesRegressor(**small), data.holes(X), y, missing=True)
