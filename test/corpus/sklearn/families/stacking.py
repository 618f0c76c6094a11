"""Estimators stacked on others: each method that is handed on, the features passed through, fitted beforehand."""

import numpy as np
from sklearn.ensemble import StackingClassifier, StackingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

SINCE = (0, 22)


def members():
    return [
        ("bayes", GaussianNB()),
        ("tree", DecisionTreeClassifier(max_depth=3, random_state=0)),
        ("pipe", make_pipeline(StandardScaler(), LinearSVC(random_state=0, max_iter=20000))),
    ]


def add_cases(to, data):
    X, y = data.blobs(3, seed=220)
    names = np.array(["iron", "lead", "zinc"])[y]
    binary, answer = data.blobs(2, seed=221)
    last = LogisticRegression(max_iter=500)
    to.add("stack-auto", "each with what it has", StackingClassifier(members(), last, cv=3), X, names)
    to.add("stack-binary", "two classes: one probability each", StackingClassifier(members(), last, cv=3), binary, answer == 1)
    to.add("stack-predict", "predictions handed on", StackingClassifier(members(), last, cv=3, stack_method="predict"), X, names)
    to.add("stack-predict-binary", "predictions of truths handed on", StackingClassifier(members(), last, cv=3, stack_method="predict"), binary, answer == 1)
    to.add("stack-proba", "probabilities handed on", StackingClassifier(members()[:2], last, cv=3, stack_method="predict_proba"), X, y)
    to.add("stack-decision", "decisions handed on", StackingClassifier([("svc", SVC(gamma=0.1)), ("line", LogisticRegression(max_iter=500))], last, cv=3, stack_method="decision_function"), X, y)
    to.add("stack-through", "the features too", StackingClassifier(members(), DecisionTreeClassifier(max_depth=3, random_state=0), cv=3, passthrough=True), X, names)
    to.add("stack-dropped", "one left out", StackingClassifier(members()[:1] + [("gone", "drop")] + members()[1:], last, cv=3), X, y)
    to.add("stack-svc", "no probabilities at the end", StackingClassifier(members(), LinearSVC(random_state=0, max_iter=20000), cv=3), binary, answer)
    if to.since(1, 2):
        fitted = [(name, member.fit(X, y)) for name, member in members()]
        to.add("stack-prefit", "members fitted beforehand", StackingClassifier(fitted, last, cv="prefit"), X, y)
        labels = np.stack([y == 0, (y > 0) & (X[:, 0] > 0)], axis=1).astype(int)
        many = [("tree", DecisionTreeClassifier(max_depth=3, random_state=0)), ("near", DecisionTreeClassifier(max_depth=2, random_state=1))]
        to.add("stack-labels-predict", "predictions of several labels handed on", StackingClassifier(many, DecisionTreeClassifier(max_depth=3, random_state=0), cv=3, stack_method="predict"), X, labels)
        to.add("stack-prefit-predict", "predictions of members fitted beforehand", StackingClassifier(fitted, last, cv="prefit", stack_method="predict"), X, y)
        to.add("stack-labels", "several labels at once", StackingClassifier(many, DecisionTreeClassifier(max_depth=3, random_state=0), cv=3), X, labels)
    else:
        to.skip("stack-prefit", "prefit came with 1.1")
        to.skip("stack-labels-predict", "several labels came with 1.2")
        to.skip("stack-prefit-predict", "prefit came with 1.1")
        to.skip("stack-labels", "several labels came with 1.2")
    X, y = data.curve(seed=222)
    two = [("line", LinearRegression()), ("tree", DecisionTreeRegressor(max_depth=4, random_state=0))]
    to.add("stack-regressors", "two regressors", StackingRegressor(two, LinearRegression(), cv=3), X, y)
    to.add("stack-regressors-through", "and the features", StackingRegressor(two, DecisionTreeRegressor(max_depth=3, random_state=0), cv=3, passthrough=True), X, y)
