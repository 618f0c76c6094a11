"""libsvm's machines: kernels, decision shapes, Platt probabilities, labels, sparse training, regression, one class."""

import numpy as np
import sklearn
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from families.text import documents

# gamma=SCALE came with 0.20; before, a number near to what it would be.
SCALE = 0.2 if sklearn.__version__.startswith("0.18") else "scale"


def add_cases(to, data):
    kernels(to, data)
    shapes(to, data)
    probabilities(to, data)
    labels(to, data)
    sparse_trained(to, data)
    nu(to, data)
    regression(to, data)
    one_class(to, data)
    texts(to, data)


def kernels(to, data):
    X, y = data.iris_full()
    to.add("svc-rbf-iris", "the iris walkthrough: rbf, gamma scale, three classes", SVC(gamma=SCALE), X, y)
    to.add("svc-rbf-gamma-auto", "gamma auto (1 / features)", SVC(gamma="auto"), *data.blobs(3, seed=1))
    to.add("svc-rbf-gamma-number", "gamma 0.25, C 10", SVC(gamma=0.25, C=10.0), *data.blobs(3, seed=2))
    to.add("svc-rbf-binary", "two classes: decision_function is one column, as a vector", SVC(gamma=SCALE), *data.blobs(2, seed=3))
    to.add("svc-linear-binary", "linear kernel, two classes", SVC(kernel="linear"), *data.iris_binary())
    to.add("svc-linear-three", "linear kernel, three classes, wine", SVC(kernel="linear", C=0.5), *data.wine())
    to.add("svc-poly-2", "polynomial kernel of degree 2, coef0 1", SVC(kernel="poly", degree=2, coef0=1.0, gamma=SCALE), *data.blobs(3, seed=4))
    to.add("svc-poly-3", "polynomial kernel of degree 3, coef0 0", SVC(kernel="poly", gamma=SCALE), *data.blobs(2, seed=5))
    to.add("svc-poly-5", "polynomial kernel of degree 5, negative coef0", SVC(kernel="poly", degree=5, coef0=-0.5, gamma=0.1), *data.blobs(3, seed=6))
    to.add("svc-sigmoid", "sigmoid kernel, three classes", SVC(kernel="sigmoid", gamma=0.05, coef0=0.25), *data.blobs(3, seed=7))
    to.add("svc-digits", "64 columns, five classes", SVC(gamma=0.001), *data.digits())
    to.add("svc-one-feature", "one column, three classes", SVC(gamma=SCALE), *data.blobs(3, features=1, seed=8))
    X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    to.add("svc-on-the-fence", "symmetric: the row 0 has the decision 0 exactly", SVC(kernel="linear"), X, np.array([0, 0, 1, 1]))


def shapes(to, data):
    X, y = data.blobs(5, rows=75, seed=9, spread=1.3)
    to.add("svc-five-ovr", "five overlapping classes, decisions one-versus-rest", SVC(gamma=SCALE, decision_function_shape="ovr"), X, y)
    to.add("svc-five-ovo", "the same, decisions one-versus-one", SVC(gamma=SCALE, decision_function_shape="ovo"), X, y)
    to.add("svc-three-ovo", "three classes, one-versus-one", SVC(gamma=SCALE, decision_function_shape="ovo"), *data.blobs(3, seed=10))
    if to.since(0, 22):
        to.add("svc-break-ties", "five classes, ties of votes broken by the decision", SVC(gamma=SCALE, break_ties=True), X, y)
    else:
        to.skip("svc-break-ties", "break_ties came with 0.22")


def probabilities(to, data):
    def svc(**params):
        return SVC(probability=True, random_state=0, gamma=SCALE, **params)

    to.add("svc-proba-binary", "Platt probabilities, two classes", svc(), *data.blobs(2, seed=11))
    to.add("svc-proba-iris", "Platt probabilities, three classes", svc(), *data.iris_half())
    to.add("svc-proba-five", "Platt probabilities, five overlapping classes", svc(), *data.blobs(5, rows=75, seed=12, spread=1.3))
    to.add("svc-proba-linear-ovo", "Platt probabilities, linear, ovo", svc(kernel="linear", decision_function_shape="ovo"), *data.blobs(3, seed=13))
    X, y = data.iris_half()
    to.add("svc-proba-string", "Platt probabilities, text labels", svc(), X, data.iris_names(y))


def labels(to, data):
    X, y = data.iris_half()
    to.add("svc-string-labels", "text labels", SVC(gamma=SCALE), X, data.iris_names(y))
    to.add("svc-object-labels", "text labels kept as Python objects", SVC(gamma=SCALE), X, data.iris_names(y).astype(object))
    to.add("svc-odd-integers", "labels -7, 0 and 40", SVC(gamma=SCALE), X, np.array([40, -7, 0])[y])
    to.add("svc-float-labels", "labels 1.0 and 2.0, float64", SVC(gamma=SCALE), *floats(data.blobs(2, seed=14)))
    X, y = data.blobs(2, seed=15)
    to.add("svc-bool-labels", "labels False and True", SVC(gamma=SCALE), X, y == 1)
    X, y = data.blobs(3, seed=16)
    weights = {0: 1.0, 1: 5.0, 2: 0.5}
    to.add("svc-class-weight", "class weights given", SVC(gamma=SCALE, class_weight=weights), X, y)
    to.add("svc-class-weight-balanced", "class weights balanced, uneven classes", SVC(gamma=SCALE, class_weight="balanced"), X[:45], (y[:45] > 0) * 1)


def floats(pair):
    return pair[0], pair[1] + 1.0


def sparse_trained(to, data):
    for name, classes, params in (
        ("svc-sparse-binary", 2, dict(gamma=SCALE)),
        ("svc-sparse-three", 3, dict(gamma=SCALE, probability=True, random_state=0)),
        ("svc-sparse-linear", 3, dict(kernel="linear")),
    ):
        X, y = data.blobs(classes, features=5, seed=17)
        X[np.abs(X) < 1] = 0
        to.add(name, "fitted on a CSR matrix, asked with dense rows", SVC(**params), X, y, fit_with=sparse.csr_matrix(X))


def nu(to, data):
    X, y = data.blobs(3, seed=80)
    to.add("nusvc", "NuSVC, three classes", NuSVC(gamma=SCALE), X, y)
    to.add("nusvc-binary", "NuSVC, two text labels, sigmoid", NuSVC(kernel="sigmoid", gamma=0.1, nu=0.4), *texted(data.blobs(2, seed=81)))
    to.add("nusvc-proba", "NuSVC with probabilities", NuSVC(gamma=SCALE, probability=True, random_state=0, nu=0.3), X, y)
    to.add("nusvc-ovo", "NuSVC, linear, one-versus-one", NuSVC(kernel="linear", decision_function_shape="ovo", nu=0.3), X, y)


def texted(pair):
    return pair[0], np.array(["no", "yes"])[pair[1]]


def regression(to, data):
    X, y = data.curve(seed=82, rows=40)
    for kernel in ("linear", "poly", "rbf", "sigmoid"):
        to.add("svr-" + kernel, "SVR", SVR(kernel=kernel, gamma=0.1, coef0=0.5, C=0.5), X, y)
        to.add("nusvr-" + kernel, "NuSVR", NuSVR(kernel=kernel, gamma=0.1, coef0=0.5, C=0.5), X, y)
    Z = X[:12]
    for name, model in (("svc", SVC(kernel="precomputed")), ("svr", SVR(kernel="precomputed"))):
        to.add(name + "-precomputed", "similarities are computed outside, and asked with", model, Z.dot(Z.T), y[:12] > 5 if name == "svc" else y[:12])
    to.add("one-class-precomputed", "similarities are computed outside, and asked with", OneClassSVM(kernel="precomputed"), Z.dot(Z.T))
    holed = X * (np.abs(X) > 1)
    to.add("svr-sparse", "SVR fitted on a CSR matrix", SVR(gamma=0.2), holed, y, fit_with=sparse.csr_matrix(holed))
    to.add("nusvr-sparse", "NuSVR fitted on a CSR matrix", NuSVR(kernel="linear"), holed, y, fit_with=sparse.csr_matrix(holed))


def one_class(to, data):
    X, _ = data.blobs(2, seed=83, rows=40)
    for kernel in ("linear", "poly", "rbf", "sigmoid"):
        # Far out the products cancel, and the order of their sum decides which side of the sigmoid a row is on.
        to.add("one-class-" + kernel, "OneClassSVM", OneClassSVM(kernel=kernel, gamma=0.1, nu=0.3), X, runs={"extreme": None} if kernel == "sigmoid" else None)
    holed = X * (np.abs(X) > 1)
    to.add("one-class-sparse", "OneClassSVM fitted on a CSR matrix", OneClassSVM(gamma=0.2, nu=0.3), holed, fit_with=sparse.csr_matrix(holed))


def texts(to, data):
    words = documents()
    y = np.arange(len(words)) % 3
    for name, model in (
        ("linear", SVC(kernel="linear")),
        ("rbf", SVC(gamma=0.5, probability=True, random_state=0)),
        ("poly", SVC(kernel="poly", gamma=0.5, coef0=1.0, degree=2)),
        ("nusvc", NuSVC(kernel="sigmoid", gamma=0.5, nu=0.3)),
        ("svr", SVR(gamma=0.5)),
        ("one-class", OneClassSVM(gamma=0.5, nu=0.3)),
    ):
        to.add("text-" + name, "sparse rows", make_pipeline(TfidfVectorizer(max_features=30), model), words, y)
