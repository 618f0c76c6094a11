"""Nearest neighbours and neighbours within a radius: classes and numbers."""

import numpy as np
from scipy import sparse
from sklearn.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)


def add_cases(to, data):
    X, y = data.blobs(3, seed=81)
    for name, params in (
        ("plain", dict()),
        ("brute", dict(algorithm="brute")),
        ("ball", dict(algorithm="ball_tree", n_neighbors=4)),
        ("one", dict(n_neighbors=1)),
        ("distance", dict(weights="distance", algorithm="kd_tree")),
        ("manhattan", dict(p=1, n_neighbors=7)),
        ("cubes", dict(p=3)),
        ("chebyshev", dict(metric="chebyshev", weights="distance")),
        ("cosine", dict(metric="cosine", algorithm="brute")),
    ):
        to.add("knn-" + name, repr(sorted(params.items())), KNeighborsClassifier(**params), X, y)
    to.add("knn-names", "text labels", KNeighborsClassifier(), X, np.array(["a", "b", "c"])[y])
    to.add("knn-truths", "boolean labels", KNeighborsClassifier(n_neighbors=4), X, y == 1)
    to.add("knn-two", "two classes", KNeighborsClassifier(n_neighbors=3), *data.blobs(2, seed=82))
    target = X[:, 0] - 2 * X[:, 1]
    to.add("knr-plain", "one target", KNeighborsRegressor(), X, target)
    to.add("knr-distance", "weighted", KNeighborsRegressor(weights="distance", n_neighbors=6), X, target)
    to.add("knr-several", "two targets", KNeighborsRegressor(), X, np.column_stack([target, y]).astype(float))
    add_ties(to, data)
    add_metrics(to, X, y, target)
    add_targets(to, X, y)
    add_radius(to, X, y, target)
    add_given(to, X, y, target)


def add_ties(to, data):
    """Rows that stand equally far, in trees with many leaves: which of them are neighbours is decided by the order of the search."""
    X = np.round(data.iris_full()[0][::2] * 2) / 2
    # Rows of another type than those of training are not looked for in their order.
    others = dict(float32=None, int64=None)
    # On the grid of the data: what products of matrices round away would decide elsewhere.
    rows = np.vstack([X[::-2] + np.array([0.5, 0, -0.5, 0]), X[::3] + np.array([0, 1, 0, 0.5])])
    for name in ("kd_tree", "ball_tree", "brute"):
        model = KNeighborsClassifier(n_neighbors=6, algorithm=name, leaf_size=5)
        to.add("knn-ties-" + name, "equal distances", model, X, (np.arange(75) * 7) % 4, rows=rows, runs=others if name == "brute" else None)
    # From 1.3 on classifiers look through sparse rows in one way and regressors in another; NumPy 2 partitions with vectors.
    if not to.since(1, 3):
        model = KNeighborsClassifier(n_neighbors=6)
        to.add("knn-ties-sparse", "equal distances", model, X, (np.arange(75) * 7) % 4, fit_with=sparse.csr_matrix(X), rows=rows, runs=others)


def add_metrics(to, X, y, target):
    # Not on a grid: which of equally near rows a partition of all distances leaves first is NumPy's affair.
    X = X + np.random.RandomState(84).uniform(-0.1, 0.1, size=X.shape)
    near = X[::2] + np.random.RandomState(85).uniform(-0.5, 0.5, size=X[::2].shape)
    inverse = np.array([[2.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 1.5]])
    metrics = [
        ("canberra", "ball_tree", None),
        ("canberra", "brute", None),
        ("braycurtis", "ball_tree", None),
        ("braycurtis", "brute", None),
        ("correlation", "brute", None),
        ("sqeuclidean", "brute", None),
        ("seuclidean", "brute", dict(V=np.array([0.5, 2.0, 1.0]))),
        ("seuclidean", "ball_tree", dict(V=np.array([0.5, 2.0, 1.0]))),
        ("mahalanobis", "brute", dict(VI=inverse)),
        ("mahalanobis", "ball_tree", dict(VI=inverse)),
    ]
    if to.since(1, 3):
        metrics.append(("minkowski", "ball_tree", dict(p=3, w=np.array([1.0, 0.25, 3.0]))))
    for metric, algorithm, params in metrics:
        name = "knr-%s-%s" % (metric, algorithm.split("_")[0])
        model = KNeighborsRegressor(metric=metric, algorithm=algorithm, metric_params=params, weights="distance")
        to.add(name, "distances weigh", model, X, target, rows=near)
    names = ["hamming", "jaccard", "dice", "rogerstanimoto", "russellrao", "sokalsneath"]
    if to.since(1, 9):
        names.append("yule")
    else:
        names += ["sokalmichener", "kulsinski"] if not to.since(1, 2) else ["sokalmichener"]
    random = np.random.RandomState(83)
    truths = (random.uniform(size=(40, 9)) < 0.5).astype(float)
    truths[:, 0] = 1
    rows = (random.uniform(size=(24, 9)) < 0.5).astype(float)
    rows[:, 0] = 1
    weighed = truths.dot(np.arange(9.0))
    for metric in names:
        for algorithm in ("brute",) if metric == "yule" else ("brute", "ball_tree"):
            model = KNeighborsRegressor(40, metric=metric, algorithm=algorithm, weights="distance")
            to.add("knr-%s-%s" % (metric, algorithm.split("_")[0]), "truths", model, truths, weighed, rows=rows)
    if to.since(0, 20):
        where = X[:, :2] / 4
        model = KNeighborsRegressor(metric="haversine", algorithm="ball_tree", weights="distance")
        to.add("knr-haversine", "latitude and longitude", model, where, target, runs=dict(extreme=None))
    if to.since(1, 6):
        holes = X.copy()
        holes[::5, 1] = np.nan
        model = KNeighborsRegressor(metric="nan_euclidean", algorithm="brute", weights="distance")
        to.add("knr-nan", "missing values", model, X, target, fit_with=holes, missing=False, rows=holes[::3] + 0.03)


def add_targets(to, X, y):
    two = np.column_stack([y, (X[:, 0] > 0) * 2 + 3])
    to.add("knn-targets", "two targets", KNeighborsClassifier(), X, two)
    to.add("knn-targets-distance", "two targets", KNeighborsClassifier(weights="distance"), X, two)
    to.add("knn-sparse", "sparse rows", KNeighborsClassifier(), X, y, fit_with=sparse.csr_matrix(X))
    to.add("knr-sparse", "sparse rows", KNeighborsRegressor(weights="distance"), X, y * 2.5, fit_with=sparse.csr_matrix(X))


def add_radius(to, X, y, target):
    far = dict(extreme=None)
    near = np.concatenate([X[::2] + 0.05] + [X + step for step in (0.02, -0.03, 0.04, -0.05)])
    for name, params in (
        ("plain", dict(radius=1.5)),
        ("distance", dict(radius=1.5, weights="distance", algorithm="brute")),
        ("manhattan", dict(radius=2.0, p=1)),
    ):
        to.add("rnn-" + name, repr(sorted(params.items())), RadiusNeighborsClassifier(**params), X, y, rows=near, mix=False)
    to.add("rnn-outliers", "a label of training", RadiusNeighborsClassifier(0.75, outlier_label=2), X, y)
    to.add("rnn-stranger", "a label of its own", RadiusNeighborsClassifier(0.75, outlier_label=-7), X, y)
    names = np.array(["a", "b", "c"])[y]
    to.add("rnn-names", "text labels", RadiusNeighborsClassifier(0.75, outlier_label="z", weights="distance"), X, names)
    if to.since(0, 22):
        two = np.column_stack([y, (X[:, 0] > 0) * 2 + 3])
        to.add("rnn-frequent", "the most frequent", RadiusNeighborsClassifier(0.75, outlier_label="most_frequent"), X, np.maximum(y, 1))
        to.add("rnn-targets", "two targets", RadiusNeighborsClassifier(0.75, outlier_label=[1, 9]), X, two)
    else:
        to.skip("rnn-frequent", "no most frequent label before 0.22")
        to.skip("rnn-targets", "one outlier label for all targets before 0.22")
    to.add("rnr-plain", "one target", RadiusNeighborsRegressor(1.5), X, target, rows=near, mix=False)
    to.add("rnr-distance", "weighted", RadiusNeighborsRegressor(1.5, weights="distance"), X, target, rows=np.concatenate([X[::2], near]), mix=False)
    if to.since(0, 20):
        to.add("rnr-alone", "rows without neighbours", RadiusNeighborsRegressor(0.75), X, np.column_stack([target, y]).astype(float))
        to.add("rnr-whole", "whole targets, rows without neighbours", RadiusNeighborsRegressor(0.75, weights="distance"), X, y, runs=dict(one=None, extreme=None))


def add_given(to, X, y, target):
    """Distances that are computed outside: a row has one to each row of training."""
    among, asked = X[::3], X[1::3]
    # Not a grid: no two rows are equally far.
    among = among + np.random.RandomState(86).uniform(-0.1, 0.1, size=among.shape)

    def apart(rows):
        return np.round(np.sqrt(((rows[:, np.newaxis] - among) ** 2).sum(axis=2)), 4)

    # Rows made by chance have distances below 0, which are refused.
    how = dict(rows=np.vstack([apart(asked + away) for away in (0, 0.25, -0.4, 0.7, -1.1, 3)]), mix=False, runs=dict(int64=None, extreme=None))
    for weights in ("uniform", "distance"):
        model = KNeighborsClassifier(n_neighbors=4, metric="precomputed", weights=weights)
        to.add("knn-given-" + weights, "distances computed outside", model, apart(among), y[::3], **how)
    to.add("knr-given", "distances computed outside", KNeighborsRegressor(metric="precomputed"), apart(among), target[::3], **how)
    model = RadiusNeighborsClassifier(radius=1.5, metric="precomputed", outlier_label=1)
    to.add("rnn-given", "distances computed outside", model, apart(among), y[::3], **how)
    # 0.18 stumbles over weights of no row.
    model = RadiusNeighborsRegressor(radius=2.0, metric="precomputed", weights="distance" if to.since(0, 20) else "uniform")
    to.add("rnr-given", "distances computed outside", model, apart(among), target[::3], **how)
