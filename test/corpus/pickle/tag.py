"""Python values as JSON that says what they are; ../README.md has the table."""

import datetime
import decimal
import fractions
import sys
import uuid

import numpy as np

PYTHON2 = sys.version_info[0] == 2
INTEGERS = (int, long) if PYTHON2 else (int,)  # noqa: F821 (Python 2 has long)
TEXT = type(u"")
OPAQUE = (datetime.datetime, datetime.date, datetime.timedelta, decimal.Decimal, fractions.Fraction, uuid.UUID)
RANGE = type(None) if PYTHON2 else range


def tag(value, above=()):
    """`above` holds the containers this value stands in, outermost first: a value among them is a cycle."""
    for distance, container in enumerate(reversed(above), 1):
        if container is value:
            return {"cycle": distance}
    inside = above + (value,)
    if value is None or type(value) in (bool, TEXT):
        return value
    if isinstance(value, np.generic):
        return {"scalar": array(np.asarray(value), inside)}
    if isinstance(value, np.ma.MaskedArray):
        return {"opaque": name_of(type(value))}
    if isinstance(value, np.ndarray):
        return {"array": array(value, inside)}
    if isinstance(value, INTEGERS):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": number(value)}
    if isinstance(value, complex):
        return {"complex": [number(value.real), number(value.imag)]}
    if isinstance(value, (bytes, bytearray)):
        kind = "bytearray" if isinstance(value, bytearray) else "py2str" if PYTHON2 else "bytes"
        return {kind: hexadecimal(value)}
    if isinstance(value, (slice, RANGE)):
        return {type(value).__name__: [tag(part) for part in (value.start, value.stop, value.step)]}
    return compound(value, inside)


def compound(value, inside):
    if isinstance(value, dict):
        tagged = {"dict": [[tag(key, inside), tag(item, inside)] for key, item in value.items()]}
        if type(value) is not dict:
            tagged["class"] = "collections." + type(value).__name__
        return tagged
    if isinstance(value, (set, frozenset)):
        return {type(value).__name__: sorted((tag(item, inside) for item in value), key=repr)}
    if type(value) in (list, tuple):
        return {type(value).__name__: [tag(item, inside) for item in value]}
    if isinstance(value, type):
        return {"class": name_of(value)}
    if isinstance(value, OPAQUE) or "random" in type(value).__module__:
        return {"opaque": name_of(type(value))}
    return {"object": name_of(value.__class__), "attributes": dict((key, tag(item, inside)) for key, item in vars(value).items())}


def name_of(cls):
    return cls.__module__ + "." + cls.__name__


def hexadecimal(value):
    return "".join("%02x" % byte for byte in bytearray(value))


def number(value):
    value = float(value)
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def dtype_of(dtype):
    """Kind and size without the byte order, which a reader does not keep; datetimes with their unit."""
    if dtype.kind in "Mm":
        return dtype.str[1:]
    if dtype.kind == "O":
        return "O"
    return dtype.kind + str(dtype.itemsize // (4 if dtype.kind == "U" else 1))


def fields_of(dtype):
    fields = []
    for name in dtype.names:
        inner, offset = dtype.fields[name][:2]
        base, shape = inner.subdtype or (inner, ())
        fields.append([name, dtype_of(base), offset, list(shape)])
    return fields


def array(value, inside):
    value = np.asarray(value)  # a matrix stays two-dimensional when it is made flat
    tagged = {"dtype": dtype_of(value.dtype), "shape": list(value.shape)}
    if value.dtype.names:
        tagged["fields"] = fields_of(value.dtype)
        tagged["columns"] = dict((name, array(np.ascontiguousarray(value[name]), inside)["data"]) for name in value.dtype.names)
        return tagged
    tagged["data"] = [element(item, value.dtype, inside) for item in flat(value)]
    return tagged


def flat(value):
    if value.dtype.kind in "Mm":
        return value.astype("i8").ravel().tolist()
    if value.dtype.kind == "O":
        return list(value.ravel())
    return value.ravel().tolist()


def element(item, dtype, inside):
    kind = dtype.kind
    if kind == "f":
        return number(item)
    if kind == "c":
        return [number(item.real), number(item.imag)]
    if kind in "iuMm":
        return str(item) if dtype.itemsize == 8 else int(item)
    if kind == "S" or kind == "V":
        return hexadecimal(item)
    if kind == "O":
        return tag(item, inside)
    return item
