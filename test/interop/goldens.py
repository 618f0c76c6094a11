"""scikit-learn's own answers, from the corpus, as numpy arrays."""

import functools
import json
import lzma

import numpy

from server import ROOT

CORPUS = ROOT / "test" / "corpus" / "sklearn"
TOLERANCE = 1e-9


class _Family:
    def __init__(self, folder):
        self.folder = folder
        self.cases = {entry["case"]: entry for entry in json.loads((folder / "manifest.json").read_text())["cases"]}

    @functools.cached_property
    def goldens(self):
        with lzma.open(self.folder / "goldens.json.xz", "rt", encoding="utf-8") as file:
            return json.load(file)

    @functools.cached_property
    def models(self):
        return lzma.decompress((self.folder / "models.bin.xz").read_bytes())


@functools.cache
def _families(version):
    return [_Family(path.parent) for path in sorted((CORPUS / version).glob("*/manifest.json"))]


def _family(version, case):
    return next(family for family in _families(version) if case in family.cases)


def write_model(version, case, path):
    family = _family(version, case)
    entry = family.cases[case]
    path.write_bytes(family.models[entry["offset"] : entry["offset"] + entry["bytes"]])


def columns(version, case):
    return _family(version, case).cases[case]["columns"]


def run(version, case, name):
    """Input `[rows, features]` of a run, and the outputs by method; an output may have the first rows alone."""
    goldens = _family(version, case).goldens
    found = next(one for one in goldens["cases"][case] if one["name"] == name)
    (rows,) = goldens["inputs"][found["input"]]["tensors"]
    return array(rows), {method: array(tensors[0]) for method, tensors in found["outputs"].items()}


def array(tensor):
    words = tensor["data"].split()
    if tensor["dtype"] == "str":
        return numpy.array([tensor["values"][int(word)] for word in words], dtype=object).reshape(tensor["shape"])
    kind = float if tensor["dtype"].startswith("float") else int
    return numpy.array([kind(word) for word in words], dtype=tensor["dtype"]).reshape(tensor["shape"])


def same(found, expected):
    """Labels equal; floats within a billionth of the larger of the value and the output's largest."""
    found = numpy.asarray(found)[: len(expected)]
    assert found.shape == expected.shape, f"shape: found {found.shape}, expected {expected.shape}"
    if expected.dtype.kind != "f":
        assert numpy.array_equal(found, expected), f"found {found.tolist()}, expected {expected.tolist()}"
        return
    scale = numpy.abs(expected[numpy.isfinite(expected)]).max(initial=0.0)
    numpy.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True)
