"""Several targets from estimators of one: side by side, and in chains; targets that are transformed."""

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def add_cases(to, data):
    X, y = data.blobs(3, features=4, seed=250)
    labels = np.stack([y == 0, y < 2, X[:, 0] > 0], axis=1).astype(int)
    words = np.stack([np.array(["a", "b", "c"])[y], np.where(X[:, 0] > 0, "up", "down")], axis=1).astype(object)
    tree = DecisionTreeClassifier(max_depth=3, random_state=0)
    logistic = LogisticRegression(max_iter=500, solver="lbfgs")
    # 0.18 gives three dimensions, which no tensor of ours has.
    cube = () if to.since(0, 20) else ("predict_proba",)
    to.add("each-tree", "trees, three labels", MultiOutputClassifier(tree), X, labels, leave_out=cube)
    to.add("each-machine", "without probabilities", MultiOutputClassifier(LinearSVC(random_state=0, max_iter=20000)), X, labels, leave_out=("predict_proba",))
    if to.since(0, 20):
        to.add("each-words", "text labels of different number", MultiOutputClassifier(logistic), X, words)
    else:
        to.skip("each-words", "text labels came later")
    rows, targets = data.curve(outputs=3, seed=251)
    to.add("each-line", "lines", MultiOutputRegressor(LinearRegression()), rows, targets)
    to.add("each-pipe", "pipelines", MultiOutputRegressor(make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=3, random_state=0))), rows, targets)
    chains(to, X, labels, rows, targets)
    transformed(to, data)


def chains(to, X, labels, rows, targets):
    if not to.since(0, 20):
        for name in ("logistic", "tree", "order", "bayes", "lines", "trees"):
            to.skip("chain-" + name, "chains came with 0.19")
    else:
        from sklearn.multioutput import ClassifierChain, RegressorChain

        logistic = LogisticRegression(max_iter=500, solver="lbfgs")
        to.add("chain-logistic", "each after the other", ClassifierChain(logistic), X, labels)
        to.add("chain-order", "in another order", ClassifierChain(logistic, order=[2, 0, 1]), X, labels)
        to.add("chain-tree", "trees, a random order", ClassifierChain(DecisionTreeClassifier(max_depth=3, random_state=0), order="random", random_state=1), X, labels)
        to.add("chain-bayes", "trained on predictions of folds", ClassifierChain(GaussianNB(), cv=3), X, labels)
        to.add("chain-lines", "lines", RegressorChain(LinearRegression(), order=[1, 2, 0]), rows, targets)
        to.add("chain-trees", "regression trees", RegressorChain(DecisionTreeRegressor(max_depth=3, random_state=0)), rows, targets)
    if to.since(1, 5):
        for method in ("predict_proba", "predict_log_proba", "decision_function"):
            to.add("chain-" + method.replace("_", "-"), "hands on " + method, ClassifierChain(LogisticRegression(max_iter=500), chain_method=method, cv=3), X, labels, runs=dict(extreme=None))
    else:
        for method in ("predict-proba", "predict-log-proba", "decision-function"):
            to.skip("chain-" + method, "chain_method came with 1.5")


def transformed(to, data):
    if not to.since(0, 20):
        for name in ("log", "scaled", "several", "same", "power", "quantile"):
            to.skip("target-" + name, "TransformedTargetRegressor came with 0.20")
        return
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import PowerTransformer, QuantileTransformer

    X, y = data.curve(seed=252)
    y = np.exp(y / 4)
    line = LinearRegression()
    to.add("target-log", "the logarithm of the target", TransformedTargetRegressor(line, func=np.log1p, inverse_func=np.expm1), X, y)
    to.add("target-scaled", "a scaled target, trees", TransformedTargetRegressor(DecisionTreeRegressor(max_depth=4, random_state=0), transformer=StandardScaler()), X, y)
    to.add("target-several", "two scaled targets", TransformedTargetRegressor(line, transformer=StandardScaler()), *data.curve(outputs=2, seed=253))
    to.add("target-same", "nothing done to it", TransformedTargetRegressor(line), X, y)
    to.add("target-power", "a power of the target", TransformedTargetRegressor(line, transformer=PowerTransformer()), X, y)
    to.add("target-quantile", "quantiles of the target", TransformedTargetRegressor(line, transformer=QuantileTransformer(n_quantiles=20, output_distribution="normal")), X, y)
