"""Gaussian processes, of each kernel by itself and of kernels made of others."""

import numpy as np
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    DotProduct,
    ExpSineSquared,
    Exponentiation,
    Matern,
    PairwiseKernel,
    RationalQuadratic,
    WhiteKernel,
)


def old(to, data):
    """Until 0.18 there is another class for regression, by its own functions."""
    if to.since(0, 20):
        for name in ("constant", "linear", "quadratic", "several", "cubic", "tent", "powers", "nugget"):
            to.skip("kriging-" + name, "the class has gone")
        return
    from sklearn.gaussian_process import GaussianProcess, correlation_models

    X, y = data.curve(seed=154, rows=30)
    for regression, correlation in (("constant", "squared_exponential"), ("linear", "absolute_exponential"), ("quadratic", "squared_exponential")):
        model = GaussianProcess(regr=regression, corr=correlation, theta0=[0.1, 0.2, 0.3], nugget=0.1)
        to.add("kriging-" + regression, correlation, model, X, y)
    several = data.curve(seed=155, rows=30, outputs=2)
    to.add("kriging-several", "two targets, not scaled", GaussianProcess(normalize=False, theta0=0.2, nugget=0.1), *several)
    to.add("kriging-cubic", "cubic correlations", GaussianProcess(corr="cubic", theta0=0.1, nugget=0.1), X, y)
    to.add("kriging-tent", "linear correlations", GaussianProcess(corr="linear", theta0=[0.1, 0.2, 0.05], nugget=0.1), X, y)
    to.add("kriging-powers", "a power between 1 and 2", GaussianProcess(corr="generalized_exponential", theta0=[0.1, 0.2, 0.3, 1.5], nugget=0.1), X, y)
    to.add("kriging-nugget", "no correlation", GaussianProcess(corr=correlation_models.pure_nugget, theta0=0.1, nugget=0.1), X, y)


def kernels():
    yield "rbf", RBF(1.5)
    yield "rbf-columns", RBF([1.0, 2.0, 0.5])
    for nu in (0.5, 1.5, 2.5):
        yield "matern-%d" % (10 * nu), Matern(2.0, nu=nu)
    yield "matern-columns", Matern([1.0, 2.0, 3.0], nu=2.5)
    yield "rational", RationalQuadratic(length_scale=1.5, alpha=0.7)
    yield "periodic", ExpSineSquared(length_scale=1.5, periodicity=3.0)
    yield "dot", DotProduct(sigma_0=1.5)
    yield "usual", ConstantKernel(2.0) * RBF(1.0) + WhiteKernel(0.1)
    yield "power", Exponentiation(DotProduct(0.5) + ConstantKernel(0.3), 2)
    yield "product", RBF(3.0) * ExpSineSquared(1.0, 4.0) + DotProduct(0.1) * ConstantKernel(0.25)
    for metric in ("linear", "poly", "rbf", "laplacian"):
        yield "pairwise-" + metric, PairwiseKernel(metric=metric, gamma=0.1)
    yield "pairwise-sigmoid", ConstantKernel(0.1) * PairwiseKernel(metric="sigmoid", gamma=0.01) + RBF(1.0)


def add_cases(to, data):
    old(to, data)
    X, y = data.curve(seed=150, rows=30)
    for name, kernel in kernels():
        to.add("gpr-" + name, "kernel as given", GaussianProcessRegressor(kernel, alpha=2.0, optimizer=None), X, y)
    if to.since(0, 23):
        # nu of infinity is an RBF since 0.24.
        to.add("gpr-matern-inf", "kernel as given", GaussianProcessRegressor(Matern(2.0, nu=np.inf), alpha=0.1, optimizer=None), X, y)
    else:
        to.skip("gpr-matern-inf", "it knows no infinite nu")
    for name, nu in (("bessel", 1.0), ("bessel-third", 1 / 3.0), ("bessel-high", 7.25)):
        to.add("gpr-" + name, "another nu", GaussianProcessRegressor(Matern(2.0, nu=nu), alpha=0.1, optimizer=None), X, y)
    to.add("gpr-default", "no kernel given", GaussianProcessRegressor(alpha=0.1), X, y)
    fitted = ConstantKernel(1.0) * RBF(1.0) + WhiteKernel(0.5)
    to.add("gpr-fitted", "kernel fitted, targets centred", GaussianProcessRegressor(fitted, normalize_y=True, random_state=0), X, 10 + 3 * y)
    to.add("gpr-columns", "a length for each column, fitted", GaussianProcessRegressor(RBF([1.0] * 3) + WhiteKernel(0.5), random_state=0), X, y)
    several = data.curve(seed=151, rows=30, outputs=2)
    to.add("gpr-several", "two targets", GaussianProcessRegressor(RBF(2.0), alpha=0.1, optimizer=None), *several)
    if to.since(0, 24):
        to.add("gpr-several-normal", "two targets, centred and scaled", GaussianProcessRegressor(RBF(2.0), alpha=0.1, optimizer=None, normalize_y=True), several[0], several[1] * [1, 5] + 2)
    else:
        to.skip("gpr-several-normal", "it does not scale several targets")
    X, y = data.blobs(2, seed=152, rows=40, spread=2.0)
    names = np.array(["no", "yes"])[y]
    for name, kernel in (
        ("default", None),
        ("usual", ConstantKernel(2.0) * RBF(1.0)),
        ("dot", DotProduct(0.5) + WhiteKernel(0.1)),
        ("poly", PairwiseKernel(metric="poly", gamma=0.1) + Matern(1.0)),
        ("linear", PairwiseKernel(metric="linear")),
        ("power", Exponentiation(RationalQuadratic(1.0, 1.0), 1.5)),
    ):
        to.add("gpc-" + name, "two classes", GaussianProcessClassifier(kernel, optimizer=None if name != "default" else "fmin_l_bfgs_b"), X, names)
    X, y = data.blobs(3, seed=153, rows=45, spread=2.0)
    to.add("gpc-rest", "three classes, each against the rest", GaussianProcessClassifier(1.0 * RBF(1.0)), X, y)
    to.add("gpc-pairs", "three classes, in pairs", GaussianProcessClassifier(1.0 * RBF(1.0), multi_class="one_vs_one"), X, y, leave_out=["predict_proba"])
