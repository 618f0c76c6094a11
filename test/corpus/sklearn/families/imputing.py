"""Missing values: what takes their place, and where they are."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler


def add_cases(to, data):
    if not to.since(0, 22):
        old(to, data)
    if not to.since(0, 20):
        to.skip("simple", "SimpleImputer came with 0.20")
        return
    simple(to, data)
    texts(to)
    indicators(to, data)
    if to.since(0, 22):
        nearest(to, data)
    if to.since(0, 21):
        iterative(to, data)


def numbers(data):
    X, y = data.curve(features=4, rows=80, seed=90)
    X = np.round(X)
    return data.holes(X, seed=91), y


def asked(X, seed=92, value=np.nan):
    """Rows with other holes, one of them with nothing, one with everything."""
    random = np.random.RandomState(seed)
    rows = np.where(np.isnan(X), 1.5, X)[random.permutation(len(X))]
    rows[random.uniform(size=rows.shape) < 0.25] = value
    rows[0] = value
    rows[1] = 2.0
    return rows


def old(to, data):
    from sklearn.preprocessing import Imputer

    X, _ = numbers(data)
    for strategy in ("mean", "median", "most_frequent"):
        to.add("imputer-" + strategy, "the old imputer, " + strategy, Imputer(strategy=strategy), X, rows=asked(X))
    empty = X.copy()
    empty[:, 1] = np.nan
    to.add("imputer-empty", "a column without values is left out", Imputer(), empty, rows=asked(X))
    zeros = np.where(np.isnan(X), 0.0, X + 10)
    to.add("imputer-zero", "0 is missing", Imputer(missing_values=0), zeros, rows=asked(X, value=0.0))


def simple(to, data):
    from sklearn.impute import SimpleImputer

    X, y = numbers(data)
    for strategy in ("mean", "median", "most_frequent"):
        to.add("simple-" + strategy, "numbers, " + strategy, SimpleImputer(strategy=strategy), X, rows=asked(X))
    to.add("simple-constant", "numbers, 0", SimpleImputer(strategy="constant"), X, rows=asked(X))
    to.add("simple-constant-given", "numbers, -7.5", SimpleImputer(strategy="constant", fill_value=-7.5), X, rows=asked(X))
    to.add("simple-single", "float32", SimpleImputer(), X, fit_with=X.astype(np.float32), rows=asked(X))
    zeros = np.where(np.isnan(X), 0.0, X + 10)
    to.add("simple-zero", "0 is missing", SimpleImputer(missing_values=0), zeros, rows=asked(X, value=0.0))
    empty = X.copy()
    empty[:, 1] = np.nan
    to.add("simple-empty", "a column without values is left out", SimpleImputer(), empty, rows=asked(X))
    to.add("simple-regression", "the mean, then a scaler and a regression", make_pipeline(SimpleImputer(), MinMaxScaler(), LinearRegression()), X, y, rows=asked(X))
    if to.since(0, 21):
        to.add("simple-indicator", "with columns that say what was missing", SimpleImputer(add_indicator=True), X, rows=asked(X))
        to.add("simple-empty-indicator", "the same, a column is left out", SimpleImputer(add_indicator=True), empty, rows=asked(X))
    if to.since(1, 2):
        to.add("simple-keep", "a column without values is 0", SimpleImputer(keep_empty_features=True), empty, rows=asked(X))
        to.add("simple-keep-constant", "a column without values is 3", SimpleImputer(strategy="constant", fill_value=3.0, keep_empty_features=True), empty, rows=asked(X))


def texts(to):
    from sklearn.impute import SimpleImputer

    random = np.random.RandomState(93)
    X = np.array(["a", "b", "", "?", "grün"], dtype=object)[random.randint(0, 5, (60, 3))]
    holes = X.copy()
    holes[random.uniform(size=X.shape) < 0.2] = np.nan
    nones = np.where(holes != holes, None, holes)
    to.add("simple-texts", "texts, the most frequent", SimpleImputer(strategy="most_frequent"), holes, rows=holes[::-1])
    to.add("simple-texts-constant", "texts, missing_value", SimpleImputer(strategy="constant"), holes, rows=holes[::-1])
    to.add("simple-texts-given", "texts, a text of one's own", SimpleImputer(strategy="constant", fill_value="nichts"), holes, rows=holes[::-1])
    to.add("simple-texts-mark", "a question mark is missing", SimpleImputer(missing_values="?", strategy="most_frequent"), X, rows=X[::-1])
    to.add("simple-texts-none", "None is missing", SimpleImputer(missing_values=None, strategy="constant", fill_value="x"), nones, rows=nones[::-1])
    if to.since(0, 24):
        encoders(to, holes)


def encoders(to, holes):
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    to.add("simple-texts-encoded", "texts, then an encoder", make_pipeline(SimpleImputer(strategy="most_frequent"), OrdinalEncoder()), holes, rows=holes[::-1])
    to.add("simple-texts-indicated", "texts with an indicator, then an encoder", make_pipeline(SimpleImputer(strategy="most_frequent", add_indicator=True), OneHotEncoder()), holes, rows=holes[::-1])


def indicators(to, data):
    from sklearn.impute import MissingIndicator
    from sklearn.pipeline import FeatureUnion
    from sklearn.impute import SimpleImputer

    X, y = numbers(data)
    rows = asked(X)
    rows[:, -1] = 1.0
    to.add("indicator", "columns that had holes", MissingIndicator(), X, rows=rows)
    to.add("indicator-all", "all columns", MissingIndicator(features="all"), X, rows=asked(X))
    to.add("indicator-number", "2 is missing", MissingIndicator(missing_values=2, features="all"), np.nan_to_num(X), rows=np.nan_to_num(asked(X)))
    if to.since(0, 24):
        union = FeatureUnion([("values", SimpleImputer()), ("holes", MissingIndicator())])
        to.add("indicator-union", "means and holes side by side, then a regression", make_pipeline(union, LinearRegression()), X, y, rows=rows)


def nearest(to, data):
    from sklearn.impute import KNNImputer

    X, _ = data.curve(features=4, rows=50, seed=94)
    X = data.holes(X + np.random.RandomState(95).uniform(size=X.shape), seed=96)
    rows = asked(X + 0.01)
    for weights in ("uniform", "distance"):
        for neighbours in (1, 5):
            to.add("knn-%s-%d" % (weights, neighbours), "%d neighbours, %s" % (neighbours, weights), KNNImputer(weights=weights, n_neighbors=neighbours), X, rows=rows, exact=True)
    to.add("knn-itself", "rows of training, at distance 0", KNNImputer(weights="distance"), X, rows=np.concatenate([X[::-1]] * 4))
    empty = X.copy()
    empty[:, 1] = np.nan
    to.add("knn-empty", "a column without values is left out", KNNImputer(), empty, rows=rows)
    to.add("knn-many", "more neighbours than rows", KNNImputer(n_neighbors=500), X, rows=rows)
    marked = np.where(np.isnan(X), -99.0, X)
    to.add("knn-number", "-99 is missing", KNNImputer(missing_values=-99.0), marked, rows=np.where(np.isnan(rows), -99.0, rows))
    if to.since(1, 2):
        to.add("knn-keep", "a column without values is 0", KNNImputer(keep_empty_features=True), empty, rows=rows)
    if to.since(1, 0):
        to.add("knn-indicator", "with columns that say what was missing", KNNImputer(add_indicator=True), X, rows=rows)


def iterative(to, data):
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer
    from sklearn.linear_model import Ridge

    X, _ = data.curve(features=4, rows=60, seed=97)
    X = data.holes(X, seed=98)
    rows = asked(X)
    # A row without any value, alone in a call, would keep the library's first guess.
    rows[0, -1] = 0.5
    alone = dict(rows=rows)
    to.add("iterative", "Bayesian ridge", IterativeImputer(max_iter=3, random_state=0), X, **alone)
    to.add("iterative-ridge", "ridge, between bounds", IterativeImputer(Ridge(), max_iter=2, min_value=-1.0, max_value=1.0, random_state=0), X, **alone)
    to.add("iterative-near", "two neighbours", IterativeImputer(Ridge(), n_nearest_features=2, max_iter=2, random_state=0), X, **alone)
    to.add("iterative-none", "no turns", IterativeImputer(max_iter=0, random_state=0), X, **alone)
    for order in ("descending", "roman", "arabic", "random"):
        to.add("iterative-" + order, "in another order", IterativeImputer(Ridge(), imputation_order=order, initial_strategy="median", max_iter=2, random_state=0), X, **alone)
    empty = X.copy()
    empty[:, 1] = np.nan
    to.add("iterative-empty", "a column without values", IterativeImputer(Ridge(), max_iter=2, random_state=0), empty, **alone)
    if to.since(1, 0):
        to.add("iterative-indicator", "with columns that say what was missing", IterativeImputer(Ridge(), max_iter=2, add_indicator=True, random_state=0), X, **alone)
    if to.since(1, 2):
        to.add("iterative-keep", "a column without values is kept", IterativeImputer(Ridge(), max_iter=2, keep_empty_features=True, random_state=0), empty, **alone)
