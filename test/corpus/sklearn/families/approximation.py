"""Approximations of kernels, and partial least squares."""

import numpy as np
from sklearn.cross_decomposition import CCA, PLSSVD, PLSCanonical, PLSRegression
from sklearn.kernel_approximation import AdditiveChi2Sampler, Nystroem, RBFSampler, SkewedChi2Sampler
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler


def add_cases(to, data):
    X, y = data.curve(features=4, seed=130)
    for kernel, more in (("rbf", dict(gamma=0.4)), ("linear", dict(n_components=3)), ("polynomial", dict(degree=2, coef0=1)), ("sigmoid", dict(gamma=0.05, coef0=0.1)), ("laplacian", dict(gamma=0.3)), ("cosine", {})):
        to.add("nystroem-" + kernel, "kernel " + kernel, Nystroem(kernel=kernel, random_state=0, **dict(dict(n_components=10), **more)), X, runs={"extreme": None})
    to.add("nystroem-regression", "then a regression", make_pipeline(Nystroem(n_components=8, gamma=0.2, random_state=0), LinearRegression()), X, y)
    to.add("rbf-sampler", "random cosines", RBFSampler(n_components=12, gamma=0.5, random_state=0), X, runs={"extreme": None})
    sketches(to, X)
    positive = np.abs(X)
    asked = np.round(np.random.RandomState(131).uniform(0, 4, size=(60, 4)), 2)
    asked[0] = 0
    own = dict(rows=asked)
    to.add("skewed", "skewed chi-squared", SkewedChi2Sampler(skewedness=0.3, n_components=10, random_state=0), positive, **own)
    for steps in (1, 2, 3):
        to.add("additive-%d" % steps, "additive chi-squared, %d steps" % steps, make_pipeline(MinMaxScaler(), AdditiveChi2Sampler(sample_steps=steps)), positive, rows=np.clip(asked, positive.min(axis=0), 3))
    to.add("additive-interval", "its own interval", make_pipeline(MinMaxScaler(), AdditiveChi2Sampler(sample_steps=4, sample_interval=0.3)), positive, rows=np.clip(asked, positive.min(axis=0), 3))
    least_squares(to, data)


def sketches(to, X):
    if not to.since(0, 24):
        to.skip("sketch", "PolynomialCountSketch came with 0.24")
        return
    from sklearn.kernel_approximation import PolynomialCountSketch

    to.add("sketch", "squares of products", PolynomialCountSketch(n_components=12, random_state=0), X, runs={"extreme": None})
    to.add("sketch-cubes", "cubes, and a constant", PolynomialCountSketch(n_components=9, degree=3, gamma=0.5, coef0=1.5, random_state=0), X, runs={"extreme": None})
    to.add("sketch-lines", "a single degree", PolynomialCountSketch(n_components=5, degree=1, random_state=1), X, runs={"extreme": None})


def least_squares(to, data):
    X, Y = data.curve(features=5, outputs=3, seed=132)
    X = X * np.array([1.0, 30.0, 0.1, 2.0, 1.0])
    to.add("pls", "two components", PLSRegression(2), X, Y)
    to.add("pls-one", "one target", PLSRegression(3), X, Y[:, :1])
    to.add("pls-plain", "not scaled", PLSRegression(2, scale=False), X, Y)
    if to.since(1, 3):
        to.add("pls-vector", "one target, a vector", PLSRegression(2), X, Y[:, 0])
    to.add("pls-canonical", "canonical", PLSCanonical(2), X, Y)
    to.add("cca", "canonical correlation", CCA(2), X, Y)
    to.add("pls-svd", "singular vectors", PLSSVD(2), X, Y)
