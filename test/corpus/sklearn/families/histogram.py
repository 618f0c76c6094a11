"""HistGradientBoostingClassifier and HistGradientBoostingRegressor: few shallow trees each."""

import numpy as np

SINCE = (0, 22)


def classes(to):
    if not to.since(1, 0):
        from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    return HistGradientBoostingClassifier, HistGradientBoostingRegressor


def add_cases(to, data):
    classifier, regressor = classes(to)
    small = dict(random_state=0, max_iter=4, max_leaf_nodes=5, min_samples_leaf=4)
    classify = lambda **params: classifier(**dict(small, **params))
    regress = lambda **params: regressor(**dict(small, **params))
    classifiers(to, data, classify)
    regressors(to, data, regress)
    categories(to, data, classify, regress)
    frames(to, data, classify, regress)


def classifiers(to, data, classify):
    X, y = data.blobs(3, features=4, rows=90, seed=230)
    two, half = X[y < 2], y[y < 2]
    to.add("histogram-three", "three classes", classify(), X, y)
    to.add("histogram-three-string", "three text labels, missing values", classify(), data.holes(X), np.array(["low", "mid", "tall"])[y], missing=True)
    to.add("histogram-binary", "two classes", classify(), two, half)
    to.add("histogram-binary-missing", "two classes, missing values", classify(), data.holes(two), half == 1, missing=True)
    to.add("histogram-missing-unseen", "missing values asked, none seen in training", classify(), two, half, missing=True)
    to.add("histogram-balanced", "scores of exactly 0", classify(min_samples_leaf=20), two[:40], np.arange(40) % 2)
    to.add("histogram-bins", "few bins, a larger rate, regularised", classify(max_bins=8, learning_rate=0.7, l2_regularization=1.0), X, y)
    to.add("histogram-infinite", "infinities in training and asked", classify(), infinite(two), half, extra_rows=infinite(two)[:20])
    name = "log_loss" if to.since(1, 1) else "binary_crossentropy"
    to.add("histogram-loss", "the loss by its name", classify(loss=name), two, half)


def infinite(X):
    X = X.copy()
    X[::5, 0] = np.inf
    X[1::7, 1] = -np.inf
    return X


def regressors(to, data, regress):
    X, y = data.curve(features=4, rows=90, seed=240)
    y = np.abs(y) + 0.25
    for name, old, new, since in (
        ("squared", "least_squares", "squared_error", (0, 22)),
        ("absolute", "least_absolute_deviation", "absolute_error", (0, 22)),
        ("poisson", "poisson", "poisson", (0, 23)),
        ("quantile", "", "quantile", (1, 1)),
        ("gamma", "", "gamma", (1, 3)),
    ):
        case = "histogram-regressor-" + name
        if to.since(*since):
            more = dict(quantile=0.7) if name == "quantile" else {}
            to.add(case, "loss " + name, regress(loss=new if to.since(1, 0) else old, **more), X, y)
        else:
            to.skip(case, "the loss came later")
    to.add("histogram-regressor-missing", "missing values", regress(), data.holes(X), y, missing=True)
    if to.since(0, 23):
        to.add("histogram-regressor-monotonic", "monotonic", regress(monotonic_cst=[1, 0, -1, 0]), X, y)
    else:
        to.skip("histogram-regressor-monotonic", "came with 0.23")


def coded(data, rows=120):
    """A column of numbers and two of categories, the second with holes; the target depends on the categories."""
    random = np.random.RandomState(7)
    X = np.column_stack([data.blobs(2, features=1, rows=rows, seed=250)[0], random.randint(6, size=rows), random.randint(40, size=rows)]).astype(float)
    y = (X[:, 0] + (X[:, 1] % 3) * 2 - (X[:, 2] % 5) > 0.5).astype(int)
    X[::9, 2] = np.nan
    return X, y


def categories(to, data, classify, regress):
    names = ("histogram-categories", "histogram-categories-regressor", "histogram-categories-three")
    if not to.since(0, 24):
        for name in names:
            to.skip(name, "categories came with 0.24")
        return
    X, y = coded(data)
    unseen = np.array([[0.5, 7, 41], [0.5, 3, -1], [np.nan, -2, np.nan], [-0.5, np.nan, 39], [0.1, 5, 55]])
    rows = np.vstack([unseen, X, X[::-1][:60]])
    if not to.since(1, 4):
        # The encoder of 1.4 takes fractions for other categories.
        rows = np.vstack([rows, [[0.5, 2.7, 3.2], [0.5, -0.5, 12.9]]])
        # Until 1.3 they are cast to bytes: 258 is 2.
        beyond = X[::4].copy()
        beyond[:, 1:] += [256, 768]
        rows = np.vstack([rows, beyond, [[0.5, 260.7, 1023], [0.5, 4096, 259.4]]])
        # What lies beyond integers of 32 bits is 0, of those below 0 it depends on the version.
        far = [-1, 255, -256, -255.5, -511, -512, 2.0**31, 2.0**31 + 1, 1e10 + 1, -(2.0**31), -1e10 - 1, 1e300, -1e300, np.inf, -np.inf]
        rows = np.vstack([rows, [[0.5, one, 7] for one in far], [[0.5, 2, one] for one in far]])
    to.add(names[0], "two columns of categories by their indices, one with missing values; unseen and negative ones asked", classify(categorical_features=[1, 2]), X, y, rows=rows)
    to.add(names[1], "the same by a mask, regression", regress(categorical_features=[False, True, True]), X, y * 2.0 + X[:, 0], rows=rows)
    to.add(names[2], "three classes", classify(categorical_features=[1]), X, (X[:, 1] % 3).astype(int), rows=rows)


def frames(to, data, classify, regress):
    names = ("histogram-names", "histogram-frame", "histogram-strings", "histogram-strings-regressor")
    if not to.since(1, 4):
        for name in names[2:]:
            to.skip(name, "categories that are text came with 1.4")
    if not to.since(1, 2):
        to.skip(names[0], "categories by name came with 1.2")
    if not to.since(1, 0):
        to.skip(names[1], "names of columns came with 1.0")
        return
    import pandas

    X, y = coded(data)
    frame = pandas.DataFrame(X, columns=["size", "kind", "shop"])
    to.add(names[1], "a frame of numbers", classify(), frame, y)
    if to.since(1, 2):
        to.add(names[0], "categories by their names", classify(categorical_features=["kind"]), frame, y)
    if not to.since(1, 4):
        return
    kind = np.array(["a", "b", "c", "d", "e", "f"])[X[:, 1].astype(int)]
    words = pandas.DataFrame({"size": X[:, 0], "kind": kind, "shop": X[:, 2]})
    to.add(names[2], "text categories by name", classify(categorical_features=["kind"]), words, y)
    typed = words.assign(kind=pandas.Categorical(kind))
    to.add(names[3], "a categorical column found by its dtype", regress(categorical_features="from_dtype"), words, y * 1.5 - X[:, 0], fit_with=typed, rows=typed)
