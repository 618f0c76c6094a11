"""DecisionTreeClassifier and DecisionTreeRegressor, ExtraTreeClassifier and ExtraTreeRegressor."""

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor


def classifier(**params):
    return DecisionTreeClassifier(random_state=0, **dict(dict(max_depth=4), **params))


def regressor(**params):
    return DecisionTreeRegressor(random_state=0, **dict(dict(max_depth=4), **params))


def squared(to):
    return "squared_error" if to.since(1, 0) else "mse"


def absolute(to):
    return "absolute_error" if to.since(1, 0) else "mae"


def add_cases(to, data):
    classifiers(to, data)
    regressors(to, data)
    missing(to, data)
    extra(to, data)


def classifiers(to, data):
    X, y = data.blobs(3, seed=30)
    to.add("tree-three", "three classes", classifier(), X, y)
    to.add("tree-binary", "two classes", classifier(), *data.blobs(2, seed=31))
    to.add("tree-deep", "grown until pure, iris", classifier(max_depth=None), *data.iris_full())
    to.add("tree-string", "text labels", classifier(), X, np.array(["low", "mid", "tall"])[y])
    to.add("tree-bool", "labels False and True", classifier(), X, y == 2)
    to.add("tree-odd-integers", "labels -7, 0 and 40", classifier(), X, np.array([40, -7, 0])[y])
    to.add("tree-entropy", "criterion entropy", classifier(criterion="entropy"), X, y)
    if to.since(1, 1):
        to.add("tree-log-loss", "criterion log_loss", classifier(criterion="log_loss"), X, y)
    else:
        to.skip("tree-log-loss", "log_loss came with 1.1")
    to.add("tree-weighted", "class weights: leaf counts are not whole", classifier(class_weight={0: 0.3, 1: 2.5, 2: 1.0}), X, y)
    to.add("tree-random-splits", "splitter random", classifier(splitter="random"), X, y)
    to.add("tree-best-first", "grown best first, at most six leaves", classifier(max_leaf_nodes=6, max_depth=None), X, y)
    to.add("tree-one-leaf", "one leaf, three classes", classifier(min_samples_leaf=40), X, y)
    to.add("tree-one-class", "only one class seen", classifier(), X, np.full(len(y), 3))
    to.add("tree-leaf-tie", "a leaf with equally many of two classes", classifier(max_depth=1), *tied())
    several = np.column_stack([y, (y + (X[:, 0] > 0)) % 2, np.round(X[:, 1]).astype(int) % 4])
    to.add("tree-several-outputs", "three outputs with 3, 2 and 4 classes", classifier(), X, several)
    if to.since(0, 24):
        to.add("tree-several-string", "two outputs of text labels", classifier(), X, np.array(["a", "b", "ccc"])[several[:, :2]])
    else:
        to.skip("tree-several-string", "predict failed for text labels of several outputs until 0.22")


def tied():
    X = np.array([[0.0], [0.0], [0.0], [0.0], [1.0], [1.0]] * 3)
    return X, np.array([5, 4, 5, 4, 6, 6] * 3)


def regressors(to, data):
    X, y = data.curve(seed=32)
    to.add("tree-regressor", "one target", regressor(), X, y)
    to.add("tree-regressor-deep", "grown until pure", regressor(max_depth=None), X, y)
    to.add("tree-regressor-squared", "squared error by its name", regressor(criterion=squared(to)), X, y)
    to.add("tree-regressor-absolute", "absolute error: medians in the leaves", regressor(criterion=absolute(to)), X, y)
    to.add("tree-regressor-friedman", "criterion friedman_mse", regressor(criterion="friedman_mse"), X, y)
    if to.since(0, 24):
        to.add("tree-regressor-poisson", "criterion poisson", regressor(criterion="poisson"), X, np.abs(y) + 0.5)
    else:
        to.skip("tree-regressor-poisson", "poisson came with 0.24")
    to.add("tree-regressor-one-leaf", "one leaf", regressor(min_samples_leaf=50), X, y)
    to.add("tree-regressor-column", "one target given as a column", regressor(), X, y.reshape(-1, 1))
    to.add("tree-regressor-several", "three targets", regressor(), *data.curve(outputs=3, seed=33))


def missing(to, data):
    if not to.since(1, 3):
        for name in ("tree-missing", "tree-missing-string", "tree-regressor-missing", "tree-missing-unseen"):
            to.skip(name, "missing values in trees came with 1.3")
        return
    X, y = data.blobs(3, features=4, rows=90, seed=34)
    holed = data.holes(X)
    to.add("tree-missing", "missing values seen in training, and asked", classifier(max_depth=6), holed, y, missing=True)
    to.add("tree-missing-string", "the same with text labels", classifier(), holed, np.array(["x", "y", "z"])[y], missing=True)
    to.add("tree-missing-unseen", "missing values asked, none seen in training", classifier(), X, y, missing=True)
    X, y = data.curve(features=4, rows=90, seed=35)
    to.add("tree-regressor-missing", "regression with missing values", regressor(max_depth=6), data.holes(X), y, missing=True)


def extra(to, data):
    X, y = data.blobs(3, seed=30)
    words = np.array(["low", "mid", "tall"])[y]
    to.add("extra-tree", "text labels", ExtraTreeClassifier(random_state=0, max_depth=4), X, words)
    to.add("extra-tree-best", "an extra tree with best splits", ExtraTreeClassifier(random_state=0, max_depth=4, splitter="best"), X, y)
    to.add("extra-tree-several-outputs", "two outputs", ExtraTreeClassifier(random_state=0, max_depth=4), X, np.column_stack([y, y % 2]))
    X, y = data.curve(outputs=2, seed=36)
    to.add("extra-tree-regressor", "one target", ExtraTreeRegressor(random_state=0, max_depth=4), X, y[:, 0])
    to.add("extra-tree-regressor-several", "two targets", ExtraTreeRegressor(random_state=0, max_depth=4), X, y)
    if not to.since(1, 6):
        to.skip("extra-tree-missing", "missing values in extra trees came with 1.6")
        to.skip("extra-tree-regressor-missing", "missing values in extra trees came with 1.6")
        to.skip("tree-random-missing", "missing values with random splits came with 1.6")
        return
    X, y = data.blobs(3, features=4, rows=90, seed=34)
    to.add("extra-tree-missing", "missing values", ExtraTreeClassifier(random_state=0, max_depth=5), data.holes(X), y, missing=True)
    to.add("tree-random-missing", "missing values and splitter random", classifier(splitter="random"), data.holes(X), y, missing=True)
    X, y = data.curve(features=4, rows=90, seed=35)
    to.add("extra-tree-regressor-missing", "missing values", ExtraTreeRegressor(random_state=0, max_depth=5), data.holes(X), y, missing=True)
