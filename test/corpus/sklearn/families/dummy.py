"""DummyClassifier and DummyRegressor. Before 1.6 they keep no note of their columns: by themselves they take any."""

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def add_cases(to, data):
    def add(name, description, model, X, y):
        to.add("dummy-" + name, description, model, X, y)
        to.add("dummy-" + name + "-scaled", description + ", behind a scaler", make_pipeline(StandardScaler(), model), X, y)

    X, y = data.blobs(3, seed=150)
    y[::4] = 1
    names = np.array(["low", "mid", "tall"])[y]
    add("most-frequent", "the most frequent class", DummyClassifier(strategy="most_frequent"), X, y)
    add("prior", "shares of the classes, text labels", DummyClassifier(strategy="prior"), X, names)
    add("constant", "a text label given", DummyClassifier(strategy="constant", constant="tall"), X, names)
    add("constant-integer", "an integer given", DummyClassifier(strategy="constant", constant=2), X, y)
    add("bool", "labels False and True", DummyClassifier(strategy="prior"), X, y == 1)
    several = np.column_stack([y, (y + 1) % 2])
    for strategy in ("stratified", "uniform"):
        to.add("dummy-" + strategy, "drawn at random: refused", make_pipeline(StandardScaler(), DummyClassifier(strategy=strategy, random_state=0)), X, y)
    add("several", "two targets", DummyClassifier(strategy="prior"), X, several)
    add("several-constant", "two targets, given", DummyClassifier(strategy="constant", constant=[2, 1]), X, several)
    X, y = data.curve(seed=151)
    add("mean", "the mean", DummyRegressor(), X, y)
    add("median", "the median", DummyRegressor(strategy="median"), X, y)
    add("quantile", "a quantile", DummyRegressor(strategy="quantile", quantile=0.3), X, y)
    add("number", "a number given", DummyRegressor(strategy="constant", constant=4.25), X, y)
    add("whole-number", "a whole number given", DummyRegressor(strategy="constant", constant=4), X, y)
    add("mean-column", "the mean of a column", DummyRegressor(), X, y.reshape(-1, 1))
    add("mean-several", "three targets", DummyRegressor(), *data.curve(outputs=3, seed=152))
