"""Rows placed among those of training by their neighbours."""

import numpy as np
from sklearn.manifold import Isomap, LocallyLinearEmbedding


def add_cases(to, data):
    X, _ = data.blobs(2, features=4, rows=40, seed=160, spread=2.0)
    # The ways to rows 1e30 away are all equal, and what centring leaves of their squares is rounding.
    near = dict(runs={"extreme": None})
    to.add("isomap-plain", "two directions", Isomap(n_neighbors=6), X, **near)
    to.add("isomap-more", "three directions, more neighbours", Isomap(n_neighbors=12, n_components=3, neighbors_algorithm="brute"), X, **near)
    if to.since(0, 22):
        to.add("isomap-manhattan", "another distance", Isomap(n_neighbors=8, metric="manhattan"), X, **near)
    else:
        to.skip("isomap-manhattan", "it knows one distance")
    if to.since(0, 22):
        # Not on a grid: which of equally near rows a partition leaves first is NumPy's affair.
        among = X + np.random.RandomState(85).uniform(-0.1, 0.1, size=X.shape)
        apart = np.round(np.sqrt(((among[:, np.newaxis] - among) ** 2).sum(axis=2)), 4)
        asked = np.vstack([np.round(np.sqrt((((X + away)[:, np.newaxis] - among) ** 2).sum(axis=2)), 4) for away in (0.25, -0.5, 0.7, -1.1, 1.5)])
        # Rows made by chance have distances below 0, which are refused.
        given = dict(rows=asked, mix=False, runs=dict(extreme=None, int64=None))
        to.add("isomap-given", "distances computed outside", Isomap(n_neighbors=6, metric="precomputed"), apart, **given)
    else:
        to.skip("isomap-given", "it knows one distance")
    if to.since(1, 2):
        to.add("isomap-radius", "neighbours within a radius", Isomap(n_neighbors=None, radius=6.0), X, rows=X)
    else:
        to.skip("isomap-radius", "it knows a number of neighbours")
    for method in ("standard", "modified", "hessian", "ltsa"):
        count = 8 if method != "hessian" else 10
        model = LocallyLinearEmbedding(n_neighbors=count, method=method, eigen_solver="dense", random_state=0)
        to.add("locally-" + method, method, model, X)
    to.add("locally-penalty", "a larger penalty", LocallyLinearEmbedding(n_neighbors=6, reg=0.1, eigen_solver="dense"), X)
