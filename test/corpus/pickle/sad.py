"""Files that a reader has to refuse, or get through without running anything. Nothing here is ever loaded by us."""

import bz2
import copyreg
import gzip
import io
import os
import pickle
import struct
import sys
import types
import zlib
from _compat_pickle import REVERSE_IMPORT_MAPPING

import numpy as np

import values
from opcodes import stack_opcodes, text_opcodes

GIT_LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"


def everything(to):
    no_pickle_at_all(to)
    several(to)
    code(to)
    references_outside(to)
    classes(to)
    dill_names(to)
    by_hand(to)
    damaged(to)
    bombs(to)


def refused(to, file, data, how, error, names=None):
    to.write(file, data)
    to.add(file, how, error=error, **({} if names is None else dict(names=names)))


def no_pickle_at_all(to):
    refused(to, "empty.pkl", b"", "no bytes", "empty")
    refused(to, "git-lfs.joblib", GIT_LFS, "pointer text of Git LFS", "git-lfs")
    refused(to, "page.joblib", HTML, "a web page", "html")
    refused(to, "text.pkl", b"just some text\n", "plain text", "unrecognised")
    refused(to, "image.pkl", b"\x89PNG\r\n\x1a\n" + b"\x00" * 32, "the head of a PNG file", "unrecognised")
    refused(to, "empty.pkl.gz", zipped(b""), "gzip of nothing", "empty")


def several(to):
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
    parts = [pickle.dumps(model, 4), pickle.dumps([u"a", u"b"], 2), pickle.dumps({u"version": 1}, 0)]
    refused(to, "several.pkl", b"".join(parts), "three pickles one after another", "several-pickles")
    refused(to, "trailing.pkl", parts[1] + b"\x00\x00garbage", "a pickle, then bytes that are none", "trailing-bytes")


class Reduced(object):
    """Pickles as the call it is given."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call


def code(to):
    import subprocess

    # Were it ever run, it would only print a line.
    command = "echo a pickle ran this command"
    calls = (
        ("os-system", Reduced(os.system, (command,)), "posix.system"),
        ("eval", Reduced(eval, ("print('a pickle ran this')",)), "builtins.eval"),
        ("exec", Reduced(exec, ("print('a pickle ran this')",)), "builtins.exec"),
        ("subprocess", Reduced(subprocess.check_output, (["echo", "a pickle ran this"],)), "subprocess.check_output"),
        ("getattr", Reduced(getattr, ("text", "upper")), "builtins.getattr"),
        ("import", Reduced(__import__, ("os",)), "builtins.__import__"),
    )
    for name, value, global_name in calls:
        for protocol in (0, 4):
            data = pickle.dumps(value, protocol)
            names = as_spelled(global_name, protocol)
            refused(to, "%s-p%d.pkl" % (name, protocol), data, "a call of %s" % global_name, "unsupported-class", names)
    inside = {u"model": [Reduced(os.system, (command,))]}
    refused(to, "os-system-inside.joblib", zlib.compress(pickle.dumps(inside, 4)), "the same call inside a dict, zlib", "unsupported-class", "posix.system")
    array = np.empty(1, dtype=object)
    array[0] = Reduced(os.system, (command,))
    joblib_dump(to, "os-system-in-array.joblib", array)
    to.add("os-system-in-array.joblib", "the same call inside an object array", error="unsupported-class", names="posix.system")


def as_spelled(global_name, protocol):
    """Up to protocol 2, Python 3 writes the modules' names of Python 2."""
    module, name = global_name.rsplit(".", 1)
    return (REVERSE_IMPORT_MAPPING.get(module, module) if protocol < 3 else module) + "." + name


def joblib_dump(to, file, value, **options):
    import joblib

    joblib.dump(value, os.path.join(to.path, file), **options)


class Outside(pickle.Pickler):
    def persistent_id(self, value):
        return "weights-1" if isinstance(value, np.ndarray) else None


class Registered(object):
    pass


def references_outside(to):
    for protocol in (0, 2):
        out = io.BytesIO()
        Outside(out, protocol).dump({u"weights": np.arange(3)})
        refused(to, "persistent-id-p%d.pkl" % protocol, out.getvalue(), "an array kept outside the file", "persistent-id", "weights-1")
    for name, writeable in (("out-of-band", True), ("out-of-band-read-only", False)):
        array, buffers = np.arange(100.0), []
        array.setflags(write=writeable)
        data = pickle.dumps(array, 5, buffer_callback=buffers.append)
        refused(to, name + ".pkl", data, "buffer_callback: the array's bytes are not in the file", "out-of-band")
    in_main(Registered)
    for number in (7, 300, 70000):
        copyreg.add_extension("__main__", "Registered", number)
        refused(to, "extension-%d.pkl" % number, pickle.dumps(Registered(), 2), "a class by its number in the extension registry", "extension", str(number))
        copyreg.remove_extension("__main__", "Registered", number)


def in_main(cls):
    """Make a class look as if the author's own script had defined it."""
    cls.__module__ = "__main__"
    setattr(sys.modules["__main__"], cls.__name__, cls)


class Thing(object):
    def __init__(self):
        self.coef_ = np.arange(3.0)

    def predict(self, X):
        return X.dot(self.coef_)


class Keyword(object):
    """Made again by a call with keywords: NEWOBJ_EX from protocol 4 on, a partial before."""

    def __getnewargs_ex__(self):
        return (1,), {"name": u"value"}


def classes(to):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    in_main(Thing)
    in_main(Keyword)
    for protocol in (2, 4):
        refused(to, "keyword-p%d.pkl" % protocol, pickle.dumps(Keyword(), protocol), "a class made with keywords", "unsupported-class", "__main__.Keyword")
    X, y = np.arange(8.0).reshape(4, 2), [0, 0, 1, 1]
    joblib_dump(to, "own-class.joblib", Thing())
    to.add("own-class.joblib", "a class of the author's own script", error="unsupported-class", names="__main__.Thing")
    model = make_pipeline(StandardScaler(), Thing())
    joblib_dump(to, "own-class-in-pipeline.joblib", model)
    to.add("own-class-in-pipeline.joblib", "the same as a pipeline's last step", error="unsupported-class", names="__main__.Thing")
    joblib_dump(to, "unfitted.joblib", SVC())
    to.add("unfitted.joblib", "saved before fit", error="not-fitted", names="SVC")
    half = make_pipeline(StandardScaler().fit(X), LogisticRegression())
    joblib_dump(to, "unfitted-in-pipeline.joblib", half)
    to.add("unfitted-in-pipeline.joblib", "a pipeline whose last step was not fitted", error="not-fitted", names="LogisticRegression")
    joblib_dump(to, "no-model.joblib", {u"columns": [u"a", u"b"], u"accuracy": 0.9})
    to.add("no-model.joblib", "a dict without a model", error="no-model")
    joblib_dump(to, "array.joblib", X)
    to.add("array.joblib", "an array, no model", error="no-model")
    joblib_dump(to, "class-itself.joblib", LogisticRegression)
    to.add("class-itself.joblib", "the class, not an object of it", error="no-model")
    newer = SVC(gamma="scale").fit(X, y)
    data = pickle.dumps(newer, 4)
    assert data.count(b"\x8c\x051.9.1") == 1
    to.write("newer.pkl", data.replace(b"\x8c\x051.9.1", b"\x8c\x059.9.9"))
    to.add("newer.pkl", "the version in the file is one that nobody knows yet: tried, with a note", accepted="newer-version", names="9.9.9")
    kernel = SVC(kernel=own_kernel).fit(X, y)
    own_kernel.__module__ = "__main__"
    sys.modules["__main__"].own_kernel = own_kernel
    joblib_dump(to, "own-kernel.joblib", kernel)
    to.add("own-kernel.joblib", "SVC with a function of the author as its kernel", error="unsupported-class", names="__main__.own_kernel")


def own_kernel(X, Y):
    return X.dot(Y.T)


def dill_names(to):
    import dill

    function = types.FunctionType(compile("x * 2", "<own>", "eval"), {"x": 1}, "double")
    function.__module__ = "__main__"
    refused(to, "dill-function.pkl", dill.dumps(function), "dill: a function with its code", "unsupported-class", "dill._dill._create_function")
    to.write("dill-arrays.pkl", dill.dumps({u"a": np.arange(3.0), u"b": [np.float64(0.5)]}))
    to.add("dill-arrays.pkl", "dill as a container of plain values", error="no-model")
    from sklearn.linear_model import LinearRegression

    to.write("dill-model.pkl", dill.dumps(LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])))
    to.add("dill-model.pkl", "dill as the container of a model: harmless", accepted="model")


def by_hand(to):
    for name, data, how in (
        ("stack_opcodes", stack_opcodes(), "assembled: opcodes that no Pickler writes"),
        ("text_opcodes", text_opcodes(), "assembled: text opcodes as Python 2 wrote them"),
    ):
        file = name.replace("_", "-") + ".pkl"
        to.write(file, data)
        to.add(file, how, name)
    refused(to, "instance.pkl", b"(S'echo x'\nios\nsystem\n.", "INST of os.system", "unsupported-class", "os.system")
    refused(to, "object.pkl", b"(cos\nsystem\nS'echo x'\no.", "OBJ of os.system", "unsupported-class", "os.system")
    for name, data, how in (
        ("protocol-9.pkl", b"\x80\x09N.", "protocol 9"),
        ("no-stop.pkl", b"\x80\x02]", "ends before STOP"),
        ("stack-empty.pkl", b"\x80\x020.", "POP on an empty stack"),
        ("nothing-left.pkl", b"\x80\x02.", "STOP on an empty stack"),
        ("no-mark.pkl", b"\x80\x02K\x01e.", "APPENDS without MARK"),
        ("memo-missing.pkl", b"\x80\x02h\x05.", "GET of nothing"),
        ("unknown-opcode.pkl", b"\x80\x02\xff.", "an opcode that does not exist"),
        ("unicode-bad.pkl", b"\x80\x02X\x02\x00\x00\x00\xff\xfe.", "BINUNICODE that is no UTF-8"),
        ("odd-items.pkl", b"\x80\x02}(K\x01u.", "SETITEMS with an odd count"),
        ("append-to-int.pkl", b"\x80\x02K\x01K\x02a.", "APPEND to an int"),
        ("global-of-ints.pkl", b"\x80\x04K\x01K\x02\x93.", "STACK_GLOBAL of two ints"),
        ("frame-too-long.pkl", b"\x80\x04\x95" + struct.pack("<Q", 2 ** 40) + b"N.", "a frame longer than the file"),
        ("negative-length.pkl", b"\x80\x02\x8b\xff\xff\xff\xff.", "LONG4 of negative length"),
    ):
        error = "truncated" if name in ("no-stop.pkl", "frame-too-long.pkl") else "malformed"
        refused(to, name, data, "assembled: " + how, error)


def zipped(data):
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        packed.write(data)
    return out.getvalue()


def damaged(to):
    for label in ("raw", "zlib", "gzip", "bz2", "lzma", "xz", "lz4"):
        with open(os.path.join(to.path, "arrays-%s.joblib" % label), "rb") as source:
            data = source.read()
        refused(to, "cut-%s.joblib" % label, data[: len(data) // 2], "arrays-%s.joblib, first half" % label, "truncated")
    plain = pickle.dumps(values.containers(), 2)
    for name, data in (("zlib", zlib.compress(plain)), ("gzip", zipped(plain)), ("bz2", bz2.compress(plain))):
        middle = len(data) // 2
        spoilt = data[:middle] + bytes(bytearray([data[middle] ^ 0x55])) + data[middle + 1 :]
        refused(to, "spoilt-%s.pkl" % name, spoilt, "one byte changed inside %s" % name, "corrupt")


def bombs(to):
    """Small files that claim or would unfold to far more than they hold."""
    from joblib.numpy_pickle import NumpyArrayWrapper

    refused(to, "nested-lists.pkl.gz", zipped(b"\x80\x02" + b"]" * 1000000 + b"a" * 999999 + b"."), "a million nested lists, gzip", "no-model")
    refused(to, "nested-tuples.pkl.gz", zipped(b"\x80\x02)" + b"\x85" * 1000000 + b"."), "a million nested tuples, gzip", "no-model")
    laughs = [u"ha"]
    for _ in range(40):
        laughs = [laughs] * 10
    refused(to, "laughs.pkl", pickle.dumps(laughs, 2), "lists that share ten times over, 40 levels deep: 10^40 when unfolded", "no-model")
    refused(to, "memo-index.pkl", b"\x80\x02Nr\xff\xff\xff\x7f.", "PUT at 2^31 - 1", "no-model")
    refused(to, "long-claim.pkl", b"\x80\x02\x8b\xff\xff\xff\x7fabc", "LONG4 of 2 GB in 12 bytes", "truncated")
    refused(to, "text-claim.pkl", b"\x80\x04\x8d" + struct.pack("<Q", 10 ** 10) + b"abc", "text of 10 GB in 14 bytes", "truncated")
    refused(to, "bytearray-claim.pkl", b"\x80\x05\x96" + struct.pack("<Q", 2 ** 62) + b"abc", "a bytearray of 4 EB in 14 bytes", "truncated")
    for name, shape, how, error in (
        ("claim", (10 ** 10,), "an array of 80 GB in a few hundred bytes", "truncated"),
        ("overflow", (2 ** 40, 2 ** 40), "a shape whose product leaves 64 bits", "truncated"),
        ("negative", (-1,), "a negative shape", "malformed"),
    ):
        # Protocol 2 has no frames, so that the array may follow its wrapper at once; then joblib's padding and STOP.
        wrapper = pickle.dumps(NumpyArrayWrapper(np.ndarray, shape, "C", np.dtype("f8")), 2)
        refused(to, "array-%s.joblib" % name, wrapper[:-1] + b"\x01\xff" + b"\x00" * 64 + b".", how, error)
    packer = bz2.BZ2Compressor(9)
    packed = packer.compress(b"\x80\x04\x8e" + struct.pack("<Q", 2 ** 30))
    block = b"\x00" * 2 ** 20
    for _ in range(1024):
        packed += packer.compress(block)
    refused(to, "inflate.pkl.bz2", packed + packer.compress(b".") + packer.flush(), "1 GiB of zeros in a kilobyte of bz2", "too-large")


def companions(to):
    """The layout of joblib before 0.10: arrays in files beside the pickle."""
    for name in ("lost", "climbs"):
        joblib_dump(to, name + ".pkl", {u"coef": np.arange(5.0)}, compress=0)
        os.remove(os.path.join(to.path, name + ".pkl_01.npy"))
    to.add("lost.pkl", "its companion is gone", error="companion-missing", names="lost.pkl_01.npy")
    path = os.path.join(to.path, "climbs.pkl")
    with open(path, "rb") as source:
        data = source.read()
    old, new = b"climbs.pkl_01.npy", b"../../../etc/host"
    assert len(old) == len(new) and data.count(old) == 1
    to.write("climbs.pkl", data.replace(old, new))
    to.add("climbs.pkl", "its companion's name leaves the folder", error="companion-escapes", names="../../../etc/host")
