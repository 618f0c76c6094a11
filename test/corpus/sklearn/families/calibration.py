"""CalibratedClassifierCV: each method, fitted beforehand or in folds, two classes and more."""

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier


def add_cases(to, data):
    X, y = data.blobs(3, rows=90, seed=230)
    names = np.array(["low", "mid", "top"])[y]
    binary, answer = data.blobs(2, rows=80, seed=231)
    machine = LinearSVC(random_state=0, max_iter=20000)
    methods = ["sigmoid", "isotonic"] + (["temperature"] if to.since(1, 8) else [])
    if not to.since(1, 8):
        for name in ("decisions", "probabilities", "binary", "binary-probabilities"):
            to.skip("calibrated-temperature-" + name, "temperature came with 1.8")
    for method in methods:
        to.add("calibrated-%s-decisions" % method, "three classes, decisions", CalibratedClassifierCV(machine, method=method, cv=3), X, names)
        to.add("calibrated-%s-probabilities" % method, "three classes, probabilities", CalibratedClassifierCV(GaussianNB(), method=method, cv=3), X, y)
        to.add("calibrated-%s-binary" % method, "two classes, decisions", CalibratedClassifierCV(machine, method=method, cv=3), binary, answer == 1)
        to.add("calibrated-%s-binary-probabilities" % method, "two classes, probabilities", CalibratedClassifierCV(GaussianNB(), method=method, cv=3), binary, answer)
    to.add("calibrated-tree", "isotonic over a tree: rows without any probability", CalibratedClassifierCV(DecisionTreeClassifier(max_depth=2, random_state=0), method="isotonic", cv=3), X, y)
    to.add("calibrated-pipeline", "of a pipeline", CalibratedClassifierCV(make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)), cv=3), X, names)
    if not to.since(1, 8):
        fitted = make_pipeline(StandardScaler(), machine).fit(X[::2], names[::2])
        to.add("calibrated-prefit", "fitted beforehand", CalibratedClassifierCV(fitted, cv="prefit"), X[1::2], names[1::2])
    else:
        from sklearn.frozen import FrozenEstimator

        fitted = FrozenEstimator(make_pipeline(StandardScaler(), machine).fit(X[::2], names[::2]))
        to.add("calibrated-prefit", "fitted beforehand, and frozen", CalibratedClassifierCV(fitted, ensemble=False), X[1::2], names[1::2])
    if to.since(0, 24):
        to.add("calibrated-one", "one classifier for all folds", CalibratedClassifierCV(machine, cv=3, ensemble=False), X, names)
    else:
        to.skip("calibrated-one", "ensemble came with 0.24")
