"""Nearest neighbours: classes and numbers."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor


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
    to.add("knn-two", "two classes", KNeighborsClassifier(n_neighbors=3), *data.blobs(2, seed=82))
    target = X[:, 0] - 2 * X[:, 1]
    to.add("knr-plain", "one target", KNeighborsRegressor(), X, target)
    to.add("knr-distance", "weighted", KNeighborsRegressor(weights="distance", n_neighbors=6), X, target)
    to.add("knr-several", "two targets", KNeighborsRegressor(), X, np.column_stack([target, y]).astype(float))
