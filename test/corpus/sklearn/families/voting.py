"""Estimators that vote, or are averaged: hard and soft, weights, members left out; bags of them."""

import numpy as np
from sklearn.ensemble import BaggingClassifier, BaggingRegressor, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def members():
    return [
        ("logistic", LogisticRegression(max_iter=500, solver="lbfgs")),
        ("bayes", GaussianNB()),
        ("tree", DecisionTreeClassifier(max_depth=3, random_state=0)),
        ("pipe", make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=2, random_state=0))),
    ]


def add_cases(to, data):
    classifiers(to, data)
    regressors(to, data)
    bags(to, data)


def classifiers(to, data):
    X, y = data.blobs(3, seed=200)
    names = np.array(["north", "south", "west"])[y]
    to.add("vote-hard", "four, even counts tie", VotingClassifier(members()), X, y)
    to.add("vote-hard-names", "text labels", VotingClassifier(members()[:3]), X, names)
    to.add("vote-hard-weights", "weights that break ties", VotingClassifier(members(), weights=[1, 2, 0.5, 1.5]), X, y)
    # Until 0.20 what it transforms to has three dimensions, unless told otherwise.
    cube = () if to.since(0, 22) else ("transform",)
    to.add("vote-soft", "mean of probabilities", VotingClassifier(members(), voting="soft"), X, names, leave_out=cube)
    to.add("vote-soft-weights", "weighted mean", VotingClassifier(members(), voting="soft", weights=[3, 1, 2, 0.5]), X, y, leave_out=cube)
    binary, answer = data.blobs(2, seed=201)
    to.add("vote-soft-binary", "two classes, truths", VotingClassifier(members()[:2], voting="soft"), binary, answer == 1, leave_out=cube)
    to.add("vote-hard-binary", "two classes, ties", VotingClassifier(members()[:2]), binary, answer * 10 - 5)
    if to.since(0, 20):
        to.add("vote-flat", "probabilities side by side", VotingClassifier(members()[:2], voting="soft", flatten_transform=True), X, y)
        to.add("vote-cube", "probabilities in three dimensions: no tensor of ours", VotingClassifier(members()[:2], voting="soft", flatten_transform=False), X, y, leave_out=("transform",))
        gone = [("none", "drop" if to.since(0, 21) else None)]
        to.add("vote-dropped", "a member left out, with its weight", VotingClassifier(members()[:2] + gone + members()[2:3], weights=[1, 2, 9, 4]), X, y)
    else:
        for name in ("vote-flat", "vote-cube", "vote-dropped"):
            to.skip(name, "came with 0.19 and 0.20")


def regressors(to, data):
    if not to.since(0, 22):
        to.skip("vote-regressors", "VotingRegressor came with 0.21")
        to.skip("vote-regressors-weights", "VotingRegressor came with 0.21")
        return
    from sklearn.ensemble import VotingRegressor

    X, y = data.curve(seed=202)
    two = [("line", LinearRegression()), ("tree", DecisionTreeRegressor(max_depth=4, random_state=0))]
    to.add("vote-regressors", "mean of two", VotingRegressor(two), X, y)
    to.add("vote-regressors-weights", "weighted, one left out", VotingRegressor(two + [("none", "drop")], weights=[1, 2.5, 4]), X, y)


def bags(to, data):
    X, y = data.blobs(3, features=5, seed=203)
    name = "estimator" if to.since(1, 2) else "base_estimator"

    def bag(kind, inner, **how):
        return kind(**dict({name: inner, "n_estimators": 4, "random_state": 0}, **how))

    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    to.add("bag-trees", "of trees", bag(BaggingClassifier, tree), X, y)
    to.add("bag-features", "of trees over some features", bag(BaggingClassifier, tree, max_features=0.6), X, np.array(["a", "b", "c"])[y])
    to.add("bag-features-again", "features drawn with replacement", bag(BaggingClassifier, tree, max_features=4, bootstrap_features=True), X, y)
    rare = np.where(np.arange(len(y)) < 3, 2, y % 2)
    to.add("bag-rare", "a class that some members never saw", bag(BaggingClassifier, make_pipeline(StandardScaler(), tree), max_samples=0.3), X, rare)
    to.add("bag-votes", "of linear machines, which vote", bag(BaggingClassifier, LinearSVC(random_state=0, max_iter=20000)), X, y)
    to.add("bag-svc", "of machines with decisions", bag(BaggingClassifier, SVC(gamma=0.1, decision_function_shape="ovr")), X, y)
    to.add("bag-binary", "decisions of two classes", bag(BaggingClassifier, LogisticRegression()), *data.blobs(2, features=4, seed=204))
    to.add("bag-pipeline", "of pipelines", bag(BaggingClassifier, make_pipeline(StandardScaler(), GaussianNB())), X, y)
    X, y = data.curve(features=4, seed=205)
    to.add("bag-regressors", "of regression trees", bag(BaggingRegressor, DecisionTreeRegressor(max_depth=4, random_state=0)), X, y)
    to.add("bag-lines", "of lines over some features", bag(BaggingRegressor, LinearRegression(), max_features=2), X, y)
    if to.since(0, 20):
        to.add("bag-several", "two targets", bag(BaggingRegressor, LinearRegression()), *data.curve(outputs=2, seed=206))
    else:
        to.skip("bag-several", "several targets came with 0.20")
