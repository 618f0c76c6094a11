"""Series, frames and indexes as the pandas that runs this pickles them, and what is in them.

    python generate.py NAME

Writes NAME.pkl.gz, a dict of objects by name, and expected.json with what a reader has to find, which is the same for every
pandas: null is missing. An entry that is null as a whole is nothing that a reader of numbers knows.
"""

import gzip
import json
import os
import pickle
import sys

import numpy as np
import pandas as pd

HERE = os.path.dirname(os.path.abspath(__file__))


def grown():
    """Rows that are added one by one, as encoders do."""
    frame = pd.DataFrame(np.eye(3, 2, dtype=int), columns=["a_1", "a_2"], index=[1, 2, 3])
    frame.loc[-1] = 0
    frame.loc[-2] = np.nan
    return frame


def grown_series():
    series = pd.Series([1, 2], index=["a", u"\u00e9t\u00e9"])
    series.loc[np.nan] = -2
    return series


def objects():
    levels = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    mixed = pd.DataFrame({"sum": [1.5, 2.0], "count": [3, 4], "all": [5.0, np.nan], "flag": [True, False]}, index=["x", "y"])
    return {
        "texts": pd.Series([1, 2, -2], index=["a", "b", np.nan]),
        "numbers": pd.Series([1.5, np.nan], index=[3, 4], name="n"),
        "floats": pd.Series(np.array([1, 2], dtype="float32"), index=[3.5, np.nan]),
        "truths": pd.Series([7, 8], index=[True, False]),
        "range": pd.Series([1, 2, 3], index=range(6, 0, -2)),
        "categories": pd.Series([1, 2, 3], index=pd.CategoricalIndex(["u", "v", np.nan], categories=["v", "u"])),
        "object-values": pd.Series([1, 2.5, None], index=["a", "b", "c"], dtype=object),
        "nullable": pd.Series(pd.array([1, None], dtype="Int64"), index=["a", "b"]),
        "empty": pd.Series([], index=[], dtype="float64"),
        "grown-series": grown_series(),
        "frame": pd.DataFrame(np.arange(6).reshape(3, 2), columns=["a", "b"], index=[1, 2, -1]),
        "frame-columns-first": pd.DataFrame(np.asfortranarray(np.arange(6.0).reshape(3, 2)), columns=["a", "b"]),
        "frame-mixed": mixed,
        "frame-chosen": mixed[["all", "sum"]],
        "frame-grown": grown(),
        "frame-numbered": pd.DataFrame(np.eye(2)),
        "frame-without-columns": pd.DataFrame(index=[1, 2]),
        "frame-texts": pd.DataFrame({"a": ["x", "y"]}),
        "dates": pd.Series([1, 2], index=pd.to_datetime(["2026-01-01", "2026-01-02"])),
        "values-of-dates": pd.Series(pd.to_datetime(["2026-01-01", "2026-01-02"]), index=["a", "b"]),
        "levels": pd.Series([1, 2], index=levels),
        "intervals": pd.Series([1, 2], index=pd.interval_range(0, 2)),
    }


UNKNOWN = ("frame-texts", "dates", "values-of-dates", "levels", "intervals")


def plain(value):
    if value is None or value is getattr(pd, "NA", None) or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def expected(name, value):
    if name in UNKNOWN:
        return None
    found = {"index": [plain(label) for label in value.index]}
    if hasattr(value, "columns"):
        found["columns"] = [plain(label) for label in value.columns]
        found["values"] = [float(number) if plain(number) is not None else None for row in value.values.tolist() for number in row]
    else:
        found["values"] = [float(number) if plain(number) is not None else None for number in value.tolist()]
    return found


def main(name):
    made = objects()
    # The time in the head of gzip would make every run another file.
    with open(os.path.join(HERE, name + ".pkl.gz"), "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as out:
        out.write(pickle.dumps(made, protocol=4))
    with open(os.path.join(HERE, "expected.json"), "w") as out:
        found = dict((key, expected(key, value)) for key, value in made.items())
        out.write("{\n" + ",\n".join("%s: %s" % (json.dumps(key), json.dumps(value)) for key, value in sorted(found.items())) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
