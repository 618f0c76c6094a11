"""DataFrameMapper of sklearn_pandas: columns picked by name, each list of them with transformers of its own."""

from __future__ import absolute_import

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import LabelBinarizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.feature_extraction.text import CountVectorizer
from sklearn_pandas import DataFrameMapper

SINCE = (0, 20)
# Its last release, 2.2, imports what scikit-learn 1.7 no longer has.
UNTIL = (1, 7)
PETS = [u"cat", u"dog", u"fish"]
NOTES = [u"likes the sea", u"no sea, no land", u"land", u"the river and the sea"]


def frame(seed, rows=200, holes=True):
    random = np.random.RandomState(seed)
    age = np.round(random.uniform(1, 20, rows), 1)
    if holes:
        age[random.uniform(size=rows) < 0.2] = np.nan
    columns = [
        ("pet", np.array(PETS, dtype=object)[random.randint(0, 3, rows)]),
        ("age", age),
        ("weight", np.round(random.gamma(2.0, 3.0, rows), 2)),
        ("note", np.array(NOTES, dtype=object)[random.randint(0, 4, rows)]),
        ("children", random.randint(0, 5, rows).astype(np.float64)),
    ]
    return pd.DataFrame(dict(columns), columns=[name for name, _ in columns])


def add_cases(to, data):
    X, asked = frame(270, 120), frame(271)
    whole, full = frame(272, 120, holes=False), frame(273, holes=False)
    own, plain = dict(rows=asked), dict(rows=full)
    encoder = OneHotEncoder(handle_unknown="ignore") if to.since(0, 20) else LabelBinarizer()
    numbers = (["age", "weight"], [SimpleImputer(), StandardScaler()])
    to.add("mapper-numbers", "an imputer, then a scaler", DataFrameMapper([numbers]), X, **own)
    to.add("mapper-mixed", "texts beside numbers", DataFrameMapper([("pet", LabelBinarizer()), numbers, ("children", None)]), X, **own)
    to.add("mapper-again", "a column that is picked twice", DataFrameMapper([(["weight"], StandardScaler()), (["age", "weight"], [SimpleImputer(strategy="median"), MinMaxScaler()])]), X, **own)
    to.add("mapper-texts", "words of a column", DataFrameMapper([("note", CountVectorizer()), (["weight"], None)]), X, **own)
    to.add("mapper-one-hot", "a column of texts as a matrix", DataFrameMapper([(["pet"], encoder), (["weight"], MinMaxScaler())], sparse=False), X, **own)
    to.add("mapper-ordinal", "texts as numbers", DataFrameMapper([(["pet", "note"], OrdinalEncoder())]), X, **own)
    y = (whole["weight"].values > 5).astype(int)
    model = LogisticRegression(solver="lbfgs", max_iter=500)
    to.add("mapper-pipeline", "in a pipeline", Pipeline([("columns", DataFrameMapper([("pet", LabelBinarizer()), (["age", "weight"], StandardScaler())])), ("model", model)]), whole, y, **plain)
    forest = RandomForestRegressor(n_estimators=4, max_depth=4, random_state=0)
    to.add("mapper-forest", "before a forest", Pipeline([("columns", DataFrameMapper([numbers, ("pet", LabelBinarizer())])), ("model", forest)]), X, X["weight"].values, **own)
