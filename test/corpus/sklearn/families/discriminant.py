"""LinearDiscriminantAnalysis and QuadraticDiscriminantAnalysis."""

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis


def add_cases(to, data):
    linear(to, data)
    quadratic(to, data)
    old_names(to, data)


def linear(to, data):
    X, y = data.blobs(3, features=4, seed=130)
    two = data.blobs(2, features=4, seed=131)
    to.add("lda", "solver svd, three classes", LinearDiscriminantAnalysis(), X, y)
    to.add("lda-one-component", "one direction only", LinearDiscriminantAnalysis(n_components=1), X, y)
    to.add("lda-eigen", "solver eigen", LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1), X, y)
    to.add("lda-lsqr", "solver lsqr: no transform", LinearDiscriminantAnalysis(solver="lsqr"), X, y, leave_out=("transform",))
    to.add("lda-binary", "two classes", LinearDiscriminantAnalysis(), *two)
    to.add("lda-string", "two text labels, priors given", LinearDiscriminantAnalysis(priors=[0.75, 0.25]), two[0], np.array(["no", "yes"])[two[1]])
    to.add("lda-bool", "labels False and True, solver eigen", LinearDiscriminantAnalysis(solver="eigen"), two[0], two[1] == 1)
    to.add("lda-wine", "13 columns of very different size", LinearDiscriminantAnalysis(), *data.wine())
    far = X * 20
    to.add("lda-far", "classes far apart: probabilities of 0", LinearDiscriminantAnalysis(), far, y, extra_rows=list(far[:6] * 8))


def quadratic(to, data):
    X, y = data.blobs(3, features=4, seed=132)
    two = data.blobs(2, features=3, seed=133)
    to.add("qda", "three classes", QuadraticDiscriminantAnalysis(), X, y)
    to.add("qda-binary", "two classes", QuadraticDiscriminantAnalysis(), *two)
    to.add("qda-string", "three text labels, priors given", QuadraticDiscriminantAnalysis(priors=[0.5, 0.25, 0.25]), X, np.array(["low", "mid", "tall"])[y])
    to.add("qda-regularized", "regularized", QuadraticDiscriminantAnalysis(reg_param=0.3), X, y)
    to.add("qda-bool", "labels False and True", QuadraticDiscriminantAnalysis(), two[0], two[1] == 1)
    to.add("qda-iris", "iris", QuadraticDiscriminantAnalysis(), *data.iris_full())


def old_names(to, data):
    """Until 0.18 the classes have their first names as well."""
    if to.since(0, 20):
        to.skip("lda-old-name", "the class has gone")
        to.skip("qda-old-name", "the class has gone")
        return
    from sklearn.lda import LDA
    from sklearn.qda import QDA

    X, y = data.blobs(3, features=4, seed=134)
    to.add("lda-old-name", "three classes", LDA(), X, y)
    to.add("qda-old-name", "three classes", QDA(), X, y)
