"""
Whether answers are the same: labels equal, floats to a millionth of the value or of the output's largest. As a program it
writes what the library answers: `compare.py ASKED ANSWERED`.
"""

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import joblib
import numpy
from numpy._core._multiarray_umath import __cpu_dispatch__
from scipy import sparse
from sklearn.pipeline import Pipeline

METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score_samples")
TOLERANCE = 1e-6
MOVED = (1 - 1e-9, 1 + 1e-9, 1 - 3e-9)
TIED = 1e-12


def library(model, rows):
    """The library's answers by method; of several outputs each has its own: `predict_proba_0`."""
    answers = {}
    for method in METHODS:
        if hasattr(model, method):
            answer = getattr(model, method)(rows)
            if isinstance(answer, list) and method.startswith("predict_"):
                answers.update((f"{method}_{index}", one) for index, one in enumerate(answer))
            else:
                answers[method] = answer.toarray() if sparse.issparse(answer) else numpy.asarray(answer)
    return answers


def wrong_rows(found, expected):
    """Indices of rows that differ."""
    if expected.dtype.kind != "f":
        differs = found.astype(object) != expected.astype(object)
    else:
        finite = numpy.abs(expected[numpy.isfinite(expected)])
        scale = numpy.maximum(numpy.abs(expected), finite.max(initial=0.0))
        with numpy.errstate(invalid="ignore"):
            near = numpy.abs(found - expected) <= TOLERANCE * scale
        differs = ~(near | (found == expected) | (numpy.isnan(found) & numpy.isnan(expected)))
    return numpy.flatnonzero(differs.reshape(len(expected), -1).any(axis=1))


def moved(rows, factor):
    """The rows with every number a billionth larger or smaller."""
    if not hasattr(rows, "columns"):
        return rows * factor
    numeric = rows.select_dtypes("number").columns
    return rows.assign(**{name: rows[name] * factor for name in numeric})


def elsewhere(model, rows, method, expected):
    """
    Rows for which the library itself answers otherwise on a processor without vector instructions: of rows that are equally near
    NumPy takes others there, and what stands in directions in which training did not reach at all is rounding, enlarged.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "asked", Path(folder) / "answered"
        joblib.dump((model, rows), asked)
        lesser = {"NPY_DISABLE_CPU_FEATURES": " ".join(__cpu_dispatch__), "OPENBLAS_CORETYPE": "Prescott"}
        try:
            subprocess.run([sys.executable, __file__, asked, answered], env={**os.environ, **lesser}, check=True, timeout=60)
        except subprocess.TimeoutExpired:
            return set()
        return set(wrong_rows(joblib.load(answered)[method], expected).tolist())


def between_centres(model, rows):
    """Rows that are as far from one centre of a clusterer as from another: rounding decides."""
    last = model[-1] if isinstance(model, Pipeline) else model
    centres = getattr(last, "cluster_centers_", None)
    if centres is None or len(centres) < 2 or not hasattr(last, "predict"):
        return set()
    places = model[:-1].transform(rows) if isinstance(model, Pipeline) and len(model) > 1 else rows
    places = places.toarray() if sparse.issparse(places) else numpy.asarray(places)
    apart = numpy.sort(((places[:, None] - numpy.asarray(centres)) ** 2).sum(axis=2), axis=1)
    return set(numpy.flatnonzero(apart[:, 1] - apart[:, 0] <= TIED * apart[:, 1]).tolist())


def at_a_border(model, rows, method, expected, wide):
    """
    Rows for which the library itself answers otherwise when their numbers move by a billionth: splits, ties. Documents have
    none; with `wide` their numbers are what the first step makes of them, and what hangs on the processor counts, and who
    stands between two centres.
    """
    found = elsewhere(model, rows, method, expected) | between_centres(model, rows) if wide else set()
    if isinstance(rows, list):
        if not wide or not isinstance(model, Pipeline) or len(model) == 1:
            return found
        model, rows = model[1:], model[0].transform(rows)
    for factor in MOVED:
        found |= set(wrong_rows(library(model, moved(rows, factor))[method], expected).tolist())
    return found


def same_kind(found, expected, method):
    """Whether the datatypes go together: texts come as objects, and features that are whole numbers may come as floats."""
    kinds = {found.dtype.kind, expected.dtype.kind}
    return len(kinds) == 1 or kinds <= {"O", "U", "T"} or (method == "transform" and kinds == {"i", "f"})


def differences(model, rows, expected, found, wide):
    """Sentences about what differs between answers by method, and how many rows were at a border."""
    problems, borders = [], 0
    for method, wanted in expected.items():
        got = found[method]
        if got.shape != wanted.shape:
            problems.append(f"{method} has shape {got.shape}, the library's {wanted.shape}")
        elif not same_kind(got, wanted, method):
            problems.append(f"{method} is of {got.dtype}, the library's of {wanted.dtype}")
        elif len(wrong := wrong_rows(got, wanted)) > 0:
            steady = sorted(set(wrong.tolist()) - at_a_border(model, rows, method, wanted, wide))
            borders += len(wrong) - len(steady)
            if steady:
                row = steady[0]
                more = f" and {len(steady) - 1} more" if len(steady) > 1 else ""
                problems.append(f"{method}, row {row}{more}: {got[row]!r}, the library's {wanted[row]!r}")
    return problems, borders


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        joblib.dump(library(*joblib.load(sys.argv[1])), sys.argv[2])
