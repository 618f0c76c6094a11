# -*- coding: utf-8 -*-
"""What the files hold. Each function gives one value; its name is its key in the manifest."""

import datetime
import decimal
import fractions
import pickle
import uuid
from collections import Counter, OrderedDict, defaultdict

import numpy as np

import opcodes


def numbers():
    edges = [2 ** power + step for power in (7, 8, 15, 16, 31, 32, 53, 63, 64, 2039, 2040) for step in (-1, 0, 1)]
    ints = [0, 1, -1] + edges + [-edge for edge in edges] + [int("1234567890" * 20), -(10 ** 199)]
    floats = [0.0, -0.0, 1.5, -1e300, 5e-324, 0.1, float("nan"), float("inf"), float("-inf"), 1.7976931348623157e308]
    return [ints, floats, [1 + 2j, complex("nan"), -0.0j], [True, False, None]]


def texts():
    return [u"", u"plain", u"caf\u00e9", u"\ud55c\uae00", u"\U0001f33c\U00010000", u"line\nbreak\\ \r\t\x00\x1a", u"\ud800", u"x\udfff\ud800y", u"'\"", u"k" * 255, u"k" * 256, u"\u00e9" * 128]


def raw():
    return [b"", b"ab\x00\xff", bytes(bytearray(range(256))), b"z" * 300, bytearray(b""), bytearray(b"\x80\xff mutable")]


def containers():
    shared = [1]
    return [
        [], (), {}, set(), frozenset(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4, 5),
        {u"a": 1, 2: [u"b"], (3, None): {u"c": ()}, None: False, 1.5: b"d"},
        set([1, 2, u"three"]), frozenset([(4, 5), b"six"]), frozenset([frozenset([7])]),
        [shared, shared, (shared,)], [[[[[[[[]]]]]]]],
    ]


def recursive():
    ring = [1]
    ring.append(ring)
    book = {u"name": u"book"}
    book[u"self"] = book
    knot = ([], 2)
    knot[0].append(knot)
    return [ring, book, knot]


def library():
    table = defaultdict(list)
    table[u"a"].append(1)
    ordered = OrderedDict([(u"z", 1), (u"a", 2)])
    return [
        ordered, OrderedDict(), table, Counter(u"hello"), slice(1, None, -2), range(0, 10, 3),
        datetime.datetime(2020, 2, 29, 12, 30, 1, 5), datetime.date(1999, 12, 31), datetime.timedelta(days=-1, microseconds=7),
        decimal.Decimal("1.10"), fractions.Fraction(1, 3), uuid.UUID(int=7), OrderedDict, u"the end",
    ]


def memo():
    """More than 256 memo entries, the first and the last used again, and more than one batch of appended items."""
    names = [u"name-%d" % index for index in range(300)]
    return [names, names[0], names[255], names[256], names[299], [None] * 1010]


def long_text():
    """Longer than a frame of protocol 4."""
    return [u"ab" * 33000, 1]


def arrays():
    found = OrderedDict()
    for code in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "c8", "c16"):
        found[code] = np.array([[0, 1, 2], [100, 101, 127]]).astype(code)
    found["b1"] = np.array([True, False, True])
    found["f8-special"] = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 0.1])
    found["i8-edges"] = np.array([-2 ** 63, 2 ** 63 - 1, 2 ** 53 + 1, 0])
    found["u8-edges"] = np.array([2 ** 64 - 1, 2 ** 63], dtype="u8")
    for code in (">f2", ">f4", ">f8", ">i2", ">i4", ">i8", ">u2", ">u4", ">u8", ">c16"):
        found[code] = np.array([[1, 2, 3], [4, 5, 100]]).astype(code)
    found["U"] = np.array([[u"a", u"\ud55c\uae00"], [u"", u"\U0001f33c bc"]])
    found[">U"] = np.array([u"a", u"\u00e9t\u00e9"]).astype(">U3")
    found["S"] = np.array([b"a", b"bc\x00d", b"\xff"])
    found["empty"] = np.empty((0, 3))
    found["empty-U0"] = np.array([], dtype="U1")
    found["scalar-0d"] = np.array(2.5)
    found["zero-dim-U"] = np.array(u"word")
    found["fortran"] = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    found["fortran-3d"] = np.asfortranarray(np.arange(24).reshape(2, 3, 4))
    found["fortran-big-endian"] = np.asfortranarray(np.arange(6.0).reshape(2, 3).astype(">f4"))
    found["strided"] = np.arange(20)[::3]
    found["transposed"] = np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2)
    found["reversed"] = np.arange(5.0)[::-1]
    found["read-only"] = np.arange(3.0)
    found["read-only"].setflags(write=False)
    found["five-dims"] = np.arange(32, dtype="u1").reshape(2, 2, 2, 2, 2)
    found["longer"] = np.arange(700.0)
    found["structured"] = np.array([(1, 2.5, b"ab"), (-1, np.nan, b"")], dtype=[("id", "<i4"), ("x", "<f8"), ("tag", "S3")])
    aligned = np.dtype([("flag", "u1"), ("x", "f8"), ("pair", "i2", (2,))], align=True)
    found["structured-aligned"] = np.array([(1, 2.5, (3, 4)), (0, -1.0, (5, 6))], dtype=aligned)
    found["structured-big-endian"] = np.array([(1, 2.5)], dtype=[("id", ">i4"), ("x", ">f8")])
    found["datetime64"] = np.array(["2020-02-29", "NaT", "1969-12-31T23:59:59"], dtype="M8[s]")
    found["timedelta64"] = np.array([1, -1], dtype="m8[ns]")
    return found


def object_arrays():
    mixed = np.empty(6, dtype=object)
    mixed[:] = [u"text", 1, None, 2.5, (1, [u"two"]), b"bytes"]
    nested = np.empty(2, dtype=object)
    nested[:] = [np.arange(3), np.array([u"x", None], dtype=object)]
    matrix = np.array([[u"a", u"b"], [u"c", u"a"]], dtype=object)
    fortran = np.asfortranarray(np.array([[1, u"b", None], [u"c", 2.0, True]], dtype=object))
    return OrderedDict([("mixed", mixed), ("nested", nested), ("matrix", matrix), ("fortran", fortran), ("empty", np.empty((0, 2), dtype=object)), ("zero-dim", np.array(None, dtype=object)), ("after", np.arange(4.0))])


def subclasses():
    """The number behind each array must come out right. Masked arrays are what `cv_results_` of a search holds."""
    masked = np.ma.MaskedArray([0.5, 2.0, 7.25], mask=[False, True, False])
    kernels = np.ma.MaskedArray(np.array([u"rbf", None], dtype=object), mask=[False, True])
    records = np.rec.array([(1, 0.5), (2, 2.5)], dtype=[("id", "<i4"), ("x", "<f8")])
    return [np.matrix([[1.0, 2.0], [3.0, 4.0]]), 1, masked, 2, kernels, 3, np.ma.MaskedArray([1, 2]), 4, records, 5]


def one_array():
    return np.linspace(0, 1, 11)


def scalars():
    return [
        np.float64(0.1), np.float32(0.1), np.float16(1.5), np.int8(-5), np.int64(-2 ** 63), np.uint64(2 ** 64 - 1), np.int32(7),
        np.bool_(True), np.bool_(False), np.array(u"word \U0001f33c")[()], np.bytes_(b"raw\xff"), np.complex128(1 - 2j),
        np.datetime64("2020-02-29T00:00:00", "s"), np.array([(1, 2.5)], dtype=[("id", "<i4"), ("x", "<f8")])[0], np.float64("nan"),
    ]


def random_states():
    """A reader only has to get past these: the number behind them must come out right."""
    found = [np.random.RandomState(3), 1]
    if hasattr(np.random, "default_rng"):
        found += [np.random.default_rng(3), 2, np.random.Generator(np.random.MT19937(3)), 3]
    return found


def sparse():
    from scipy import sparse as scipy_sparse

    dense = np.array([[0.0, 1.5, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 3.0, -1.0]])
    return [scipy_sparse.csr_matrix(dense), scipy_sparse.csc_matrix(dense), scipy_sparse.coo_matrix(dense)]


def python2():
    """Written by Python 2: str there is bytes, and UserDict an old-style instance."""
    from UserDict import UserDict

    book = UserDict({"key": u"value"})
    texts = ["plain", "caf\xe9", "quote ' and \" and \\ and \n", "\x00\xff", "k" * 300]
    return {"texts": texts, "unicode": [u"caf\u00e9", u"line\nbreak\\"], "ints": [1, -1, 2 ** 31, 10 ** 30, True], "old-style": book}


def stack_opcodes():
    return pickle.loads(opcodes.stack_opcodes())


def text_opcodes():
    """STRING read as bytes: see `py2str` in the table of tags."""
    return pickle.loads(opcodes.text_opcodes(), encoding="bytes")
