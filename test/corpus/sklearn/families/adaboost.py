"""AdaBoost: both algorithms, decisions, probabilities as each version computes them, the median of regressors."""

import numpy as np
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def add_cases(to, data):
    name = "estimator" if to.since(1, 2) else "base_estimator"

    def boost(kind, inner=None, **how):
        given = {} if inner is None else {name: inner}
        return kind(**dict(given, n_estimators=6, random_state=0, **how))

    X, y = data.blobs(3, seed=210)
    binary, answer = data.blobs(2, seed=211)
    names = np.array(["ash", "elm", "oak"])[y]
    discrete = {} if to.since(1, 6) else dict(algorithm="SAMME")
    tree = DecisionTreeClassifier(max_depth=2, random_state=0)
    to.add("ada-discrete", "stumps that vote", boost(AdaBoostClassifier, **discrete), X, names)
    to.add("ada-discrete-trees", "trees that vote", boost(AdaBoostClassifier, tree, **discrete), X, y)
    to.add("ada-discrete-binary", "two classes", boost(AdaBoostClassifier, **discrete), binary, answer == 1)
    to.add("ada-discrete-slow", "a learning rate", boost(AdaBoostClassifier, tree, learning_rate=0.3, **discrete), binary, answer)
    to.add("ada-discrete-logistic", "of logistic regressions", boost(AdaBoostClassifier, LogisticRegression(), **discrete), X, y)
    if to.since(0, 22):
        to.add("ada-discrete-svc", "of machines without probabilities", boost(AdaBoostClassifier, SVC(gamma=0.1), **discrete), X, y)
    else:
        to.skip("ada-discrete-svc", "predict_proba asked the members for theirs before 0.22")
    real = [("ada-real", None, X, names), ("ada-real-trees", tree, X, y), ("ada-real-binary", None, binary, answer), ("ada-real-logistic", LogisticRegression(), X, y)]
    for case, inner, rows, labels in real:
        if to.since(1, 6):
            to.skip(case, "SAMME.R went with 1.6")
        else:
            to.add(case, "probabilities of the members", boost(AdaBoostClassifier, inner, algorithm="SAMME.R"), rows, labels)
    X, y = data.curve(seed=212)
    to.add("ada-median", "trees of depth 3", boost(AdaBoostRegressor), X, y)
    to.add("ada-median-lines", "lines, exponential loss", boost(AdaBoostRegressor, LinearRegression(), loss="exponential"), X, y)
    to.add("ada-median-square", "trees, square loss", boost(AdaBoostRegressor, DecisionTreeRegressor(max_depth=2, random_state=0), loss="square"), X, y)
