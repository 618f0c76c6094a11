"""LogisticRegression and LinearRegression."""

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression


def add_cases(to, data):
    logistic_binary(to, data)
    logistic_several(to, data)
    one_versus_rest(to, data)
    regression(to, data)
    frames(to, data)


def logistic_binary(to, data):
    X, y = data.blobs(2, features=4, seed=20)
    to.add("logistic-binary", "the version's defaults, two classes", LogisticRegression(), X, y)
    to.add("logistic-binary-lbfgs", "lbfgs, two classes", LogisticRegression(solver="lbfgs"), X, y)
    to.add("logistic-no-intercept", "no intercept: the row of zeros has the score 0 exactly", LogisticRegression(solver="lbfgs", fit_intercept=False), X, y)
    to.add("logistic-bool", "labels False and True", LogisticRegression(solver="lbfgs"), X, y == 1)
    to.add("logistic-binary-string", "two text labels", LogisticRegression(solver="lbfgs"), X, np.array(["no", "yes"])[y])
    to.add("logistic-odd-integers", "labels -1 and 1", LogisticRegression(solver="lbfgs"), X, y * 2 - 1)
    to.add("logistic-one-feature", "one column", LogisticRegression(solver="lbfgs"), *data.blobs(2, features=1, seed=21))
    to.add("logistic-liblinear", "liblinear, L1", LogisticRegression(solver="liblinear", random_state=0, penalty="l1"), X, y)
    sparse = to.add("logistic-sparsified", "coefficients turned into a CSR matrix", LogisticRegression(solver="liblinear", random_state=0, penalty="l1", C=0.3), X, y)
    sparse.sparsify()
    to.add("logistic-float32", "fitted on float32, so that the coefficients are float32 where the version keeps them", LogisticRegression(solver="lbfgs"), X, y, fit_with=X.astype(np.float32))


def logistic_several(to, data):
    X, y = data.blobs(3, features=4, seed=22)
    to.add("logistic-three", "the version's defaults, three classes", LogisticRegression(), X, y)
    to.add("logistic-iris", "the version's defaults, iris, many iterations", LogisticRegression(max_iter=1000), *data.iris_half())
    named = dict(multi_class="multinomial") if to.version < (1, 5) else {}
    to.add("logistic-multinomial", "softmax over three classes", LogisticRegression(solver="lbfgs", **named), X, y)
    to.add("logistic-multinomial-string", "softmax, text labels", LogisticRegression(solver="lbfgs", **named), X, np.array(["x", "y", "zebra"])[y])
    to.add("logistic-multinomial-no-intercept", "softmax, no intercept", LogisticRegression(solver="newton-cg", fit_intercept=False, **named), X, y)
    to.add("logistic-multinomial-five", "softmax, five classes", LogisticRegression(solver="lbfgs", **named), *data.blobs(5, features=4, seed=23))
    if to.version < (1, 8):
        to.add("logistic-multinomial-binary", "softmax asked for with two classes", LogisticRegression(solver="lbfgs", multi_class="multinomial"), *data.blobs(2, seed=24))
    else:
        to.skip("logistic-multinomial-binary", "multi_class was removed in 1.8")


def one_versus_rest(to, data):
    X, y = data.blobs(3, features=4, seed=25)
    if to.version < (1, 8):
        to.add("logistic-ovr", "one-versus-rest, three classes", LogisticRegression(solver="lbfgs", multi_class="ovr"), X, y)
        to.add("logistic-ovr-liblinear", "one-versus-rest by liblinear", LogisticRegression(solver="liblinear", random_state=0), X, y)
    else:
        to.skip("logistic-ovr", "multi_class was removed in 1.8")
        to.skip("logistic-ovr-liblinear", "liblinear takes two classes only since 1.8")


def regression(to, data):
    X, y = data.curve(seed=26)
    to.add("linear-one", "one target", LinearRegression(), X, y)
    to.add("linear-no-intercept", "no intercept", LinearRegression(fit_intercept=False), X, y)
    to.add("linear-column", "one target given as a column: the prediction is [rows, 1]", LinearRegression(), X, y.reshape(-1, 1))
    to.add("linear-one-feature", "one column", LinearRegression(), X[:, :1], y)
    X, y = data.curve(outputs=3, seed=27)
    to.add("linear-several", "three targets", LinearRegression(), X, y)
    to.add("linear-several-no-intercept", "three targets, no intercept", LinearRegression(fit_intercept=False), X, y)
    to.add("linear-float32", "fitted on float32", LinearRegression(), X, y.astype(np.float32), fit_with=X.astype(np.float32))
    to.add("linear-integers", "fitted on int64", LinearRegression(), np.round(X), y, fit_with=np.round(X).astype(np.int64))


def frames(to, data):
    columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", u"Breite \u00e4\U0001f33c"]
    if not to.since(1, 0):
        to.skip("logistic-frame", "feature_names_in_ came with 1.0")
        to.skip("linear-frame", "feature_names_in_ came with 1.0")
        return
    import pandas

    X, y = data.iris_half()
    frame = pandas.DataFrame(X, columns=columns)
    to.add("logistic-frame", "fitted on a pandas frame", LogisticRegression(max_iter=1000), X, data.iris_names(y), fit_with=frame, columns=columns)
    X, y = data.curve(seed=28)
    columns = ["a", "b", "c"]
    to.add("linear-frame", "fitted on a pandas frame", LinearRegression(), X, y, fit_with=pandas.DataFrame(X, columns=columns), columns=columns)
