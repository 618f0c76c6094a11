"""Projections: principal components and their kin, random ones."""

import numpy as np
from scipy import sparse
from sklearn import decomposition
from sklearn.decomposition import PCA, FactorAnalysis, FastICA, IncrementalPCA, KernelPCA, SparsePCA, TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KernelCenterer, StandardScaler
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection


def add_cases(to, data):
    X, y = data.wine()
    X = X[:, :8] / X[:, :8].max(axis=0)
    principal(to, X, y)
    others(to, X)
    kernels(to, X[:40])
    projections(to, X)


def principal(to, X, y):
    # 0.18 takes the mean of no numbers for the noise then, and cannot say how likely a row is.
    quiet = dict() if to.since(0, 20) else dict(leave_out=("score_samples",))
    to.add("pca", "all components", PCA(), X, **quiet)
    to.add("pca-three", "three components", PCA(3), X, **quiet)
    to.add("pca-whiten", "whitened", PCA(4, whiten=True), X, **quiet)
    to.add("pca-share", "as many as explain 90 percent", PCA(0.9, svd_solver="full"), X, **quiet)
    to.add("pca-random", "by random projections", PCA(3, svd_solver="randomized", random_state=0), X, **quiet)
    # Since 1.5 the centre's product is summed up in float32, in an order of the machine's: the eighth digit is its own.
    if not to.since(1, 5):
        to.add("pca-float32", "fitted on float32", PCA(3), X, fit_with=X.astype(np.float32), leave_out=("score_samples",))
    to.add("pca-logistic", "scaler, components, logistic regression", make_pipeline(StandardScaler(), PCA(3), LogisticRegression(solver="lbfgs")), X, y)
    to.add("pca-incremental", "batch by batch", IncrementalPCA(3, batch_size=30), X)
    to.add("pca-incremental-whiten", "batch by batch, whitened", IncrementalPCA(3, batch_size=30, whiten=True), X)
    if not to.since(0, 20):
        to.add("pca-old", "RandomizedPCA", decomposition.RandomizedPCA(3, random_state=0), X)
        to.add("pca-old-whiten", "RandomizedPCA, whitened", decomposition.RandomizedPCA(3, whiten=True, random_state=0), X)


def others(to, X):
    to.add("svd", "truncated singular values", TruncatedSVD(3, random_state=0), X)
    to.add("svd-arpack", "by ARPACK, fitted on sparse rows", TruncatedSVD(3, algorithm="arpack", random_state=0), X, fit_with=sparse.csr_matrix(X))
    to.add("factors", "factor analysis", FactorAnalysis(3, random_state=0), X)
    if to.since(0, 24):
        to.add("factors-rotated", "rotated factors", FactorAnalysis(3, rotation="varimax", random_state=0), X)
    more = dict(whiten="unit-variance") if to.since(1, 1) else {}
    to.add("ica", "independent components", FastICA(3, random_state=0, max_iter=400, tol=0.01, **more), X)
    to.add("ica-cube", "the function cube", FastICA(3, fun="cube", random_state=0, max_iter=400, tol=0.01, **more), X)
    if to.since(1, 1):
        to.add("ica-arbitrary", "arbitrary variance", FastICA(3, whiten="arbitrary-variance", random_state=0, max_iter=400, tol=0.01), X)
    # Some versions give a vector for a single row.
    several = dict(runs={"one": None})
    to.add("sparse-pca", "few features a component; before 0.22 all rows of a call count for an answer", SparsePCA(3, alpha=0.1, random_state=0), X, **several)
    to.add("sparse-pca-batches", "the same batch by batch", decomposition.MiniBatchSparsePCA(3, alpha=0.1, random_state=0), X, **several)
    if to.since(0, 20) and not to.since(0, 22):
        to.add("sparse-pca-normalized", "components of length 1", SparsePCA(3, alpha=0.1, normalize_components=True, random_state=0), X, **several)


def kernels(to, X):
    for kernel, more in (("linear", {}), ("poly", dict(degree=2, coef0=0.5)), ("rbf", dict(gamma=0.7)), ("sigmoid", dict(gamma=0.1, coef0=0.2)), ("cosine", {})):
        to.add("kernel-" + kernel, "kernel " + kernel, KernelPCA(3, kernel=kernel, eigen_solver="dense", **more), X, runs={"extreme": None})
    square = X[:12].dot(X[:12].T)
    to.add("kernel-precomputed", "similarities are computed outside, and asked with", KernelPCA(2, kernel="precomputed", eigen_solver="dense"), square, runs={"extreme": None})
    to.add("kernel-centerer", "similarities are centred alone", KernelCenterer(), square)
    to.add("kernel-gamma", "gamma left open", KernelPCA(2, kernel="rbf", eigen_solver="dense"), X)


def projections(to, X):
    to.add("random-gauss", "normal numbers", GaussianRandomProjection(4, random_state=0), X)
    to.add("random-sparse", "mostly zeros", SparseRandomProjection(4, density=0.3, random_state=0), X)
    to.add("random-dense", "the same, dense", SparseRandomProjection(4, dense_output=True, random_state=0), X)
