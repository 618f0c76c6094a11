"""Every case: an estimator fitted on a small seeded set, with the versions that can have it."""

import numpy as np

import data
from families import forests, linear, naive_bayes, pipelines, scaling, svm, trees

KNOWN_VERSIONS = [(0, 20), (0, 24), (1, 0), (1, 2), (1, 4), (1, 6), (1, 9)]


class Case(object):
    def __init__(self, name, description, model, X, columns, missing, extra_rows):
        self.name = name
        self.description = description
        self.model = model
        self.X = X
        self.columns = columns
        self.missing = missing
        self.extra_rows = extra_rows


class Builder(object):
    """What a family adds its cases to."""

    def __init__(self, version):
        self.version = version
        self.built = []
        self.skipped = []

    def since(self, *version):
        return self.version >= version

    def skip(self, name, reason):
        self.skipped.append(dict(case=name, reason=reason))

    def add(self, name, description, model, X, y=None, fit_with=None, columns=None, missing=False, extra_rows=()):
        """Fit and keep a case. `fit_with` replaces X at fitting (a sparse matrix, a frame, other dtypes)."""
        assert all(case.name != name for case in self.built), name
        model.fit(X if fit_with is None else fit_with, y)
        self.built.append(Case(name, description, model, np.asarray(X, dtype=np.float64), columns, missing, extra_rows))
        return model


def build(version):
    builder = Builder(version)
    for family in (svm, linear, trees, forests, scaling, pipelines, naive_bayes):
        family.add_cases(builder, data)
    return builder.built, builder.skipped
