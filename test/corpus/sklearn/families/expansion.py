"""Bins, quantiles, polynomials, splines and functions of columns."""

import functools
import operator

import numpy as np
from scipy import sparse, special
from sklearn import preprocessing
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler


def add_cases(to, data):
    polynomials(to, data)
    functions(to, data)
    if to.since(0, 19):
        quantiles(to, data)
    if to.since(0, 20):
        bins(to, data)
    if to.since(1, 0):
        splines(to, data)


def polynomials(to, data):
    X, y = data.curve(features=3, seed=100)
    for degree in (1, 2, 3, 4):
        to.add("polynomial-%d" % degree, "degree %d" % degree, PolynomialFeatures(degree), X, keep=16)
    to.add("polynomial-interaction", "products of different columns", PolynomialFeatures(3, interaction_only=True), X)
    to.add("polynomial-no-bias", "without the column of ones", PolynomialFeatures(2, include_bias=False), X)
    to.add("polynomial-regression", "then a regression", make_pipeline(StandardScaler(), PolynomialFeatures(2), LinearRegression()), X, y)
    if to.since(0, 21):
        to.add("polynomial-order", "column by column in memory", PolynomialFeatures(2, order="F"), X)
    if to.since(1, 0):
        to.add("polynomial-degrees", "degrees 2 to 3", PolynomialFeatures((2, 3)), X)
        to.add("polynomial-degrees-interaction", "degrees 2 to 3 of different columns", PolynomialFeatures((2, 3), interaction_only=True, include_bias=False), X)


def functions(to, data):
    """A scaler first: before 0.24 a function keeps no note of its width, and later only where it validates."""
    X, y = data.curve(features=3, seed=101)
    positive = np.abs(X) + 0.125
    asked = np.round(np.random.RandomState(102).uniform(0.01, 9, size=(60, 3)), 2)
    scaler = preprocessing.MaxAbsScaler
    for name in ("log", "log2", "log10", "log1p", "exp", "expm1", "sqrt", "square", "abs", "rint", "sin", "cos", "tan", "tanh", "cbrt", "negative", "reciprocal", "sign", "floor", "ceil", "arctan", "exp2"):
        function = FunctionTransformer(getattr(np, name), validate=True)
        to.add("function-" + name, "numpy." + name, make_pipeline(scaler(), function), positive, rows=asked, keep=24)
    to.add("function-expit", "scipy.special.expit", make_pipeline(scaler(), FunctionTransformer(special.expit, validate=True)), positive, rows=asked, keep=24)
    for name, given in (("round", dict(decimals=2)), ("clip", dict(a_min=0.1, a_max=0.6)), ("clip", dict(a_min=0.25, a_max=None))):
        function = FunctionTransformer(getattr(np, name), validate=True, kw_args=given)
        to.add("function-" + name + "-" + "-".join(str(one) for one in given.values()), "numpy." + name, make_pipeline(scaler(), function), positive, rows=asked, keep=24)
    tens = FunctionTransformer(np.round, validate=True, kw_args=dict(decimals=-1))
    to.add("function-round-tens", "numpy.round to tens", make_pipeline(preprocessing.MinMaxScaler((-99, 99)), tens), positive, rows=asked, keep=24)
    partial = FunctionTransformer(functools.partial(np.clip, a_min=0.2, a_max=0.7), validate=True)
    to.add("function-partial", "a part of numpy.clip", make_pipeline(scaler(), partial), positive, rows=asked, keep=24)
    words = ["some words", "other words", "words, more words", "none", "some more, some other"] * 4
    for name, dense in (("dense", sparse.csr_matrix.toarray), ("dense-called", operator.methodcaller("toarray"))):
        model = make_pipeline(CountVectorizer(dtype=np.float64), FunctionTransformer(dense, validate=False, accept_sparse=True), StandardScaler())
        to.add("function-" + name, "sparse rows to a matrix", model, words)
    texts = np.array([["some words"], ["other words"], ["words, more words"], ["none"]] * 5, dtype=object)
    for name, flat in (("squeeze", functools.partial(np.squeeze, axis=1)), ("ravel", np.ravel), ("array", np.ravel)):
        steps = [FunctionTransformer(np.asarray, validate=False)] if name == "array" else []
        steps += [FunctionTransformer(flat, validate=False), CountVectorizer(), preprocessing.MaxAbsScaler()]
        to.add("function-" + name, "a column of texts to a vector, in which words are counted", make_pipeline(*steps), texts, rows=texts, mix=False)
    to.add("function-none", "no function", make_pipeline(scaler(), FunctionTransformer(validate=True)), X)
    to.add("function-unchecked", "not validated, then a regression", make_pipeline(scaler(), FunctionTransformer(np.log1p, validate=False), LinearRegression()), positive, y, rows=asked)


def quantiles(to, data):
    QuantileTransformer = preprocessing.QuantileTransformer
    X, _ = data.curve(features=3, rows=120, seed=103)
    X[:, 1] = np.round(X[:, 1])
    for distribution in ("uniform", "normal"):
        to.add("quantiles-" + distribution, "on the scale " + distribution, QuantileTransformer(n_quantiles=20, output_distribution=distribution, random_state=0), X)
        to.add("quantiles-all-" + distribution, "a quantile a row", QuantileTransformer(n_quantiles=120, output_distribution=distribution, random_state=0), X)
    constant = X.copy()
    constant[:, 2] = 3.0
    to.add("quantiles-constant", "a column of one value", QuantileTransformer(n_quantiles=10, random_state=0), constant)
    if to.since(0, 20):
        to.add("quantiles-missing", "missing values pass through", QuantileTransformer(n_quantiles=20, random_state=0), data.holes(X), missing=True)
        to.add("quantiles-missing-normal", "the same, normal", QuantileTransformer(n_quantiles=20, output_distribution="normal", random_state=0), data.holes(X), missing=True)


def bins(to, data):
    KBinsDiscretizer = preprocessing.KBinsDiscretizer
    X, y = data.curve(features=3, rows=80, seed=104)
    edges = np.round(np.random.RandomState(105).choice(X.ravel(), size=(100, 3)), 3)
    for encode in ("onehot", "onehot-dense", "ordinal"):
        for strategy in ("uniform", "quantile", "kmeans"):
            more = dict(random_state=0) if to.since(1, 1) else {}
            if strategy == "quantile" and to.since(1, 7):
                more["quantile_method"] = "linear"
            to.add("bins-%s-%s" % (encode, strategy), "%s bins, %s" % (strategy, encode), KBinsDiscretizer(4, encode=encode, strategy=strategy, **more), X, rows=edges)
    to.add("bins-several", "another number of bins a column", KBinsDiscretizer([2, 5, 3], encode="onehot-dense", strategy="uniform"), X)
    to.add("bins-regression", "then a regression", make_pipeline(KBinsDiscretizer(4, strategy="uniform"), LinearRegression()), X, y)
    # On an edge and beside it: before 1.1 a hundred-thousandth below counted as above.
    on = np.array([[0.25, 0.5, 0.75], [0.249999, 0.499999, 0.749999], [0.24, 0.4999, 0.7499], [0.2500001, 0.5, 0.75], [-1.0, 2.0, 1.0]])
    unit = np.column_stack([np.linspace(0, 1, 41)] * 3)
    to.add("bins-edges", "values beside the edges", KBinsDiscretizer(4, encode="ordinal", strategy="uniform"), unit, rows=on)


def splines(to, data):
    SplineTransformer = preprocessing.SplineTransformer
    X, y = data.curve(features=2, seed=106)
    asked = np.round(np.random.RandomState(107).uniform(-5, 5, size=(120, 2)), 2)
    asked[0], asked[1] = X.min(axis=0), X.max(axis=0)
    inside = np.clip(asked, X.min(axis=0), X.max(axis=0))
    for outside in ("constant", "linear", "continue", "periodic", "error"):
        for degree in (1, 2, 3):
            to.add("spline-%s-%d" % (outside, degree), "degree %d, %s beyond" % (degree, outside), SplineTransformer(n_knots=5, degree=degree, extrapolation=outside), X, rows=inside if outside == "error" else asked, keep=40)
    to.add("spline-linear-0", "degree 0, linear beyond", SplineTransformer(n_knots=5, degree=0, extrapolation="linear"), X, rows=asked, keep=40)
    to.add("spline-quantiles", "knots at quantiles", SplineTransformer(n_knots=6, knots="quantile"), X, rows=asked, keep=40)
    to.add("spline-no-bias", "the last spline left out", SplineTransformer(n_knots=4, include_bias=False), X, rows=asked, keep=40)
    to.add("spline-regression", "then a regression", make_pipeline(SplineTransformer(n_knots=4), LinearRegression()), X, y, rows=asked)
    to.add("spline-single", "float32", SplineTransformer(n_knots=4), X, rows=asked, runs={"float32": asked[:16].astype(np.float32)}, keep=40)
    if to.since(1, 8):
        to.add("spline-missing", "missing values are zeros", SplineTransformer(n_knots=4, handle_missing="zeros"), data.holes(X), rows=data.holes(asked), keep=40)
    if to.since(1, 3):
        to.add("spline-sparse", "sparse rows", SplineTransformer(n_knots=4, sparse_output=True), X, rows=asked, keep=40)
