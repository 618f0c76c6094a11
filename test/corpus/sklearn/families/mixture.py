"""Mixtures of normal distributions, and of such whose parameters have distributions themselves.

1.9.1 keeps the distances of a row of whole numbers from the means of full and tied covariances in an array of the row's type:
their fractions are cut off, and its log-densities are up to 0.5 too high. Davit answers as for the same numbers written as
floats, as every other version does, so that whole numbers are not compared there.
"""

from sklearn.mixture import BayesianGaussianMixture, GaussianMixture


def add_cases(to, data):
    X, _ = data.blobs(3, seed=95)
    kinds = ("full", "tied", "diag", "spherical")
    cut = dict(runs={"int64": None}) if to.since(1, 9) else {}
    ways = dict(full=cut, tied=cut, diag={}, spherical={})
    for kind in kinds:
        to.add("mixture-" + kind, kind, GaussianMixture(n_components=3, covariance_type=kind, random_state=0), X, **ways[kind])
    to.add("mixture-one", "one component", GaussianMixture(n_components=1, random_state=0), X, **cut)
    for kind in kinds:
        prior = "dirichlet_process" if kind in ("full", "diag") else "dirichlet_distribution"
        model = BayesianGaussianMixture(n_components=4, covariance_type=kind, weight_concentration_prior_type=prior, random_state=0)
        to.add("bayesian-" + kind, kind + ", " + prior, model, X, **ways[kind])
    old = ["%s-%s" % (name, kind) for name in ("gmm", "dpgmm", "vbgmm") for kind in kinds]
    if to.since(0, 20):
        for name in old:
            to.skip(name, "the class has gone")
        return
    from sklearn.mixture import DPGMM, GMM, VBGMM

    for cls in (GMM, DPGMM, VBGMM):
        for kind in kinds:
            to.add("%s-%s" % (cls.__name__.lower(), kind), kind, cls(3, covariance_type=kind, random_state=0), X)
