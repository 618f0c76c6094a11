"""Mixtures of normal distributions. Of whole numbers newer libraries keep their logarithms as whole numbers: not compared."""

from sklearn.mixture import GaussianMixture


def add_cases(to, data):
    X, _ = data.blobs(3, seed=95)
    for kind in ("full", "tied", "diag", "spherical"):
        to.add("mixture-" + kind, kind, GaussianMixture(3, covariance_type=kind, random_state=0), X, runs={"int64": None})
    to.add("mixture-one", "one component", GaussianMixture(1, random_state=0), X, runs={"int64": None})
