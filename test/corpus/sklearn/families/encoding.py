"""Encoders of categories, numeric and text."""

import numpy as np
from sklearn import preprocessing
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder

COLOURS = np.array(["red", "green", "blue", "naïve", "Grün", ""], dtype=object)
SIZES = np.array(["S", "M", "L"], dtype=object)


def add_cases(to, data):
    numbers(to)
    legacy(to)
    if not to.since(0, 20):
        to.skip("one-hot", "categories came with 0.20")
        return
    one_hot(to)
    ordinal(to)
    targets(to)


def sparse_off(to):
    return dict(sparse_output=False) if to.since(1, 2) else dict(sparse=False)


def ints(rows=120, seed=80):
    random = np.random.RandomState(seed)
    return np.column_stack([random.randint(0, 4, rows), random.choice([2, 5, 9], rows), random.randint(0, 2, rows)])


def texts(rows=120, seed=81, missing=None):
    random = np.random.RandomState(seed)
    X = np.column_stack([COLOURS[random.randint(0, 6, rows)], SIZES[random.randint(0, 3, rows)], COLOURS[random.randint(0, 2, rows)]])
    if missing is not None:
        X[random.uniform(size=X.shape) < 0.1] = None if missing == "None" else np.nan
    return X


def strange(X, values, seed=82):
    """Rows with values that training did not have."""
    random = np.random.RandomState(seed)
    X = X.copy()
    mask = random.uniform(size=X.shape) < 0.2
    X[mask] = np.array(values, dtype=X.dtype)[random.randint(0, len(values), mask.sum())]
    return X


def numbers(to):
    """Categories 0 to n without a gap: old and new rules agree."""
    X = np.column_stack([np.arange(60) % 3, np.arange(60) % 4])
    asked = X[np.random.RandomState(83).permutation(60)]
    for handling in ("error", "ignore"):
        more = dict(categories="auto") if to.since(0, 20) else {}
        to.add("one-hot-numbers-" + handling, "numbers, handle_unknown=" + handling, OneHotEncoder(handle_unknown=handling, **more), X, rows=asked if handling == "error" else strange(asked, [7, 11]))


def legacy(to):
    if to.since(0, 22):
        return
    X = ints()
    for handling in ("error", "ignore"):
        to.add("one-hot-legacy-" + handling, "values from 0 on, handle_unknown=" + handling, OneHotEncoder(n_values=[5, 10, 2], handle_unknown=handling), X, rows=X[::-1] if handling == "error" else strange(X, [12, 30]))
    to.add("one-hot-legacy-number", "n_values a number", OneHotEncoder(n_values=12), X, rows=X[::-1])
    mixed = np.column_stack([X[:, 2], X[:, 1] / 9.0, X[:, 0] % 2])
    some = OneHotEncoder(n_values=[2, 2], categorical_features=[0, 2])
    to.add("one-hot-legacy-some", "some columns, after a scaler", make_pipeline(MinMaxScaler(), some), mixed, rows=mixed[::-1])
    if not to.since(0, 20):
        to.add("one-hot-legacy-auto", "n_values auto", OneHotEncoder(), X, rows=X[::-1])
        masked = OneHotEncoder(categorical_features=np.array([True, False, True]))
        to.add("one-hot-legacy-mask", "a mask of columns", make_pipeline(MinMaxScaler(), masked), mixed, rows=mixed[::-1])


def one_hot(to):
    X, dense = texts(), sparse_off(to)
    y = np.arange(120) % 3
    odd = strange(X, ["pink", "XL"])
    to.add("one-hot-texts", "texts", OneHotEncoder(), X, rows=X[::-1])
    to.add("one-hot-texts-ignore", "texts, unknown ones ignored", OneHotEncoder(handle_unknown="ignore", **dense), X, rows=odd)
    to.add("one-hot-given", "categories given", OneHotEncoder(categories=[["L", "M", "S"]], **dense), X[:, 1:2], rows=X[::-1, 1:2])
    to.add("one-hot-gaps", "numbers with gaps", OneHotEncoder(categories="auto" if to.since(0, 20) else None), ints() * 1.5, rows=ints(seed=80)[::-1] * 1.5)
    to.add("one-hot-logistic", "texts, then logistic regression", make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(solver="lbfgs")), X, y, rows=odd)
    mixed = np.column_stack([X[:, :1], ints()[:, :1].astype(object), X[:, 1:2]])
    to.add("one-hot-mixed", "texts and numbers", OneHotEncoder(), mixed, rows=mixed[::-1])
    wide = np.array(["w%03d" % (index % 300) for index in range(600)], dtype=object).reshape(-1, 1)
    to.add("one-hot-wide", "300 categories", OneHotEncoder(handle_unknown="ignore"), wide, rows=wide[::17], keep=8)
    if to.since(0, 21):
        to.add("one-hot-drop-first", "the first is dropped", OneHotEncoder(drop="first", **dense), X, rows=X[::-1])
        to.add("one-hot-drop-given", "these are dropped", OneHotEncoder(drop=["green", "S", "red"], **dense), X, rows=X[::-1])
    if to.since(0, 23):
        to.add("one-hot-drop-binary", "dropped where there are two", OneHotEncoder(drop="if_binary", **dense), X, rows=X[::-1])
    if to.since(1, 0):
        to.add("one-hot-drop-ignore", "dropped, unknown ones ignored", OneHotEncoder(drop="first", handle_unknown="ignore", **dense), X, rows=odd)
    if to.since(0, 24):
        for kind in ("None", "nan"):
            holes = texts(missing=kind)
            to.add("one-hot-missing-" + kind, "missing texts are " + kind, OneHotEncoder(**dense), holes, rows=holes[::-1])
        gaps = np.where(np.random.RandomState(84).uniform(size=(120, 3)) < 0.2, np.nan, ints())
        to.add("one-hot-nan", "NaN is a category", OneHotEncoder(**dense), gaps, rows=gaps[::-1])
    if to.since(1, 1):
        rare(to, X, odd)


def rare(to, X, odd):
    dense = sparse_off(to)
    for handling in ("error", "ignore", "infrequent_if_exist") + (("warn",) if to.since(1, 6) else ()):
        rows = X[::-1] if handling == "error" else odd
        to.add("one-hot-rare-" + handling, "rare ones together, handle_unknown=" + handling, OneHotEncoder(min_frequency=19, handle_unknown=handling, **dense), X, rows=rows)
    to.add("one-hot-most", "at most three categories", OneHotEncoder(max_categories=3, handle_unknown="infrequent_if_exist"), X, rows=odd)
    to.add("one-hot-most-drop", "at most three, the first dropped", OneHotEncoder(max_categories=3, drop="first", handle_unknown="infrequent_if_exist", **dense), X, rows=odd)


def ordinal(to):
    OrdinalEncoder = preprocessing.OrdinalEncoder
    X = texts()
    odd = strange(X, ["pink", "XL"])
    to.add("ordinal-texts", "texts", OrdinalEncoder(), X, rows=X[::-1])
    to.add("ordinal-numbers", "numbers", OrdinalEncoder(), ints(), rows=ints()[::-1])
    to.add("ordinal-given", "categories given", OrdinalEncoder(categories=[["S", "M", "L"]]), X[:, 1:2], rows=X[::-1, 1:2])
    if to.since(0, 24):
        to.add("ordinal-unknown", "unknown ones become -1", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), X, rows=odd)
        to.add("ordinal-unknown-nan", "unknown ones become NaN", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), X, rows=odd)
    if to.since(1, 0):
        holes = texts(missing="nan")
        to.add("ordinal-missing", "missing ones stay missing", OrdinalEncoder(), holes, rows=holes[::-1])
    if to.since(1, 2):
        to.add("ordinal-missing-given", "missing ones become -2", OrdinalEncoder(encoded_missing_value=-2), holes, rows=holes[::-1])
    if to.since(1, 3):
        to.add("ordinal-rare", "rare ones together", OrdinalEncoder(min_frequency=19, handle_unknown="use_encoded_value", unknown_value=-1), X, rows=odd)
        to.add("ordinal-most", "at most three, missing ones apart", OrdinalEncoder(max_categories=3, encoded_missing_value=-1), holes, rows=holes[::-1])


def targets(to):
    if not to.since(1, 3):
        to.skip("target", "TargetEncoder came with 1.3")
        return
    TargetEncoder = preprocessing.TargetEncoder
    X, Z = texts(rows=150), ints(rows=150)
    odd, strange_numbers = strange(X, ["pink", "XL"]), strange(Z, [20, 30])
    random = np.random.RandomState(85)
    y = np.round(random.standard_normal(150) + (X[:, 0] == "red"), 2)
    to.add("target-continuous", "a number", TargetEncoder(random_state=0), X, y, rows=odd)
    to.add("target-numbers", "categories that are numbers", TargetEncoder(random_state=0), Z, y, rows=strange_numbers)
    to.add("target-smooth", "much smoothing", TargetEncoder(smooth=20.0, random_state=0), X, y, rows=odd)
    to.add("target-binary", "two classes", TargetEncoder(random_state=0), X, np.where(y > 0, "yes", "no"), rows=odd)
    if to.since(1, 4):
        to.add("target-classes", "three classes", TargetEncoder(random_state=0), X, np.digitize(y, [-0.5, 0.8]), rows=odd)
