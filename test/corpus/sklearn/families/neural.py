"""MLPClassifier, MLPRegressor and BernoulliRBM."""

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline

from families.text import documents

SMALL = dict(hidden_layer_sizes=(5, 4), random_state=0, max_iter=60, solver="lbfgs")


def add_cases(to, data):
    classifiers(to, data)
    regressors(to, data)
    boltzmann(to, data)


def classifiers(to, data):
    X, y = data.blobs(3, features=4, seed=140)
    two = data.blobs(2, features=4, seed=141)
    for activation in ("identity", "logistic", "tanh", "relu"):
        to.add("mlp-" + activation, "three classes", MLPClassifier(activation=activation, **SMALL), X, y)
    to.add("mlp-binary", "two classes", MLPClassifier(**SMALL), *two)
    to.add("mlp-string", "two text labels, tanh", MLPClassifier(activation="tanh", **SMALL), two[0], np.array(["no", "yes"])[two[1]])
    to.add("mlp-string-three", "three text labels", MLPClassifier(**SMALL), X, np.array(["low", "mid", "tall"])[y])
    to.add("mlp-bool", "labels False and True", MLPClassifier(**SMALL), two[0], two[1] == 1)
    labels = np.column_stack([y == 0, X[:, 0] > 0, X[:, 1] > 0.5]).astype(int)
    to.add("mlp-multilabel", "three labels at once", MLPClassifier(**SMALL), X, labels)
    to.add("mlp-float32", "fitted on float32", MLPClassifier(**SMALL), X, y, fit_with=X.astype(np.float32))
    to.add("mlp-adam", "one wide layer, adam", MLPClassifier(hidden_layer_sizes=(12,), random_state=0, max_iter=30), X, y)
    words = documents()
    to.add("mlp-text", "sparse rows", make_pipeline(CountVectorizer(max_features=20), MLPClassifier(**SMALL)), words, np.arange(len(words)) % 3)


def regressors(to, data):
    X, y = data.curve(seed=142)
    for activation in ("identity", "logistic", "tanh", "relu"):
        to.add("mlp-regressor-" + activation, "one target", MLPRegressor(activation=activation, **SMALL), X, y)
    to.add("mlp-regressor-several", "three targets", MLPRegressor(**SMALL), *data.curve(outputs=3, seed=143))
    to.add("mlp-regressor-column", "one target given as a column", MLPRegressor(**SMALL), X, y.reshape(-1, 1))
    if to.since(1, 7):
        to.add("mlp-regressor-poisson", "the loss of Poisson", MLPRegressor(loss="poisson", **SMALL), X, np.abs(y))
    else:
        to.skip("mlp-regressor-poisson", "the loss came with 1.7")


def boltzmann(to, data):
    X = (data.blobs(3, features=6, seed=144)[0] > 0) * 1.0
    # score_samples is drawn at random.
    to.add("rbm", "probabilities of four hidden units", BernoulliRBM(n_components=4, n_iter=5, random_state=0), X, leave_out=("score_samples",))
