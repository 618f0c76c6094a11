"""Regressors that are linear, or linear under a link: all but LinearRegression, which `linear` has."""

import numpy as np
from scipy import sparse
from sklearn import linear_model, svm


def add_cases(to, data):
    least_squares(to, data)
    selected(to, data)
    robust(to, data)
    several(to, data)
    descended(to, data)
    generalized(to, data)
    randomized(to, data)


def least_squares(to, data):
    X, y = data.curve(seed=100)
    to.add("ridge", "ridge regression", linear_model.Ridge(), X, y)
    to.add("ridge-column", "one target given as a column", linear_model.Ridge(alpha=0.5), X, y.reshape(-1, 1))
    to.add("ridge-no-intercept", "no intercept", linear_model.Ridge(fit_intercept=False), X, y)
    to.add("ridge-float32", "fitted on float32", linear_model.Ridge(solver="cholesky"), X, y.astype(np.float32), fit_with=X.astype(np.float32))
    holed = X * (np.abs(X) > 1)
    to.add("ridge-sparse", "fitted on a CSR matrix", linear_model.Ridge(solver="sparse_cg"), holed, y, fit_with=sparse.csr_matrix(holed))
    to.add("ridge-cv", "ridge with the penalty chosen", linear_model.RidgeCV(alphas=(0.1, 1.0, 10.0)), X, y)
    to.add("bayesian-ridge", "Bayesian ridge", linear_model.BayesianRidge(), X, y)
    to.add("ard", "automatic relevance determination", linear_model.ARDRegression(), X, y)


def selected(to, data):
    X, y = data.curve(features=6, seed=101)
    to.add("lasso", "lasso", linear_model.Lasso(alpha=0.2), X, y)
    to.add("lasso-cv", "lasso with the penalty chosen", linear_model.LassoCV(cv=3), X, y)
    to.add("elastic-net", "elastic net", linear_model.ElasticNet(alpha=0.2), X, y)
    to.add("elastic-net-cv", "elastic net with the penalty chosen", linear_model.ElasticNetCV(cv=3), X, y)
    to.add("lars", "least angles", linear_model.Lars(n_nonzero_coefs=3), X, y)
    to.add("lars-cv", "least angles with the steps chosen", linear_model.LarsCV(cv=3), X, y)
    to.add("lasso-lars", "lasso by least angles", linear_model.LassoLars(alpha=0.02), X, y)
    to.add("lasso-lars-cv", "lasso by least angles with the penalty chosen", linear_model.LassoLarsCV(cv=3), X, y)
    for criterion in ("aic", "bic"):
        to.add("lasso-lars-" + criterion, "lasso by least angles, " + criterion, linear_model.LassoLarsIC(criterion=criterion), X, y)
    to.add("omp", "orthogonal matching pursuit", linear_model.OrthogonalMatchingPursuit(n_nonzero_coefs=3), X, y)
    to.add("omp-cv", "orthogonal matching pursuit with the steps chosen", linear_model.OrthogonalMatchingPursuitCV(cv=3), X, y)


def robust(to, data):
    X, y = data.curve(seed=102)
    y = y.copy()
    y[::9] += 30
    to.add("huber", "Huber regression, some outliers", linear_model.HuberRegressor(), X, y)
    to.add("theil-sen", "Theil-Sen", linear_model.TheilSenRegressor(random_state=0), X, y)
    to.add("ransac", "RANSAC of linear regression", linear_model.RANSACRegressor(random_state=0), X, y)
    to.add("ransac-ridge", "RANSAC of ridge", linear_model.RANSACRegressor(linear_model.Ridge(), min_samples=10, residual_threshold=5.0, random_state=0), X, y)
    to.add("linear-svr", "linear support vector regression", svm.LinearSVR(random_state=0, C=0.5), X, y)
    to.add("linear-svr-squared", "the squared loss", svm.LinearSVR(random_state=0, loss="squared_epsilon_insensitive", dual=True, fit_intercept=False), X, y)
    if to.since(1, 0):
        to.add("quantile", "a quantile", linear_model.QuantileRegressor(quantile=0.75, alpha=0.01, solver="highs"), X, y)
    else:
        to.skip("quantile", "QuantileRegressor came with 1.0")


def several(to, data):
    X, y = data.curve(outputs=3, seed=103)
    to.add("several-ridge", "three targets", linear_model.Ridge(), X, y)
    to.add("several-ridge-cv", "three targets", linear_model.RidgeCV(), X, y)
    to.add("several-lasso", "three targets", linear_model.Lasso(alpha=0.1), X, y)
    to.add("several-lars", "three targets", linear_model.Lars(n_nonzero_coefs=2), X, y)
    to.add("several-omp", "three targets", linear_model.OrthogonalMatchingPursuit(n_nonzero_coefs=2), X, y)
    to.add("multi-task-lasso", "three targets with the same columns", linear_model.MultiTaskLasso(alpha=0.3), X, y)
    to.add("multi-task-lasso-cv", "three targets with the same columns", linear_model.MultiTaskLassoCV(cv=3), X, y)
    to.add("multi-task-elastic-net", "three targets with the same columns", linear_model.MultiTaskElasticNet(alpha=0.3), X, y)
    to.add("multi-task-elastic-net-cv", "three targets with the same columns", linear_model.MultiTaskElasticNetCV(cv=3), X, y)


def steps(to):
    """0.18 counts rounds by another name."""
    return dict(max_iter=20, tol=None) if to.since(0, 19) else dict(n_iter=20)


def descended(to, data):
    X, y = data.curve(seed=104)
    squared = "squared_error" if to.since(1, 0) else "squared_loss"
    for loss in (squared, "huber", "epsilon_insensitive", "squared_epsilon_insensitive"):
        name = "sgd-" + loss.replace("_", "-").replace("squared-error", "squared").replace("squared-loss", "squared")
        to.add(name, "stochastic gradient descent", linear_model.SGDRegressor(loss=loss, random_state=0, **steps(to)), X, y)
    to.add("sgd-average", "averaged weights", linear_model.SGDRegressor(average=True, random_state=0, **steps(to)), X, y)
    to.add("passive-aggressive", "passive-aggressive", linear_model.PassiveAggressiveRegressor(random_state=0, **steps(to)), X, y)
    if to.since(1, 0):
        to.add("sgd-one-class", "one class", linear_model.SGDOneClassSVM(random_state=0, nu=0.3), X, None)
    else:
        to.skip("sgd-one-class", "SGDOneClassSVM came with 1.0")


def generalized(to, data):
    names = ["poisson", "gamma"] + ["tweedie-" + name for name in ("normal", "poisson", "compound", "log", "identity")]
    if not to.since(0, 23):
        for name in names:
            to.skip(name, "generalized linear models came with 0.23")
        return
    X, y = data.curve(seed=105)
    X, y = X / 4, np.abs(y) + 0.5
    tweedie = linear_model.TweedieRegressor
    models = [
        linear_model.PoissonRegressor(),
        linear_model.GammaRegressor(alpha=0.1),
        tweedie(power=0),
        tweedie(power=1),
        tweedie(power=1.5, alpha=0.1),
        tweedie(power=0, link="log"),
        tweedie(power=0, link="identity", fit_intercept=False),
    ]
    if to.since(1, 1):
        to.skip("tweedie-link", "links that are objects went with 1.0")
    else:
        from sklearn.linear_model._glm.link import IdentityLink, LogitLink, LogLink

        for link in (IdentityLink(), LogitLink(), LogLink()):
            name = type(link).__name__.lower()
            to.add("tweedie-" + name, "a link that is an object", tweedie(power=0, link=link), X, y / y.max() * 0.9 + 0.05)
    for name, model in zip(names, models):
        to.add(name, "a generalized linear model", model, X, y)


def randomized(to, data):
    if to.since(0, 21):
        for name in ("randomized-lasso", "randomized-logistic"):
            to.skip(name, "randomized models went with 0.21")
        return
    # Whole numbers pass as such; Davit answers with floats.
    floats = {"int64": None}
    X, y = data.curve(features=6, seed=106)
    to.add("randomized-lasso", "columns that lasso chose often", linear_model.RandomizedLasso(random_state=0, n_resampling=20), X, y, runs=floats)
    X, y = data.blobs(2, features=6, seed=107)
    to.add("randomized-logistic", "columns that logistic regression chose often", linear_model.RandomizedLogisticRegression(random_state=0, n_resampling=20), X, y, runs=floats)
