"""KernelRidge, of each kernel that has a name."""

import numpy as np
from scipy import sparse
from sklearn.kernel_ridge import KernelRidge


def add_cases(to, data):
    X, y = data.curve(seed=120, rows=40)
    for kernel, params in (
        ("linear", {}),
        ("polynomial", dict(degree=2)),
        ("poly", dict(degree=3, gamma=0.1, coef0=0.5)),
        ("rbf", {}),
        ("rbf-gamma", dict(gamma=0.25)),
        ("laplacian", {}),
        ("sigmoid", dict(gamma=0.01)),
        ("cosine", {}),
    ):
        to.add("kernel-ridge-" + kernel, "one target", KernelRidge(kernel=kernel.split("-")[0], alpha=0.5, **params), X, y)
    to.add("kernel-ridge-several", "three targets", KernelRidge(kernel="rbf", alpha=0.5), *data.curve(seed=121, rows=40, outputs=3))
    Z = X[:12]
    to.add("kernel-ridge-precomputed", "similarities are computed outside, and asked with", KernelRidge(kernel="precomputed"), Z.dot(Z.T), y[:12])
    holed = X * (np.abs(X) > 1)
    for kernel in ("linear", "rbf"):
        to.add("kernel-ridge-sparse-" + kernel, "fitted on a CSR matrix", KernelRidge(kernel=kernel), holed, y, fit_with=sparse.csr_matrix(holed))
    rows = np.abs(np.vstack([X, X[::-1] / 2]))
    for kernel, params in (("additive_chi2", {}), ("chi2", dict(gamma=0.5))):
        to.add("kernel-ridge-" + kernel.replace("_", "-"), "numbers from 0 on", KernelRidge(kernel=kernel, alpha=0.5, **params), np.abs(X), y, rows=rows)
