"""scikit-learn's own answers, from the corpus, as numpy arrays."""

import functools
import gzip
import json

import numpy

from server import ROOT

CORPUS = ROOT / "test" / "corpus" / "sklearn"
TOLERANCE = 1e-9


@functools.cache
def _opened(version):
    folder = CORPUS / version
    cases = {entry["case"]: entry for entry in json.loads((folder / "manifest.json").read_text())["cases"]}
    with gzip.open(folder / "goldens.json.gz", "rt", encoding="utf-8") as file:
        return cases, json.load(file)


def model_file(version, case):
    return CORPUS / version / _opened(version)[0][case]["model"]


def columns(version, case):
    return _opened(version)[0][case]["columns"]


def run(version, case, name):
    """Input `[rows, features]` of a run, and the outputs by method."""
    found = next(one for one in _opened(version)[1][case]["runs"] if one["name"] == name)
    return array(found["input"]), {method: array(tensors[0]) for method, tensors in found["outputs"].items()}


def array(tensor):
    if tensor["dtype"] == "str":
        return numpy.array(tensor["data"], dtype=object).reshape(tensor["shape"])
    values = [float(value) if isinstance(value, str) else value for value in tensor["data"]]
    return numpy.array(values, dtype=tensor["dtype"]).reshape(tensor["shape"])


def same(found, expected):
    """Labels equal; floats within a billionth of the larger of the value and the output's largest."""
    found = numpy.asarray(found)
    assert found.shape == expected.shape, f"shape: found {found.shape}, expected {expected.shape}"
    if expected.dtype.kind != "f":
        assert numpy.array_equal(found, expected), f"found {found.tolist()}, expected {expected.tolist()}"
        return
    scale = numpy.abs(expected[numpy.isfinite(expected)]).max(initial=0.0)
    numpy.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True)
