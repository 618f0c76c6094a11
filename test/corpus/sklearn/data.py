"""Small training sets. The synthetic ones use RandomState, whose stream every NumPy version keeps."""

import numpy as np
from sklearn import datasets


def iris_full():
    bunch = datasets.load_iris()
    return bunch.data, bunch.target


def iris_half():
    bunch = datasets.load_iris()
    return bunch.data[::2], bunch.target[::2]


def iris_binary():
    X, y = iris_full()
    return X[50::2], y[50::2]


def iris_names(y):
    return np.array(["setosa", "versicolor", "virginica"])[y]


def wine():
    """13 columns of very different size; 0.18 does not bring the set yet, and has clouds of the same shape in its place."""
    if not hasattr(datasets, "load_wine"):
        X, y = blobs(3, features=13, rows=89, seed=90)
        return X * np.logspace(-1, 3, 13) + 5, y
    bunch = datasets.load_wine()
    return bunch.data[::2], bunch.target[::2]


def digits():
    """Five classes of 8 by 8 pictures, pixels 0 to 16."""
    bunch = datasets.load_digits(n_class=5)
    return bunch.data[:120], bunch.target[:120]


def blobs(classes, features=3, rows=60, seed=0, spread=1.0):
    """Overlapping clouds, rounded to 1/8 so that splits between two values are exact in float32."""
    random = np.random.RandomState(seed)
    centres = random.uniform(-2, 2, size=(classes, features))
    y = np.arange(rows) % classes
    X = centres[y] + spread * random.standard_normal((rows, features))
    return np.round(X * 8) / 8, y


def curve(features=3, rows=60, outputs=1, seed=0):
    """A regression set: a little bent, a little noise, targets rounded to 1/100."""
    random = np.random.RandomState(seed)
    X = np.round(random.uniform(-3, 3, size=(rows, features)) * 8) / 8
    weights = random.uniform(-2, 2, size=(features, outputs))
    y = X.dot(weights) + np.sin(X[:, :1] * 2) + 0.1 * random.standard_normal((rows, outputs)) + 5
    y = np.round(y, 2)
    return X, (y[:, 0] if outputs == 1 else y)


def holes(X, seed=0, share=0.2):
    """X with missing values in every column but the last."""
    random = np.random.RandomState(seed)
    X = X.copy()
    mask = random.uniform(size=X.shape) < share
    mask[:, -1] = False
    X[mask] = np.nan
    return X
