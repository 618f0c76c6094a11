"""How dense the rows of training are near a row."""

import numpy as np
from sklearn.neighbors import KernelDensity

try:
    from sklearn.neighbors import LocalOutlierFactor
except ImportError:
    LocalOutlierFactor = None


def add_cases(to, data):
    X, _ = data.blobs(2, seed=84, rows=40)
    # Where a density is 0 the library leaves what its bounds have lost in rounding: rows near those of training only.
    near = X[::2] + 0.25
    for kernel in ("gaussian", "exponential"):
        to.add("kde-" + kernel, kernel, KernelDensity(bandwidth=1.5, kernel=kernel, leaf_size=8), X, runs=dict(extreme=None))
    for kernel in ("tophat", "epanechnikov", "linear", "cosine"):
        to.add("kde-" + kernel, kernel, KernelDensity(bandwidth=2.5, kernel=kernel, leaf_size=8), X, rows=near)
    to.add("kde-manhattan", "city block", KernelDensity(metric="manhattan", algorithm="ball_tree"), X)
    to.add("kde-two", "an even number of columns", KernelDensity(kernel="cosine", bandwidth=2.0), X[:, :2], rows=near[:, :2])
    if to.since(1, 2):
        to.add("kde-scott", "bandwidth by a rule", KernelDensity(bandwidth="scott"), X)
    if to.since(0, 20):
        weights = np.arange(40) % 3 + 0.5
        model = KernelDensity(bandwidth=0.75).fit(X, sample_weight=weights)
        to.add("kde-weights", "weighted rows", model, X, fit=False)
    if not to.since(0, 20):
        to.skip("lof-plain", "no novelty before 0.20")
        return
    for name, params in (
        ("plain", dict(n_neighbors=12)),
        ("brute", dict(n_neighbors=7, algorithm="brute", contamination=0.2)),
        ("manhattan", dict(n_neighbors=5, p=1, algorithm="ball_tree", contamination=0.1)),
    ):
        params = dict(dict(contamination=0.1, novelty=True), **params)
        to.add("lof-" + name, repr(sorted(params.items())), LocalOutlierFactor(**params), X, runs=dict(extreme=None) if name == "brute" else None)
    # Not on a grid: which of equally near rows a partition leaves first is NumPy's affair.
    among = X + np.random.RandomState(85).uniform(-0.1, 0.1, size=X.shape)
    apart = np.round(np.sqrt(((among[:, np.newaxis] - among) ** 2).sum(axis=2)), 4)
    asked = np.vstack([np.round(np.sqrt((((X + away)[:, np.newaxis] - among) ** 2).sum(axis=2)), 4) for away in (0.25, -0.5, 0.7, -1.1, 1.5)])
    given = dict(rows=asked, mix=False, runs=dict(extreme=None, int64=None))
    to.add("lof-given", "distances computed outside", LocalOutlierFactor(7, metric="precomputed", novelty=True, contamination=0.1), apart, **given)
    to.add("lof-twins", "rows that stand together", LocalOutlierFactor(4, novelty=True, contamination=0.1), np.repeat(X[:12], 3, axis=0))
