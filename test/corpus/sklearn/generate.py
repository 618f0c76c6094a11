"""Write models and golden vectors with the scikit-learn version that runs this.

    python generate.py [OUTPUT-FOLDER]

One script for every version from 0.20 (Python 3.6) on. It writes <version>/ with one model file per case, manifest.json
and goldens.json.gz; ../README.md describes them. A case that a version cannot have is listed under "skipped" with the
reason; anything else that fails stops the script.
"""

from __future__ import print_function

import gzip
import io
import json
import os
import pickle
import shutil
import sys
import warnings
import zlib

import numpy as np
import scipy
import sklearn

try:
    import joblib
except ImportError:  # 0.20 brings its own
    from sklearn.externals import joblib

from sklearn.base import is_classifier

import cases
from rows import runs_for

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform")
# How a model is written: changes with the version, so that over all of them each case meets several containers.
CONTAINERS = (
    ("joblib", dict(compress=("zlib", 3))),
    ("joblib", dict()),
    ("pkl", dict(protocol=2)),
    ("joblib", dict(compress=("xz", 6))),
    ("pkl", dict(protocol=4)),
    ("joblib", dict(compress=("gzip", 6))),
    ("pkl", dict(protocol=3)),
    ("joblib", dict(compress=("bz2", 9))),
)
LARGE = 9000  # bytes; a larger model is always written compressed


def number(value):
    """A float as JSON: the shortest text that reads back to the same float64; NaN and infinities as strings."""
    value = float(value)
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def tensor(array):
    array = np.asarray(array)
    flat = array.ravel(order="C").tolist()
    if array.dtype.kind in "UO":
        assert all(isinstance(item, str) for item in flat), array
        return dict(dtype="str", shape=list(array.shape), data=flat)
    if array.dtype.kind == "f":
        flat = [number(item) for item in flat]
    elif array.dtype.kind in "iu":
        assert all(abs(item) < 2 ** 53 for item in flat)
    else:
        assert array.dtype.kind == "b", array.dtype
    return dict(dtype=array.dtype.name, shape=list(array.shape), data=flat)


def tensors(output):
    """Always a list: predict_proba of a classifier with several outputs has one tensor per output."""
    return [tensor(part) for part in (output if isinstance(output, list) else [output])]


def plain(value):
    """A parameter as JSON; what JSON cannot hold is its repr."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return number(value)
    return repr(value)


def framed(case, rows):
    if case.columns is None:
        return rows
    import pandas

    return pandas.DataFrame(rows, columns=case.columns)


def outputs(case, model, rows):
    found = {}
    for method in METHODS:
        if hasattr(model, method):
            with np.errstate(all="ignore"):
                found[method] = tensors(getattr(model, method)(framed(case, rows)))
    return found


def accepts(case, model, width, value):
    """Whether the model answers for a row with this value in its first column, or refuses the row."""
    row = np.zeros((1, width))
    row[0, 0] = value
    try:
        outputs(case, model, row)
    except ValueError:
        return False
    return True


def container_of(case):
    shift = cases.KNOWN_VERSIONS.index(VERSION) if VERSION in cases.KNOWN_VERSIONS else 0
    chosen = CONTAINERS[(zlib.crc32(case.name.encode()) + shift) % len(CONTAINERS)]
    if len(pickle.dumps(case.model, protocol=2)) > LARGE and "compress" not in chosen[1]:
        return CONTAINERS[3]
    return chosen


def write_model(folder, case):
    suffix, options = container_of(case)
    name = case.name + "." + suffix
    path = os.path.join(folder, name)
    if suffix == "joblib":
        joblib.dump(case.model, path, **options)
    else:
        with open(path, "wb") as out:
            pickle.dump(case.model, out, **options)
    return name


def read_model(path):
    if path.endswith(".joblib"):
        return joblib.load(path)
    with open(path, "rb") as source:
        return pickle.load(source)


def golden_of(case, model):
    runs = []
    for name, rows in runs_for(case, model):
        runs.append(dict(name=name, input=tensor(rows), outputs=outputs(case, model, rows)))
    return dict(runs=runs)


def entry_of(case, file, runs):
    model = case.model
    classes = model.classes_ if is_classifier(model) else None
    width = case.X.shape[1]
    return dict(
        case=case.name,
        model=file,
        description=case.description,
        estimator=type(model).__name__,
        params=dict((key, plain(value)) for key, value in sorted(model.get_params(deep=False).items())),
        features=width,
        columns=case.columns,
        classes=None if classes is None else tensors(classes),
        accepts=dict(nan=accepts(case, model, width, np.nan), infinity=accepts(case, model, width, np.inf)),
        runs=[dict(name=run["name"], dtype=run["input"]["dtype"], rows=run["input"]["shape"][0]) for run in runs],
        outputs=sorted(runs[0]["outputs"]),
    )


def write_manifest(path, made_by, entries, skipped):
    """JSON with one case a line, so that a change of a case is a change of a line."""
    parts = [u'{"madeBy": ' + line(made_by)]
    for key, values in (("cases", entries), ("skipped", skipped)):
        parts.append(u'"%s": [\n%s\n]' % (key, u",\n".join(line(value) for value in values)))
    with io.open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write(u",\n".join(parts) + u"}\n")


def line(value):
    return u"" + json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=True, allow_nan=False)


def write_json_gz(path, value):
    with open(path, "wb") as out:
        with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=9) as packed:
            packed.write(line(value).encode("utf-8"))


def main(base):
    folder = os.path.join(base, sklearn.__version__)
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    os.makedirs(folder)
    built, skipped = cases.build(VERSION)
    entries, goldens = [], {}
    for case in built:
        file = write_model(folder, case)
        # The golden is what the file says, not what the fitted object in memory says.
        golden = golden_of(case, read_model(os.path.join(folder, file)))
        goldens[case.name] = golden
        entries.append(entry_of(case, file, golden["runs"]))
    made_by = {
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "joblib": joblib.__version__,
    }
    write_manifest(os.path.join(folder, "manifest.json"), made_by, entries, skipped)
    write_json_gz(os.path.join(folder, "goldens.json.gz"), goldens)
    print(sklearn.__version__, len(entries), "cases,", len(skipped), "skipped")


if __name__ == "__main__":
    # Deprecations are what the old spellings of a parameter are here for.
    warnings.simplefilter("ignore")
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
