"""Selection of features."""

import numpy as np
from scipy import sparse
from sklearn import feature_selection
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_selection import RFE, RFECV, GenericUnivariateSelect, SelectFdr, SelectFpr, SelectFromModel, SelectFwe, SelectKBest, SelectPercentile, VarianceThreshold, chi2, f_classif, f_regression
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier


def add_cases(to, data):
    X, y = data.iris_half()
    random = np.random.RandomState(110)
    X = np.round(np.column_stack([X[:, :2], random.uniform(size=(len(X), 2)), X[:, 2:], X[:, :1]]), 2)
    univariate(to, X, y)
    models(to, X, y)
    elimination(to, X, y)


def univariate(to, X, y):
    few = dict(keep=24, runs={"int64": None})
    for k in (1, 3, 6, "all"):
        to.add("best-%s" % k, "the best %s; two are equal" % k, SelectKBest(f_classif, k=k), X, y, **few)
    to.add("best-chi2", "by chi2", SelectKBest(chi2, k=3), X, y, **few)
    to.add("best-sparse", "fitted on sparse rows", SelectKBest(f_classif, k=3), X, y, fit_with=sparse.csr_matrix(X), **few)
    constant = X.copy()
    constant[:, 1] = 2.0
    to.add("best-constant", "a column has no score", SelectKBest(f_classif, k=6), constant, y, **few)
    for percentile in (10, 35, 50, 60, 100):
        to.add("percentile-%d" % percentile, "%d percent" % percentile, SelectPercentile(f_classif, percentile=percentile), X, y, **few)
    for name, cls in (("fpr", SelectFpr), ("fdr", SelectFdr), ("fwe", SelectFwe)):
        to.add(name, "by error rate " + name, cls(f_classif, alpha=0.05), X, y, **few)
    for mode, param in (("k_best", 2), ("percentile", 40), ("fpr", 0.01), ("fdr", 0.01), ("fwe", 0.01)):
        to.add("generic-" + mode, "the rule " + mode, GenericUnivariateSelect(f_classif, mode=mode, param=param), X, y, **few)
    to.add("best-logistic", "then logistic regression", make_pipeline(StandardScaler(), SelectKBest(f_classif, k=4), LogisticRegression(solver="lbfgs", max_iter=300)), X, y, **few)
    for threshold in (0.0, 0.2, 1.0):
        to.add("variance-%s" % threshold, "variances above %s" % threshold, VarianceThreshold(threshold), constant, **few)


def models(to, X, y):
    few = dict(keep=24, runs={"int64": None})
    numbers = X.dot(np.array([1.0, 0.0, 0.5, 0.0, 2.0, 0.0, 0.25])) + y
    linear = LogisticRegression(solver="lbfgs", max_iter=500)
    l1 = dict(l1_ratio=1.0) if to.since(1, 8) else dict(penalty="l1")
    to.add("model-logistic", "coefficients of three classes", SelectFromModel(linear), X, y, **few)
    to.add("model-l1", "coefficients that are not 0", SelectFromModel(LogisticRegression(C=0.3, solver="liblinear", **l1)), X, y == 1, **few)
    to.add("model-lasso", "a lasso", SelectFromModel(Lasso(alpha=0.05)), X, numbers, **few)
    to.add("model-elastic", "an elastic net that is a lasso", SelectFromModel(ElasticNet(alpha=0.05, l1_ratio=1.0)), X, numbers, **few)
    for threshold in ("median", "0.5*mean", "1.25 * median", 0.3):
        to.add("model-threshold-%s" % threshold, "threshold %s" % threshold, SelectFromModel(Ridge(), threshold=threshold), X, numbers, **few)
    to.add("model-forest", "a forest", SelectFromModel(RandomForestClassifier(n_estimators=5, max_depth=3, random_state=0)), X, y, **few)
    to.add("model-stumps", "a forest with trees of one leaf", SelectFromModel(RandomForestClassifier(n_estimators=6, max_depth=2, min_samples_leaf=20, bootstrap=False, max_features=2, random_state=3), threshold=0.1), X, y, **few)
    to.add("model-extra", "extra trees", SelectFromModel(ExtraTreesRegressor(n_estimators=5, max_depth=3, random_state=0)), X, numbers, **few)
    to.add("model-boosting", "boosted trees", SelectFromModel(GradientBoostingRegressor(n_estimators=5, max_depth=2, random_state=0), threshold="median"), X, numbers, **few)
    to.add("model-tree", "a tree", SelectFromModel(DecisionTreeClassifier(max_depth=3, random_state=0)), X, y, **few)
    to.add("model-svc", "a linear kernel of two classes", SelectFromModel(SVC(kernel="linear")), X, y == 1, **few)
    if to.since(0, 20):
        to.add("model-most", "three at most", SelectFromModel(Ridge(), threshold=-np.inf, max_features=3), X, numbers, **few)
        to.add("model-most-threshold", "three at most, above the median", SelectFromModel(Ridge(), threshold="median", max_features=5), X, numbers, **few)
        to.add("model-norm", "the norm of order 2", SelectFromModel(linear, norm_order=2, threshold="median"), X, y, **few)
        to.add("model-norm-largest", "the largest of all classes", SelectFromModel(linear, norm_order=np.inf, threshold="median"), X, y, **few)
    if to.since(0, 24):
        to.add("model-getter", "importances by name", SelectFromModel(make_pipeline(StandardScaler(), Ridge()), importance_getter="named_steps.ridge.coef_"), X, numbers, **few)
    prefit = Ridge().fit(X, numbers)
    if to.since(1, 1):
        to.add("model-prefit", "a model fitted before", SelectFromModel(prefit, prefit=True), X, numbers, **few)


def elimination(to, X, y):
    few = dict(keep=24, runs={"int64": None})
    logistic = LogisticRegression(solver="lbfgs", max_iter=500)
    to.add("rfe", "three are left, logistic regression", RFE(logistic, n_features_to_select=3), X, y, **few)
    to.add("rfe-regression", "two are left, ridge", RFE(Ridge(), n_features_to_select=2), X, y * 1.5, **few)
    to.add("rfe-forest", "a forest", RFE(RandomForestClassifier(n_estimators=4, max_depth=3, random_state=0), n_features_to_select=2, step=2), X, y, **few)
    to.add("rfecv", "as many as are best", RFECV(logistic, cv=3), X, y, **few)
    if to.since(0, 24):
        to.add("sequential", "one after another", feature_selection.SequentialFeatureSelector(LinearRegression(), n_features_to_select=3, cv=3), X, y, **few)
        to.add("sequential-backward", "backwards", feature_selection.SequentialFeatureSelector(LinearRegression(), n_features_to_select=4, direction="backward", cv=3), X, y, **few)
