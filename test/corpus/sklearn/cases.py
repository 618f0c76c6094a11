"""What a family adds its cases to: estimators fitted on small seeded sets, and how each is to be asked."""

import importlib
import io
import os
import re

import numpy as np
from scipy import sparse

import data

KNOWN_VERSIONS = [(0, 18), (0, 20), (0, 22), (0, 24), (1, 0), (1, 2), (1, 3), (1, 4), (1, 6), (1, 9)]


class Case(object):
    def __init__(self, name, description, model, X, **how):
        self.name = name
        self.description = description
        self.model = model
        # Training rows as a float64 matrix, from which rows to ask with are made; None where rows are given.
        self.X = X
        self.columns = how["columns"]
        self.missing = how["missing"]
        self.extra_rows = how["extra_rows"]
        # {run: rows} that replace or add to the runs made from X.
        self.runs = how["runs"]
        self.leave_out = how["leave_out"]
        self.ask = how["ask"]
        self.mix = how["mix"]
        self.keep = how["keep"]
        self.exact = how["exact"]


class Builder(object):
    """What a family adds its cases to. `version` is (major, minor)."""

    def __init__(self, version):
        self.version = version
        self.built = []
        self.skipped = []

    def since(self, *version):
        return self.version >= version

    def skip(self, name, reason):
        self.skipped.append(dict(case=name, reason=reason))

    def add(self, name, description, model, X=None, y=None, **how):
        """Fit and keep a case; returns the model. X may be a matrix, a sparse matrix, a frame, an object array, texts, dicts.

        fit_with     replaces X at fitting (a sparse matrix, a frame, other dtypes)
        fit          False: the model is fitted already
        columns      names: rows are asked as a pandas frame with these columns
        missing      adds a run with missing values
        extra_rows   rows of X's kind that come first in the main run
        rows         the rows of the main run, in place of those made from X; anything the library can be asked with:
                     matrix, pandas frame, object array (each column numbers or texts), vector of texts or labels, dicts
        runs         {name: rows} of further runs, or of a standard run in place of it; None leaves a standard run out
        leave_out    methods that are not asked
        ask          what makes of rows those that the library is asked with, where a request brings them in another form
        mix          False: fewer than 200 rows of its own stay alone, for a model that refuses others
        keep         rows of each output that are kept, for wide ones
        exact        True: outputs keep all their digits
        """
        how = dict(dict(fit_with=None, fit=True, columns=None, missing=False, extra_rows=(), rows=None, runs=None, leave_out=(), ask=None, mix=True, keep=None, exact=False), **how)
        assert all(case.name != name for case in self.built), name
        if how["fit"]:
            training = X if how["fit_with"] is None else how["fit_with"]
            model.fit(training, y)
        runs = dict(how["runs"] or {})
        matrix = None
        if how["rows"] is not None:
            runs["float64"] = how["rows"]
        elif is_matrix(X):
            matrix = np.asarray(X.toarray() if sparse.issparse(X) else X, dtype=np.float64)
        else:
            runs.setdefault("float64", repeated(X))
        how["runs"] = runs
        self.built.append(Case(name, description, model, matrix, **how))
        return model


def is_matrix(X):
    return sparse.issparse(X) or (isinstance(X, np.ndarray) and X.ndim == 2 and X.dtype.kind in "fiub")


def repeated(X, rows=200):
    """Rows of training in another order, some of them twice, up to a number."""
    count = len(X)
    order = np.random.RandomState(11).permutation(count)
    order = np.concatenate([order] * (1 + rows // max(1, count)))[:rows]
    if hasattr(X, "iloc"):
        return X.iloc[order].reset_index(drop=True)
    return X[order] if isinstance(X, np.ndarray) else [X[index] for index in order]


def has(family, version):
    """Whether a version has a family, read without importing it: others lack what it imports."""
    with io.open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "families", family + ".py"), encoding="utf-8") as file:
        text = file.read()
    since, until = (re.search(r"^%s = \((\d+), (\d+)\)$" % name, text, re.MULTILINE) for name in ("SINCE", "UNTIL"))
    return not (since and version < tuple(map(int, since.groups()))) and not (until and version >= tuple(map(int, until.groups())))


def build(family, version):
    """Cases and skipped ones of a family; None where the family says that it begins later, or has ended."""
    if not has(family, version):
        return None
    module = importlib.import_module("families." + family)
    builder = Builder(version)
    module.add_cases(builder, data)
    return builder
