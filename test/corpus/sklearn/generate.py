"""Write models and golden vectors of families with the scikit-learn version that runs this.

    python generate.py [FAMILY...]

One script for every version from 0.18 (Python 3.6) on. It writes <version>/<family>/ (manifest.json, goldens.json.xz and
models.bin.xz; ../README.md describes them) and <version>/estimators.json. A case that a version cannot have is listed under
"skipped" with the reason; anything else that fails stops the script.
"""

from __future__ import print_function

import glob
import io
import lzma
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
except ImportError:  # until 0.20 it brings its own
    from sklearn.externals import joblib

from sklearn.base import is_classifier

import cases
import listing
from asking import accepts, input_of, count_of, outputs
from looks import looks_of
from rows import runs_for
from tensors import float_text, hash_of, line, tensor

HERE = os.path.dirname(os.path.abspath(__file__))
VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
FOLDER = os.path.join(HERE, sklearn.__version__)
# How a model is written: changes with the version, so that over all of them each case meets several containers. Few are
# compressed by themselves, because models of a family side by side compress to a third of that.
PLAIN = (("joblib", dict()), ("pkl", dict(protocol=2)), ("pkl", dict(protocol=4)), ("joblib", dict()), ("pkl", dict(protocol=3)))
COMPRESSED = tuple(("joblib", dict(compress=(how, 6))) for how in ("zlib", "xz", "gzip", "bz2"))
MOST = 1 << 20  # bytes of a family in a version


def plain(value):
    """A parameter as JSON; what JSON cannot hold is its repr."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else float_text(value)
    return repr(value)[:200]


def same(one, other):
    try:
        return bool(one is other or (type(one) is type(other) and one == other))
    except ValueError:  # arrays
        return False


def params_of(model):
    """Parameters that are not what the class has by itself."""
    given = model.get_params(deep=False)
    try:
        usual = type(model)().get_params(deep=False)
    except TypeError:
        usual = {}
    return dict((key, plain(value)) for key, value in sorted(given.items()) if key not in usual or not same(value, usual[key]))


def container_of(case):
    shift = cases.KNOWN_VERSIONS.index(VERSION) if VERSION in cases.KNOWN_VERSIONS else 0
    number = zlib.crc32(case.name.encode()) + shift
    return COMPRESSED[number // 10 % len(COMPRESSED)] if number % 10 == 0 else PLAIN[number % len(PLAIN)]


def settle(model):
    """Takes out what is another in each process: vectorizers of texts keep the address of their stop words."""
    for _, step in getattr(model, "steps", ()):
        settle(step)
    if hasattr(model, "_stop_words_id"):
        model._stop_words_id = 0


def write_model(folder, case):
    settle(case.model)
    suffix, options = container_of(case)
    path = os.path.join(folder, case.name + "." + suffix)
    if suffix == "joblib":
        joblib.dump(case.model, path, **options)
    else:
        with open(path, "wb") as out:
            pickle.dump(case.model, out, **options)
    return path


def read_model(path):
    if path.endswith(".joblib"):
        return joblib.load(path)
    with open(path, "rb") as source:
        return pickle.load(source)


class Family(object):
    """What is written for a family: models one after another, inputs once each, and outputs by case."""

    def __init__(self, folder):
        self.folder = folder
        self.models = []
        self.offset = 0
        self.inputs = {}
        self.goldens = {}
        self.looks = {}
        self.entries = []

    def keep_input(self, rows):
        found = input_of(rows)
        key = hash_of(found)
        self.inputs[key] = found
        return key, found

    def add(self, case):
        path = write_model(self.folder, case)
        # The golden is what the file says, not what the fitted object in memory says.
        model = read_model(path)
        with open(path, "rb") as source:
            data = source.read()
        os.remove(path)
        runs, form = [], None
        for name, rows in runs_for(case, model):
            key, found = self.keep_input(rows)
            form = form or found["form"]
            runs.append((dict(name=name, input=key, outputs=outputs(case, model, rows)), count_of(rows)))
        self.goldens[case.name] = [run for run, _ in runs]
        looks = looks_of(model)
        if looks is not None:
            self.looks[case.name] = looks
        entry = self.entry(case, model, form, runs)
        entry.update(model=os.path.basename(path), offset=self.offset, bytes=len(data))
        self.entries.append(entry)
        self.models.append(data)
        self.offset += len(data)

    def entry(self, case, model, form, runs):
        classes = getattr(model, "classes_", None) if is_classifier(model) else None
        width = None if case.X is None else case.X.shape[1]
        return dict(
            case=case.name,
            description=case.description,
            estimator=type(case.model).__name__,
            params=params_of(case.model) if hasattr(case.model, "get_params") else {},
            form=form,
            columns=case.columns,
            classes=None if classes is None else [tensor(part) for part in (classes if isinstance(classes, list) else [classes])],
            accepts=None if width is None else dict(nan=accepts(case, model, width, np.nan), infinity=accepts(case, model, width, np.inf)),
            runs=[dict(name=run["name"], rows=rows) for run, rows in runs],
            outputs=sorted(runs[0][0]["outputs"]),
        )

    def write(self, made_by, skipped):
        write_manifest(os.path.join(self.folder, "manifest.json"), made_by, self.entries, skipped)
        write_xz(os.path.join(self.folder, "models.bin.xz"), b"".join(self.models))
        write_xz(os.path.join(self.folder, "goldens.json.xz"), line(dict(inputs=self.inputs, cases=self.goldens, looks=self.looks)).encode("utf-8"))
        return sum(os.path.getsize(path) for path in glob.glob(os.path.join(self.folder, "*")))


def write_manifest(path, made_by, entries, skipped):
    """JSON with one case a line, so that a change of a case is a change of a line."""
    parts = [u'{"madeBy": ' + line(made_by)]
    for key, values in (("cases", entries), ("skipped", skipped)):
        parts.append(u'"%s": [\n%s\n]' % (key, u",\n".join(line(value) for value in values)))
    with io.open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write(u",\n".join(parts) + u"}\n")


def write_xz(path, data):
    with open(path, "wb") as out:
        out.write(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))


def made_by():
    return {
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "joblib": joblib.__version__,
    }


def make(name):
    folder = os.path.join(FOLDER, name)
    # Made beside and put in place whole, so that a failure leaves what was there.
    fresh = os.path.join(HERE, ".making", sklearn.__version__ + "-" + name)
    shutil.rmtree(fresh, ignore_errors=True)
    built = cases.build(name, VERSION)
    if built is None:
        shutil.rmtree(folder, ignore_errors=True)
        print(sklearn.__version__, name, "is not for this version")
        return
    os.makedirs(fresh)
    family = Family(fresh)
    for case in built.built:
        try:
            family.add(case)
        except Exception:
            print(sklearn.__version__, name, case.name, "failed:", file=sys.stderr)
            raise
    size = family.write(made_by(), built.skipped)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(fresh, folder)
    count = len(family.entries)
    print(sklearn.__version__, name, "%d cases, %d skipped, %d KB, %d bytes a case" % (count, len(built.skipped), size // 1024, size // max(1, count)))
    assert size < MOST, "a family has at most a mebibyte: fewer or smaller models, `keep=`, or the same X for several cases"


def every_family():
    return sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(HERE, "families", "[a-z]*.py")))


def main(families):
    if not os.path.isdir(FOLDER):
        os.makedirs(FOLDER)
    listing.write(os.path.join(FOLDER, "estimators.json"))
    for family in families or every_family():
        make(family)


def keep_texts_plain():
    """Texts of pandas as they are where pyarrow is not installed; a case asks for others."""
    if VERSION >= (1, 9):
        import pandas

        pandas.set_option("mode.string_storage", "python")


if __name__ == "__main__":
    # Deprecations are what the old spellings of a parameter are here for.
    warnings.simplefilter("ignore")
    keep_texts_plain()
    main(sys.argv[1:])
