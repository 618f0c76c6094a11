"""Clusters whose centres tell where a row belongs. The library itself fails on float32 rows for centres of float64."""

from sklearn.cluster import AffinityPropagation, Birch, KMeans, MeanShift, MiniBatchKMeans


def add_cases(to, data):
    X, _ = data.blobs(3, seed=91)
    to.add("kmeans-plain", "three centres", KMeans(n_clusters=3, n_init=2, random_state=0), X, runs={"float32": None})
    to.add("kmeans-many", "eight centres", KMeans(n_clusters=8, n_init=1, random_state=0), X, runs={"float32": None})
    to.add("kmeans-batches", "small batches", MiniBatchKMeans(n_clusters=4, n_init=1, random_state=0), X, runs={"float32": None})
    to.add("birch-plain", "subclusters", Birch(n_clusters=3, threshold=1.0), X, runs={"float32": None})
    to.add("birch-all", "each subcluster by itself", Birch(n_clusters=None, threshold=1.5), X, runs={"float32": None})
    to.add("meanshift-plain", "peaks", MeanShift(bandwidth=2.5), X, runs={"float32": None})
    to.add("affinity-plain", "exemplars", AffinityPropagation(**(dict(random_state=0) if to.since(0, 23) else {})), X, runs={"float32": None})
