"""IsolationForest: few trees each."""

import numpy as np
from scipy import sparse
from sklearn.ensemble import IsolationForest


def forest(**params):
    return IsolationForest(random_state=0, **dict(dict(n_estimators=8), **params))


def add_cases(to, data):
    X, _ = data.blobs(2, rows=101, features=4, seed=220)
    share = 0.1
    to.add("isolation", "as it comes", forest(), X)
    to.add("isolation-tenth", "contamination 0.1 of 101 rows: the threshold is a row's own score", forest(contamination=share), X)
    to.add("isolation-third", "contamination 0.3", forest(contamination=0.3), X)
    to.add("isolation-samples", "max_samples 32", forest(max_samples=32, contamination=share), X)
    to.add("isolation-share", "max_samples 0.2, bootstrap", forest(max_samples=0.2, bootstrap=True, contamination=share), X)
    to.add("isolation-two", "max_samples 2", forest(max_samples=2, contamination=share), X)
    to.add("isolation-one-tree", "one tree", forest(n_estimators=1, contamination=share), X)
    to.add("isolation-repeated", "rows that are equal: leaves of several", forest(contamination=share), np.round(X / 2))
    to.add("isolation-sparse", "trained on a sparse matrix", forest(), X, fit_with=sparse.csc_matrix(X))
    if to.since(0, 20):
        to.add("isolation-features", "max_features 2", forest(max_features=2, contamination=share), X)
        to.add("isolation-auto", "contamination auto", new(to, contamination="auto"), X)
    else:
        to.skip("isolation-features", "a part of the features fails at prediction until 0.19")
        to.skip("isolation-auto", "contamination auto came with 0.20")
    if to.version == (0, 20):
        to.add("isolation-new", "behaviour new", new(to, contamination=share), X)
    else:
        to.skip("isolation-new", "behaviour was a parameter of 0.20 and 0.21")
    if to.since(1, 6):
        to.add("isolation-missing", "missing values", forest(contamination=share), data.holes(X), missing=True)
        to.add("isolation-missing-unseen", "missing values asked, none seen in training", forest(), X, missing=True)
    else:
        to.skip("isolation-missing", "missing values came with 1.6")
        to.skip("isolation-missing-unseen", "missing values came with 1.6")


def new(to, **params):
    return forest(behaviour="new", **params) if to.version == (0, 20) else forest(**params)
