"""Write the files of one environment and its rows of manifest.json.

    python generate.py NAME

NAME is the environment's name in ../generate.sh and the folder under files/. Runs under Python 2.7 and 3.6 on.
"""

from __future__ import print_function

import io
import json
import os
import pickle
import platform
import shutil
import sys
import warnings

import numpy as np

import values
from tag import PYTHON2, tag

HERE = os.path.dirname(os.path.abspath(__file__))
PLAIN = ("numbers", "texts", "raw", "containers", "recursive", "library", "memo")
NUMERIC = ("arrays", "object_arrays", "subclasses", "scalars", "random_states")
# The same name holds another value in each environment; under Python 2, whose str is bytes, every name does.
PER_ENVIRONMENT = ("sparse", "subclasses", "random_states", "python2")
COMPRESSIONS = (("raw", 0), ("zlib", ("zlib", 3)), ("gzip", ("gzip", 3)), ("bz2", ("bz2", 3)), ("lzma", ("lzma", 3)), ("xz", ("xz", 3)), ("lz4", ("lz4", 3)))


class Folder(object):
    """The files of one environment, with the rows that describe them."""

    def __init__(self, name):
        self.name = name
        self.path = os.path.join(HERE, "files", name)
        self.rows = []
        self.values = {}
        self.made_by = versions()
        if os.path.isdir(self.path):
            shutil.rmtree(self.path)
        os.makedirs(self.path)

    def add(self, file, how, value=None, **more):
        """A row for a file that is there: `value` names what it holds; otherwise `error` says why it is refused."""
        row = dict(file=self.name + "/" + file, madeBy=self.made_by, how=how, **more)
        if value is not None:
            own = value in PER_ENVIRONMENT or PYTHON2
            key = value + "@" + self.name if own else value
            self.values[key] = expected(value)
            row["value"] = key
        self.rows.append(row)

    def write(self, file, data):
        with open(os.path.join(self.path, file), "wb") as out:
            out.write(data)


def expected(name):
    tagged = tag(getattr(values, name)())
    # Its only bytes are what Python 2 called str.
    return json.loads(json.dumps(tagged).replace('{"bytes":', '{"py2str":')) if name == "text_opcodes" else tagged


def versions():
    found = ["Python " + platform.python_version(), "NumPy " + np.__version__]
    for module, name in (("scipy", "SciPy"), ("joblib", "joblib"), ("sklearn", "scikit-learn"), ("dill", "dill")):
        try:
            found.append(name + " " + __import__(module).__version__)
        except ImportError:
            pass
    return ", ".join(found)


def pickles(to, names, protocols):
    for name in names:
        for protocol in protocols:
            file = "%s-p%d.pkl" % (name, protocol)
            to.write(file, pickle.dumps(getattr(values, name)(), protocol=protocol))
            to.add(file, "pickle.dump, protocol %d" % protocol, name)


def joblibs(to, names, compressions, suffix="joblib", **options):
    import joblib

    for name in names:
        for label, compress in compressions:
            file = "%s-%s.%s" % (name, label, suffix)
            written = joblib.dump(getattr(values, name)(), os.path.join(to.path, file), compress=compress, **options)
            companions = sorted(os.path.basename(path) for path in written or [] if os.path.basename(path) != file)
            how = "joblib.dump, compress=%r" % (compress,)
            to.add(file, how, name, **(dict(companions=companions) if companions else {}))


def python_2_7(to):
    pickles(to, ("python2", "arrays", "object_arrays", "scalars"), (0, 1, 2))


def joblib_0_9_4(to):
    joblibs(to, ("one_array", "arrays", "object_arrays", "subclasses", "containers"), (("files", 0), ("zf", 3)), "pkl")
    # Nothing fits the cache, so that compressed arrays too go to files of their own.
    joblibs(to, ("one_array", "object_arrays"), (("zf-files", 3),), "pkl", cache_size=0)
    import sad

    sad.companions(to)


def joblib_0_11(to):
    pickles(to, ("numbers", "library"), (0, 3))
    joblibs(to, ("arrays", "object_arrays", "subclasses"), (("raw", 0), ("zlib", ("zlib", 3))))


def joblib_1_1_1(to):
    pickles(to, NUMERIC + ("sparse",), (2, 5))
    joblibs(to, ("arrays", "object_arrays", "subclasses", "one_array", "sparse"), COMPRESSIONS[:3])


def joblib_1_6_0(to):
    pickles(to, PLAIN + NUMERIC + ("sparse",), range(6))
    pickles(to, ("long_text",), (4,))
    joblibs(to, ("arrays", "object_arrays"), COMPRESSIONS)
    joblibs(to, ("one_array", "sparse", "subclasses", "random_states", "scalars"), COMPRESSIONS[:2])
    import sad

    sad.everything(to)


WRITERS = {
    "python-2.7": python_2_7,
    "joblib-0.9.4": joblib_0_9_4,
    "joblib-0.11": joblib_0_11,
    "joblib-1.1.1": joblib_1_1_1,
    "joblib-1.6.0": joblib_1_6_0,
}


def merge(to):
    """Put this environment's rows in place of its earlier ones."""
    path = os.path.join(HERE, "manifest.json")
    known, files = {}, []
    if os.path.exists(path):
        with io.open(path, encoding="utf-8") as source:
            earlier = json.load(source)
        known = earlier["values"]
        files = [row for row in earlier["files"] if not row["file"].startswith(to.name + "/")]
    kept = set(row.get("value") for row in files)
    known = dict((key, value) for key, value in known.items() if key in kept)
    for key, value in to.values.items():
        assert key not in known or line(known[key]) == line(value), key + " differs between environments"
        known[key] = value
    files += to.rows
    files.sort(key=lambda row: row["file"])
    write_manifest(path, known, files)


def write_manifest(path, known, files):
    """JSON with a line for each value and each file."""
    value_lines = [u"%s: %s" % (line(key), line(known[key])) for key in sorted(known)]
    with io.open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write(u'{"values": {\n%s\n},\n' % u",\n".join(value_lines))
        out.write(u'"files": [\n%s\n]}\n' % u",\n".join(line(row) for row in files))


def line(value):
    return u"" + json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=True, allow_nan=False)


def main(name):
    warnings.simplefilter("ignore")
    to = Folder(name)
    WRITERS[name](to)
    merge(to)
    print(name, len(to.rows), "files")


if __name__ == "__main__":
    main(sys.argv[1])
