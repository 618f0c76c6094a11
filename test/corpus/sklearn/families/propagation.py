"""Labels that spread from some rows to others."""

import numpy as np
from scipy import sparse
from sklearn.semi_supervised import LabelPropagation, LabelSpreading


def add_cases(to, data):
    X, y = data.blobs(3, seed=170, spread=1.5)
    some = np.where(np.arange(len(y)) % 4 == 0, y, -1)
    for cls in (LabelPropagation, LabelSpreading):
        name = cls.__name__[5:].lower()
        to.add(name + "-rbf", "a quarter has labels", cls(gamma=0.5, max_iter=200), X, some)
        to.add(name + "-knn", "the nearest alone", cls(kernel="knn", n_neighbors=5, max_iter=200), X, some)
    binary, answer = data.blobs(2, seed=171)
    few = np.where(np.arange(len(answer)) % 3 == 0, answer + 4, -1)
    to.add("spreading-alpha", "labels 4 and 5", LabelSpreading(gamma=0.1, alpha=0.8), binary, few)
    holed = X * (np.abs(X) > 1)
    if to.since(1, 3):
        to.add("spreading-sparse", "fitted on a CSR matrix", LabelSpreading(gamma=0.5), holed, some, fit_with=sparse.csr_matrix(holed))
    else:
        to.skip("spreading-sparse", "it cannot be fitted on a sparse matrix")
