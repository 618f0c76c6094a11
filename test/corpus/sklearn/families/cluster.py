"""Clusters whose centres tell where a row belongs, and clusters of columns."""

import math

import numpy as np
from scipy import sparse
from sklearn.cluster import AffinityPropagation, Birch, FeatureAgglomeration, KMeans, MeanShift, MiniBatchKMeans


def add_cases(to, data):
    X, _ = data.blobs(3, seed=91)
    # From 0.24 on KMeans fails on float32 rows for centres of float64.
    ways = dict(runs={"float32": None}) if to.since(0, 24) else {}
    to.add("kmeans-plain", "three centres", KMeans(n_clusters=3, n_init=2, random_state=0), X, **ways)
    to.add("kmeans-many", "eight centres", KMeans(n_clusters=8, n_init=1, random_state=0), X, **ways)
    to.add("kmeans-batches", "small batches", MiniBatchKMeans(n_clusters=4, n_init=1, random_state=0), X, **ways)
    holed = X * (np.abs(X) > 1)
    to.add("kmeans-sparse", "fitted on a CSR matrix", KMeans(n_clusters=3, n_init=1, random_state=0), holed, fit_with=sparse.csr_matrix(holed), **ways)
    bisecting = ["bisecting-plain", "bisecting-sparse", "bisecting-one"]
    if to.since(1, 2):
        from sklearn.cluster import BisectingKMeans

        to.add("bisecting-plain", "seven leaves", BisectingKMeans(n_clusters=7, random_state=0), X, **ways)
        to.add("bisecting-sparse", "fitted on a CSR matrix", BisectingKMeans(n_clusters=4, random_state=0), holed, fit_with=sparse.csr_matrix(holed), **ways)
        to.add("bisecting-one", "a leaf alone", BisectingKMeans(n_clusters=1, random_state=0), X, **ways)
    else:
        for name in bisecting:
            to.skip(name, "it begins with 1.1")
    to.add("birch-plain", "subclusters", Birch(n_clusters=3, threshold=1.0), X)
    to.add("birch-all", "each subcluster by itself", Birch(n_clusters=None, threshold=1.5), X)
    to.add("meanshift-plain", "peaks", MeanShift(bandwidth=2.5), X)
    to.add("affinity-plain", "exemplars", AffinityPropagation(**(dict(random_state=0) if to.since(0, 23) else {})), X)
    # Exemplars around the origin, from which they are equally far but for rounding. NumPy's own cosines of 1.24 round otherwise.
    ring = 1.8 * np.array([[math.cos(angle), math.sin(angle)] for angle in 0.9 + 0.7 * np.arange(9)])
    seeded = dict(random_state=0) if to.since(0, 23) else {}
    to.add("affinity-ring", "every row an exemplar", AffinityPropagation(preference=0.0, damping=0.9, **seeded), ring)
    W, _ = data.blobs(3, features=7, seed=96)
    for pool in (np.mean, np.median, np.max, np.min):
        name = pool.__name__.replace("amax", "max").replace("amin", "min")
        # The largest and the smallest of whole numbers stay whole numbers: a transform is of floats here, all the same.
        ways = dict(runs={"int64": None}) if name in ("max", "min") else {}
        to.add("agglomeration-" + name, "three groups of columns", FeatureAgglomeration(n_clusters=3, pooling_func=pool), W, **ways)
