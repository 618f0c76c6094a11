"""StandardScaler."""

import numpy as np
from sklearn.preprocessing import StandardScaler


def add_cases(to, data):
    X, _ = data.curve(features=4, seed=50)
    X = X * np.array([1.0, 1000.0, 1e-6, 3.0]) + np.array([0.0, 5e4, 0.0, -2.0])
    to.add("scaler", "mean and deviation", StandardScaler(), X)
    to.add("scaler-no-mean", "with_mean off", StandardScaler(with_mean=False), X)
    to.add("scaler-no-std", "with_std off", StandardScaler(with_std=False), X)
    to.add("scaler-nothing", "with_mean and with_std off", StandardScaler(with_mean=False, with_std=False), X)
    constant = X.copy()
    constant[:, 1] = 7.7
    constant[:, 2] = 0.0
    to.add("scaler-constant", "two columns without spread", StandardScaler(), constant)
    to.add("scaler-float32", "fitted on float32", StandardScaler(), X, fit_with=X.astype(np.float32))
    to.add("scaler-missing", "missing values pass through", StandardScaler(), data.holes(X), missing=True)
