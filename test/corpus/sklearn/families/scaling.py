"""Scalers, and what brings rows to a common size."""

import numpy as np
from scipy import sparse
from sklearn import preprocessing
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, MaxAbsScaler, MinMaxScaler, Normalizer, RobustScaler, StandardScaler


def add_cases(to, data):
    X, _ = data.curve(features=4, seed=50)
    X = X * np.array([1.0, 1000.0, 1e-6, 3.0]) + np.array([0.0, 5e4, 0.0, -2.0])
    to.add("scaler", "mean and deviation", StandardScaler(), X)
    to.add("scaler-no-mean", "with_mean off", StandardScaler(with_mean=False), X)
    to.add("scaler-no-std", "with_std off", StandardScaler(with_std=False), X)
    to.add("scaler-nothing", "with_mean and with_std off", StandardScaler(with_mean=False, with_std=False), X)
    constant = X.copy()
    constant[:, 1] = 7.7
    constant[:, 2] = 0.0
    to.add("scaler-constant", "two columns without spread", StandardScaler(), constant)
    to.add("scaler-float32", "fitted on float32", StandardScaler(), X, fit_with=X.astype(np.float32))
    if to.since(0, 20):
        to.add("scaler-missing", "missing values pass through", StandardScaler(), data.holes(X), missing=True)
    else:
        to.skip("scaler-missing", "missing values in scalers came with 0.20")
    ranges(to, X, data)
    robust(to, X, data)
    rows(to, data)
    powers(to, data)


def ranges(to, X, data):
    to.add("minmax", "to 0 and 1", MinMaxScaler(), X)
    to.add("minmax-range", "to -2 and 5", MinMaxScaler(feature_range=(-2, 5)), X)
    if to.since(0, 24):
        to.add("minmax-clip", "values beyond are cut off", MinMaxScaler(clip=True), X)
        to.add("minmax-clip-range", "cut off at -1 and 3", MinMaxScaler(feature_range=(-1, 3), clip=True), X)
    else:
        to.skip("minmax-clip", "clip came with 0.24")
        to.skip("minmax-clip-range", "clip came with 0.24")
    to.add("maxabs", "by the largest absolute value", MaxAbsScaler(), X)
    to.add("maxabs-sparse", "fitted on sparse rows", MaxAbsScaler(), X, fit_with=sparse.csr_matrix(X))
    if to.since(1, 8):
        to.add("maxabs-clip", "values beyond are cut off", MaxAbsScaler(clip=True), X)
    else:
        to.skip("maxabs-clip", "clip came with 1.8")
    if to.since(0, 20):
        to.add("minmax-missing", "missing values pass through", MinMaxScaler(), data.holes(X), missing=True)
        to.add("maxabs-missing", "missing values pass through", MaxAbsScaler(), data.holes(X), missing=True)


def robust(to, X, data):
    to.add("robust", "median and quartiles", RobustScaler(), X)
    to.add("robust-no-centre", "with_centering off", RobustScaler(with_centering=False), X)
    to.add("robust-no-scale", "with_scaling off", RobustScaler(with_scaling=False), X)
    to.add("robust-deciles", "quantile_range from 10 to 90", RobustScaler(quantile_range=(10.0, 90.0)), X)
    if to.since(0, 20):
        to.add("robust-missing", "missing values pass through", RobustScaler(), data.holes(X), missing=True)
    if to.since(0, 24):
        to.add("robust-nothing", "both off", RobustScaler(with_centering=False, with_scaling=False), X)
        to.add("robust-unit", "unit_variance", RobustScaler(unit_variance=True), X)


def rows(to, data):
    """Before 0.24 these keep no note of their width: a scaler before them does."""
    X, y = data.curve(features=4, seed=51)
    for norm in ("l1", "l2", "max"):
        to.add("normalizer-" + norm, "rows to norm " + norm, make_pipeline(StandardScaler(), Normalizer(norm=norm)), X)
    to.add("normalizer-regression", "rows to a common norm, then a regression", make_pipeline(StandardScaler(), Normalizer(), LinearRegression()), X, y)
    for threshold in (0.0, 0.5, -0.25):
        to.add("binarizer-%s" % threshold, "above %s" % threshold, make_pipeline(StandardScaler(), Binarizer(threshold=threshold)), X)
    if to.since(0, 24):
        to.add("normalizer-alone", "a normalizer by itself", Normalizer(), X)
        to.add("binarizer-alone", "a binarizer by itself", Binarizer(threshold=1.0), X, runs={"int64": None})


def powers(to, data):
    if not to.since(0, 20):
        to.skip("power", "PowerTransformer came with 0.20")
        return
    PowerTransformer = preprocessing.PowerTransformer
    X, _ = data.curve(features=4, seed=52)
    X = X * np.array([1.0, 20.0, 0.1, 3.0])
    to.add("power-yeo", "Yeo and Johnson", PowerTransformer(method="yeo-johnson"), X)
    to.add("power-yeo-plain", "Yeo and Johnson, not standardised", PowerTransformer(method="yeo-johnson", standardize=False), X)
    if to.since(0, 22):
        to.add("power-yeo-missing", "missing values pass through", PowerTransformer(), data.holes(X), missing=True)
    positive = np.exp(X * np.array([0.3, 0.05, 3.0, 0.1]))
    random = np.random.RandomState(53)
    asked = np.round(np.exp(random.uniform(-2, 2, size=(200, 4))), 3) + 0.001
    quiet = dict(rows=asked, runs={"float32": asked[:8].astype(np.float32)})
    to.add("power-box-cox", "Box and Cox", PowerTransformer(method="box-cox"), positive, **quiet)
    to.add("power-box-cox-plain", "Box and Cox, not standardised", PowerTransformer(method="box-cox", standardize=False), positive, **quiet)
