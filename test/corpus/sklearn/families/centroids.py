"""The nearest centre of a class, and columns made for neighbours."""

import numpy as np
from sklearn.neighbors import NearestCentroid

try:
    from sklearn.neighbors import NeighborhoodComponentsAnalysis
except ImportError:
    NeighborhoodComponentsAnalysis = None


def add_cases(to, data):
    X, y = data.blobs(3, seed=85, rows=45)
    to.add("centroid-plain", "Euclidean", NearestCentroid(), X, y)
    to.add("centroid-manhattan", "medians", NearestCentroid(metric="manhattan"), X, y)
    to.add("centroid-shrunken", "shrunken", NearestCentroid(shrink_threshold=0.5), X, np.array(["a", "b", "c"])[y])
    to.add("centroid-two", "two classes", NearestCentroid(), *data.blobs(2, seed=86, rows=31))
    if not to.since(1, 2):
        to.add("centroid-cosine", "angles", NearestCentroid(metric="cosine"), X, y)
    if to.since(1, 6):
        to.add("centroid-priors", "shares of the classes", NearestCentroid(priors=[0.5, 0.3, 0.2]), X, y)
        to.add("centroid-empirical", "shares of training", NearestCentroid(priors="empirical", shrink_threshold=0.2), X, np.maximum(y, 1))
        to.add("centroid-manhattan-priors", "medians", NearestCentroid(metric="manhattan", priors=[0.5, 0.3, 0.2]), X, y)
    if NeighborhoodComponentsAnalysis is None:
        to.skip("nca", "no such class before 0.22")
    else:
        to.add("nca", "two columns", NeighborhoodComponentsAnalysis(n_components=2, max_iter=3, random_state=0), X, y)
