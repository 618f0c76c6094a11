"""GradientBoostingClassifier and GradientBoostingRegressor: few shallow trees each."""

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def classifier(**params):
    return GradientBoostingClassifier(random_state=0, **dict(dict(max_depth=2, n_estimators=5), **params))


def regressor(**params):
    return GradientBoostingRegressor(random_state=0, **dict(dict(max_depth=2, n_estimators=6), **params))


def add_cases(to, data):
    classifiers(to, data)
    regressors(to, data)
    starts(to, data)


def deviance(to):
    return "log_loss" if to.since(1, 1) else "deviance"


def classifiers(to, data):
    X, y = data.blobs(3, seed=200)
    half = y[y < 2]
    two = X[y < 2]
    to.add("boosted-three", "three classes", classifier(), X, y)
    to.add("boosted-three-string", "three text labels, sampled", classifier(subsample=0.7), X, np.array(["low", "mid", "tall"])[y])
    to.add("boosted-binary", "two classes", classifier(), two, half)
    to.add("boosted-binary-bool", "labels False and True, a larger rate", classifier(learning_rate=0.7), two, half == 1)
    to.add("boosted-deviance", "the loss by its name", classifier(loss=deviance(to)), two, half)
    to.add("boosted-exponential", "loss exponential, text labels", classifier(loss="exponential"), two, np.array(["no", "yes"])[half])
    to.add("boosted-balanced", "scores of exactly 0: as many of either class at every place", classifier(n_estimators=2), *balanced())
    to.add("boosted-balanced-exponential", "the same with loss exponential", classifier(n_estimators=2, loss="exponential"), *balanced())
    to.add("boosted-rare", "a rare class", classifier(), X, (np.arange(len(y)) < 2) * 1)
    if to.since(0, 20):
        to.add("boosted-early", "stopped early", classifier(n_estimators=40, n_iter_no_change=2, learning_rate=1.0), X, y)
    else:
        to.skip("boosted-early", "stopping early came with 0.20")


def balanced():
    X = np.array([[0.0, 1.0], [0.0, 2.0], [1.0, 1.0], [1.0, 2.0]] * 4)
    return X, np.repeat([0, 1, 1, 0], 4)


def regressors(to, data):
    X, y = data.curve(seed=210)
    names = ["squared_error", "absolute_error"] if to.since(1, 0) else ["ls", "lad"]
    for name, loss in zip(["squared", "absolute", "huber", "quantile"], names + ["huber", "quantile"]):
        to.add("boosted-regressor-" + name, "loss " + name, regressor(loss=loss), X, y)
    to.add("boosted-regressor-median", "loss quantile, alpha 0.3", regressor(loss="quantile", alpha=0.3), X, y)
    to.add("boosted-regressor-stump", "stumps, a small rate", regressor(max_depth=1, learning_rate=0.01), X, y)
    to.add("boosted-regressor-leaves", "grown best first", regressor(max_depth=None, max_leaf_nodes=5), X, y)


def starts(to, data):
    X, y = data.blobs(3, seed=200)
    two, half = X[y < 2], y[y < 2]
    line, target = data.curve(seed=210)
    if to.since(0, 20):
        to.add("boosted-zero", "init zero, three classes", classifier(init="zero"), X, y)
        to.add("boosted-zero-binary", "init zero, two classes", classifier(init="zero"), two, half)
        to.add("boosted-zero-regressor", "init zero", regressor(init="zero"), line, target)
    else:
        for name in ("boosted-zero", "boosted-zero-binary", "boosted-zero-regressor"):
            to.skip(name, "init zero came with 0.20")
    names = ("boosted-init-tree", "boosted-init-tree-three", "boosted-init-forest-exponential", "boosted-init-logistic", "boosted-init-regressor", "boosted-init-linear")
    if not to.since(0, 22):
        for name in names:
            to.skip(name, "estimators of scikit-learn as init came with 0.21")
        return
    tree = DecisionTreeClassifier(max_depth=2, random_state=0)
    to.add(names[0], "init a tree with pure leaves", classifier(init=DecisionTreeClassifier(random_state=0, max_depth=4)), two, half)
    to.add(names[1], "init a tree, three classes", classifier(init=tree), X, y)
    to.add(names[2], "init a forest, loss exponential", classifier(init=RandomForestClassifier(3, max_depth=2, random_state=0), loss="exponential"), two, half)
    to.add(names[4], "init a tree", regressor(init=DecisionTreeRegressor(max_depth=1, random_state=0)), line, target)
    # The library asks init with float32; a linear one answers so (a logistic one since 1.8), and has no ninth digit.
    others = dict.fromkeys(("float64", "edges", "one", "int64", "extreme"))
    to.add(names[3], "init a logistic regression", classifier(init=LogisticRegression(C=10, solver="lbfgs")), X, y, runs=others if to.since(1, 8) else None)
    to.add(names[5], "init a linear regression", regressor(init=LinearRegression()), line, target, runs=others)
