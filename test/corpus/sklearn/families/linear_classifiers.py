"""Classifiers that are linear: all but LogisticRegression, which `linear` has; and all of them on texts."""

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, PassiveAggressiveClassifier, Perceptron, RidgeClassifier, RidgeClassifierCV, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from families.text import documents


def add_cases(to, data):
    losses(to, data)
    others(to, data)
    chosen(to, data)
    texts(to, data)


def steps(to):
    """0.18 counts rounds by another name."""
    return dict(max_iter=20, tol=None) if to.since(0, 19) else dict(n_iter=20)


def log_loss(to):
    return "log_loss" if to.since(1, 1) else "log"


def sgd(to, loss="hinge", **params):
    return SGDClassifier(loss=loss, random_state=0, **dict(steps(to), **params))


def losses(to, data):
    X, y = data.blobs(3, features=4, seed=110)
    binary = data.blobs(2, features=4, seed=111)
    squared = "squared_error" if to.since(1, 0) else "squared_loss"
    for loss in ("hinge", "squared_hinge", "perceptron", "huber", "epsilon_insensitive", "squared_epsilon_insensitive", squared):
        name = loss.replace("_", "-").replace("squared-error", "squared").replace("squared-loss", "squared")
        to.add("sgd-" + name, "stochastic gradient descent, three classes", sgd(to, loss, alpha=0.01), X, y)
    for name, loss in (("log", log_loss(to)), ("modified-huber", "modified_huber")):
        to.add("sgd-" + name, "three classes, with probabilities", sgd(to, loss, alpha=0.01), X, y)
        to.add("sgd-" + name + "-binary", "two text labels, with probabilities", sgd(to, loss, alpha=0.01), binary[0], np.array(["no", "yes"])[binary[1]])
    to.add("sgd-binary", "two classes", sgd(to), *binary)
    to.add("sgd-bool", "labels False and True", sgd(to), binary[0], binary[1] == 1)
    to.add("sgd-average", "averaged weights", sgd(to, average=True), X, y)


def others(to, data):
    X, y = data.blobs(3, features=4, seed=112)
    two = data.blobs(2, features=4, seed=113)
    names = np.array(["low", "mid", "tall"])[y]
    to.add("perceptron", "three classes", Perceptron(random_state=0, **steps(to)), X, y)
    to.add("perceptron-binary", "two classes", Perceptron(random_state=0, **steps(to)), *two)
    to.add("passive-aggressive", "three text labels", PassiveAggressiveClassifier(random_state=0, **steps(to)), X, names)
    to.add("passive-aggressive-binary", "two classes", PassiveAggressiveClassifier(random_state=0, loss="squared_hinge", **steps(to)), *two)
    to.add("linear-svc", "three classes", LinearSVC(random_state=0), X, y)
    to.add("linear-svc-string", "two text labels, the primal problem", LinearSVC(random_state=0, dual=False), two[0], np.array(["no", "yes"])[two[1]])
    to.add("linear-svc-bool", "labels False and True, no intercept", LinearSVC(random_state=0, fit_intercept=False), two[0], two[1] == 1)
    to.add("linear-svc-joint", "all classes at once", LinearSVC(random_state=0, multi_class="crammer_singer"), X, y)
    holed = X * (np.abs(X) > 1)
    to.add("linear-svc-sparse", "fitted on a CSR matrix", LinearSVC(random_state=0), holed, y, fit_with=sparse.csr_matrix(holed))
    to.add("ridge", "three classes", RidgeClassifier(), X, y)
    to.add("ridge-binary", "labels -7 and 40", RidgeClassifier(), two[0], np.array([-7, 40])[two[1]])
    to.add("ridge-string", "three text labels", RidgeClassifier(), X, names)
    if to.since(1, 0):
        to.add("ridge-multilabel", "three labels at once", RidgeClassifier(), X, np.column_stack([y == 0, X[:, 0] > 0, X[:, 1] > 0.5]).astype(int))
    else:
        to.skip("ridge-multilabel", "several labels came with 1.0")


def chosen(to, data):
    X, y = data.blobs(3, features=4, rows=90, seed=114)
    to.add("ridge-cv", "the penalty chosen", RidgeClassifierCV(), X, y)
    to.add("logistic-cv", "the penalty chosen, the version's defaults", LogisticRegressionCV(Cs=3, cv=3), X, y)
    to.add("logistic-cv-binary", "the penalty chosen, two text labels", LogisticRegressionCV(Cs=3, cv=3), X, np.array(["no", "yes", "yes"])[y])
    if to.version < (1, 8):
        to.add("logistic-cv-multinomial", "softmax", LogisticRegressionCV(Cs=3, cv=3, multi_class="multinomial"), X, y)
        to.add("logistic-cv-ovr", "one-versus-rest", LogisticRegressionCV(Cs=3, cv=3, multi_class="ovr"), X, y)
    else:
        to.skip("logistic-cv-multinomial", "multi_class was removed in 1.8")
        to.skip("logistic-cv-ovr", "multi_class was removed in 1.8")


def texts(to, data):
    words = documents()
    three = np.arange(len(words)) % 3
    two = three > 0
    for name, model in (
        ("logistic", LogisticRegression(solver="lbfgs")),
        ("sgd", sgd(to, log_loss(to))),
        ("linear-svc", LinearSVC(random_state=0)),
        ("ridge", RidgeClassifier()),
    ):
        to.add("text-" + name, "sparse rows, three classes", make_pipeline(TfidfVectorizer(), model), words, three)
    to.add("text-logistic-binary", "sparse rows, two classes", make_pipeline(TfidfVectorizer(), LogisticRegression(solver="lbfgs")), words, two)
    to.add("text-sgd-multi", "sparse rows, text labels", make_pipeline(TfidfVectorizer(), sgd(to, "modified_huber")), words, np.array(["x", "y", "z"])[three])
