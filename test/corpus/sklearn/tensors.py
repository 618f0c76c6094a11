"""Tensors and inputs as the corpus writes them: flat text, so that a value costs its digits. ../README.md has the grammar."""

import hashlib
import json
import math

import numpy as np
from scipy import sparse

DIGITS = 11  # of a column's largest value; comparisons are to 1e-9 of it


def line(value):
    return u"" + json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=True, allow_nan=False)


def hash_of(value):
    return hashlib.sha256(line(value).encode("ascii")).hexdigest()[:12]


def float_text(value):
    """The shortest text that reads back to the same float64, without the zero before the point."""
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    text = repr(float(value))
    if text.endswith(".0"):
        text = text[:-2]
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def single_text(value):
    """The shortest text that reads back to the same float32."""
    if not np.isfinite(value):
        return float_text(float(value))
    for digits in range(1, 10):
        text = "%.*g" % (digits, float(value))
        if np.float32(text) == value:
            break
    return float_text(float(text))


def decimals_of(column):
    """Decimal places that keep DIGITS digits of the largest finite value of a column."""
    finite = np.abs(column[np.isfinite(column)])
    largest = float(finite.max()) if len(finite) else 0.0
    return DIGITS - 1 - int(math.floor(math.log10(largest))) if largest > 0 else 0


def rounded(array):
    """Outputs without the digits that no comparison looks at; each column by its own largest value."""
    table = array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
    columns = [table[:, index].tolist() for index in range(table.shape[1])]
    places = [decimals_of(table[:, index]) for index in range(table.shape[1])]
    kept = [[keep(value, count) for value in column] for column, count in zip(columns, places)]
    return np.array(kept, dtype=np.float64).T.reshape(array.shape)


def keep(value, places):
    # Beyond 1e300 decimal places overflow; such a column keeps all its digits.
    return round(value, places) if np.isfinite(value) and abs(places) < 290 else value


def is_missing(value):
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")


def texts(array):
    """Distinct texts, and for each element its place among them; a missing text is null."""
    items = [None if is_missing(item) else item for item in array.ravel(order="C").tolist()]
    assert all(item is None or isinstance(item, type(u"")) for item in items), items
    values = sorted(set(item for item in items if item is not None)) + ([None] if None in items else [])
    place = dict((value, index) for index, value in enumerate(values))
    data = " ".join(str(place[item]) for item in items)
    return dict(dtype="str", shape=list(array.shape), values=values, data=data)


def dense(output):
    return output.toarray() if sparse.issparse(output) else np.asarray(output)


def unboxed(array):
    """An array of Python objects as one of numbers or truths, where all are such."""
    if array.dtype.kind != "O":
        return array
    kinds = set(type(item) for item in array.ravel().tolist())
    if kinds and kinds <= {bool}:
        return array.astype(bool)
    if kinds and kinds <= {int, float} and not kinds <= {float}:
        return array.astype(np.float64 if float in kinds else np.int64)
    return array.astype(np.float64) if kinds == {float} else array


def tensor(array, exact=True):
    """`exact` for inputs; outputs are rounded to what is compared."""
    array = unboxed(dense(array))
    if array.dtype.kind in "UO":
        return texts(array)
    kind, name = array.dtype.kind, array.dtype.name
    if kind == "f" and array.dtype.itemsize == 4:
        words = [single_text(item) for item in array.ravel(order="C")]
    elif kind == "f":
        values = array if exact or array.size == 0 else rounded(array)
        name, words = "float64", [float_text(item) for item in values.ravel(order="C").tolist()]
    elif kind == "b":
        words = [str(int(item)) for item in array.ravel(order="C").tolist()]
    else:
        assert kind in "iu", array.dtype
        name = name if name == "int32" else "int64"
        words = [str(item) for item in array.ravel(order="C").tolist()]
    return dict(dtype=name, shape=list(array.shape), data=" ".join(words))


def weight(column):
    """What a column counts for in the sum of a row: from 0.5 to 1.5, another for each column."""
    return (column * 2654435761 + 40503) % 2**32 / 2.0**32 + 0.5


def sums(array):
    """A number for each row of which the values are not kept: the weighted sum of its columns, as shares of the largest
    number. What is not finite counts as some of the largest, so that it shows wherever it stands."""
    table = array.reshape(len(array), -1).astype(np.float64)
    finite = np.abs(table[np.isfinite(table)])
    largest = float(finite.max()) if len(finite) and finite.max() > 0 else 1.0
    shares = np.where(np.isfinite(table), table, 0) / largest
    shares += 3.0 * np.isnan(table) + 5.0 * np.isposinf(table) - 7.0 * np.isneginf(table)
    values = rounded(shares.dot(np.array([weight(column) for column in range(table.shape[1])])))
    return dict(largest=float_text(largest), data=" ".join(float_text(value) for value in values.tolist()))


def first_rows(array, rows, exact=False):
    """A tensor of the first rows of an output, and sums of the others."""
    array = unboxed(dense(array))
    found = tensor(array[:rows], exact=exact)
    if array.ndim > 0 and array.dtype.kind == "f" and len(array) > rows:
        found["rest"] = sums(array[rows:])
    return found
