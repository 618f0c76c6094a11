"""ColumnTransformer: every way of naming columns, and what becomes of the rest."""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

SINCE = (0, 20)


def first_two(X):
    return [0, 1]


def mixed(rows=60, seed=180, missing=False):
    """Age and income are numbers, town and job words, count whole."""
    random = np.random.RandomState(seed)
    frame = pd.DataFrame(
        {
            "age": np.round(random.uniform(18, 80, rows)),
            "income": np.round(random.lognormal(8, 1, rows), 2),
            "town": random.choice(["Oslo", "Bergen", "Tromsø"], rows),
            "count": random.randint(0, 5, rows),
            "job": random.choice(["baker", "judge"], rows),
        },
        columns=["age", "income", "town", "count", "job"],
    )
    y = np.where(frame["income"] * (1 + (frame["town"] == "Oslo")) > 4000, "rich", "poor")
    if missing:
        frame.loc[::7, "income"] = np.nan
        frame.loc[::5, "age"] = np.nan
    return frame, y


def add_cases(to, data):
    positions(to, data)
    rest(to, data)
    frames(to)
    texts(to)
    arrows(to)


def positions(to, data):
    X, y = data.blobs(3, features=5, seed=181)
    scale, spread = StandardScaler(), StandardScaler(with_mean=False)
    ways = [
        ("list", "lists of positions", [0, 1], [3, 2]),
        ("negative", "positions from the end", [-1, 0], [-3]),
        ("slice", "slices of positions", slice(0, 2), slice(2, None)),
        ("slice-step", "slices from the end, with a step", slice(-3, None), slice(0, 4, 2)),
        ("mask", "masks", np.array([True, False, True, False, False]), np.array([False, False, False, True, True])),
        ("mask-list", "a mask that is a list", [True, False, True, False, True], [1]),
        ("array", "arrays of NumPy", np.array([4, 0]), np.arange(1, 3)),
        ("range", "the same column twice, and an empty list", [0, 0, 1], []),
        ("callable", "a function of the columns", first_two, [4]),
    ]
    for name, description, first, second in ways:
        if name == "mask-list" and not to.since(0, 22):
            to.skip("columns-mask-list", "lists of truths came with 0.22")
            continue
        to.add("columns-" + name, description, ColumnTransformer([("scale", scale, first), ("spread", spread, second)]), X)
    last = make_pipeline(ColumnTransformer([("scale", scale, [1, 3])]), LogisticRegression(max_iter=500))
    to.add("columns-pipeline", "before logistic regression", last, X, y)
    after = make_pipeline(StandardScaler(), ColumnTransformer([("scale", spread, [4, 1]), ("same", "passthrough", slice(2, 4))]), DecisionTreeClassifier(max_depth=3, random_state=0))
    to.add("columns-after", "after a scaler", after, X, y)


def rest(to, data):
    X = data.blobs(3, features=5, seed=182)[0]
    scale = [("scale", StandardScaler(), [3, 1])]
    to.add("remainder-drop", "the rest is dropped", ColumnTransformer(scale), X)
    to.add("remainder-passthrough", "the rest passes", ColumnTransformer(scale, remainder="passthrough"), X)
    to.add("remainder-estimator", "the rest is scaled otherwise", ColumnTransformer(scale, remainder=StandardScaler(with_mean=False)), X)
    some = [("scale", StandardScaler(), [0]), ("gone", "drop", [1, 2]), ("same", "passthrough", [4, 3])]
    to.add("remainder-parts", "parts that are dropped and passed", ColumnTransformer(some, remainder="passthrough"), X)
    to.add("remainder-weights", "weights", ColumnTransformer(some, transformer_weights=dict(scale=0.5, same=10)), X)
    to.add("remainder-none", "no rest", ColumnTransformer([("scale", StandardScaler(), [0, 1, 2, 3, 4])], remainder="passthrough"), X)
    inner = ColumnTransformer([("scale", StandardScaler(), [1])], remainder="passthrough")
    to.add("remainder-nested", "one in another", ColumnTransformer([("inner", inner, [0, 2, 4])], remainder="passthrough"), X)


def frames(to):
    frame, y = mixed()
    numbers, words = ["income", "age"], ["job", "town"]
    onehot = OneHotEncoder(handle_unknown="ignore")
    steps = [("num", StandardScaler(), numbers), ("cat", onehot, words)]
    to.add("frame-lists", "lists of names", ColumnTransformer(steps), frame)
    to.add("frame-classifier", "before logistic regression, text labels", make_pipeline(ColumnTransformer(steps), LogisticRegression(max_iter=500)), frame, y)
    to.add("frame-rest", "the rest passes", ColumnTransformer(steps, remainder="passthrough"), frame)
    to.add("frame-index", "an index of pandas", ColumnTransformer([("num", StandardScaler(), frame.columns[:2]), ("cat", onehot, frame.columns[[2, 4]])]), frame)
    to.add("frame-types", "columns of a type", ColumnTransformer([("num", StandardScaler(), frame.select_dtypes(include=[np.number]).columns), ("cat", onehot, frame.select_dtypes(exclude=[np.number]).columns)]), frame)
    to.add("frame-slice", "a slice of names", ColumnTransformer([("num", StandardScaler(), slice("age", "income")), ("cat", onehot, slice("job", None))]), frame)
    to.add("frame-positions", "positions in a frame", ColumnTransformer([("num", StandardScaler(), [3, 0]), ("cat", onehot, [4])]), frame)
    to.add("frame-mask", "a mask over a frame", ColumnTransformer([("num", StandardScaler(), np.array([True, True, False, False, False])), ("cat", onehot, [2])]), frame)
    to.add("frame-array", "an array of names", ColumnTransformer([("num", StandardScaler(), np.array(numbers)), ("cat", onehot, np.array(words, dtype=object))]), frame)
    holes, y = mixed(missing=True, seed=183)
    number = Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    word = Pipeline([("fill", SimpleImputer(strategy="most_frequent")), ("onehot", OneHotEncoder(handle_unknown="ignore"))])
    transformer = ColumnTransformer([("num", number, numbers + ["count"]), ("cat", word, words)])
    to.add("frame-tutorial", "filled, scaled, encoded, classified", make_pipeline(transformer, LogisticRegression(max_iter=500)), holes, y)
    if to.since(0, 22):
        from sklearn.compose import make_column_selector

        chosen = make_column_transformer((StandardScaler(), make_column_selector(dtype_include=np.number)), (onehot, make_column_selector(dtype_exclude=np.number)))
        to.add("frame-selector", "chosen by type", chosen, frame)
    else:
        to.skip("frame-selector", "make_column_selector came with 0.22")


def texts(to):
    """Columns of words: one column by its name alone goes to a vectorizer, as a vector of documents."""
    frame, y = mixed(seed=184)
    sentences = ["the cat sat on the mat", "a dog ate the cat", "no cats, no dogs", "the mat was red", "Red dogs eat cats"]
    frame["note"] = [sentences[row % 5] + (" again" if row % 3 == 0 else "") for row in range(len(frame))]
    note = ("note", CountVectorizer(), "note")
    number = ("num", StandardScaler(), ["age", "income"])
    word = ("cat", OneHotEncoder(handle_unknown="ignore"), ["town"])
    to.add("frame-text", "a column of documents beside numbers and words", ColumnTransformer([number, note, word]), frame)
    model = make_pipeline(ColumnTransformer([note, word, ("more", TfidfVectorizer(), "job")], remainder="drop"), LogisticRegression(max_iter=500))
    to.add("frame-text-classifier", "documents and words, classified", model, frame, y)
    twice = [("wide", OneHotEncoder(handle_unknown="ignore"), ["count"]), ("scaled", StandardScaler(), ["count", "age"])]
    words, encoder = frame[["town", "job"]], OneHotEncoder(handle_unknown="ignore")
    filler = SimpleImputer(strategy="constant", fill_value="Oslo")
    filled = ColumnTransformer([("town", filler, ["town"]), ("job", "passthrough", ["job"])])
    to.add("frame-filled-words", "words filled and passed on side by side, then encoded together", make_pipeline(filled, encoder), words)
    apart = ColumnTransformer([("second", encoder, [1]), ("first", encoder, [0])])
    to.add("frame-filled-apart", "words filled together, then encoded apart", make_pipeline(filler, apart), words)
    to.add("frame-twice", "a column of numbers encoded and scaled", ColumnTransformer(twice, transformer_weights=dict(wide=2.0)), frame)
    if to.since(0, 24):
        to.add("frame-words", "words in the rest pass on to what encodes them", make_pipeline(ColumnTransformer([("gone", "drop", ["note", "income", "age", "count"])], remainder="passthrough"), OneHotEncoder()), frame)
    else:
        to.skip("frame-words", "0.23 could not stack words alone")


def arrows(to):
    """Texts that pandas 3 keeps in arrays of pyarrow: in the columns, in their names, and in what is learnt from them."""
    if not to.since(1, 9):
        to.skip("arrow", "pandas keeps texts in arrays of pyarrow by itself from 3.0 on")
        return
    with pd.option_context("mode.string_storage", "pyarrow"):
        frame, y = mixed(seed=189)
        frame.columns = pd.Index(frame.columns.tolist(), dtype="str")
        frame = frame.astype({"town": "str", "job": "str"})
        assert frame["town"].dtype.storage == "pyarrow" and frame.columns.dtype.storage == "pyarrow"
        lists = [("words", OneHotEncoder(handle_unknown="ignore"), ["town", "job"]), ("numbers", StandardScaler(), ["age", "income"])]
        to.add("arrow-lists", "columns picked by lists of names", ColumnTransformer(lists), frame)
        indexes = [("words", OneHotEncoder(drop="first"), frame.columns[[2, 4]]), ("numbers", StandardScaler(), frame.columns[:2])]
        to.add("arrow-indexes", "columns picked by an index of the frame", ColumnTransformer(indexes, remainder="passthrough"), frame)
        arrays = [("words", OneHotEncoder(), frame.columns[[2, 4]].array), ("numbers", StandardScaler(), pd.Series(["income"], dtype="str"))]
        to.add("arrow-arrays", "columns picked by an array and by a series", ColumnTransformer(arrays), frame)
        rare = make_column_transformer((OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20), ["town"]), remainder="drop")
        model = make_pipeline(ColumnTransformer([("words", OneHotEncoder(), make_words)], remainder="passthrough"), LogisticRegression(max_iter=1000))
        to.add("arrow-model", "columns picked by their type, then a model", model, frame, y)
        to.add("arrow-rare", "rare texts", rare, frame)


def make_words(frame):
    return frame.select_dtypes("str").columns
