"""IsotonicRegression."""

import numpy as np
from sklearn.isotonic import IsotonicRegression


def add_cases(to, data):
    random = np.random.RandomState(160)
    X = np.round(random.uniform(0, 10, size=60) * 4) / 4
    y = np.round(np.sqrt(X) * 3 + random.standard_normal(60) * 0.5, 2)
    inside = np.concatenate([X, np.round(np.linspace(X.min(), X.max(), 100), 3)])
    beyond = np.concatenate([inside, np.linspace(-2, 12, 40)])
    to.add("isotonic", "rising; rows out of bounds are NaN", IsotonicRegression(), X, y, rows=beyond)
    to.add("isotonic-clip", "rows out of bounds become the nearest", IsotonicRegression(out_of_bounds="clip"), X, y, rows=beyond)
    to.add("isotonic-raise", "rows out of bounds are refused", IsotonicRegression(out_of_bounds="raise"), X, y, rows=inside)
    to.add("isotonic-falling", "falling", IsotonicRegression(increasing=False, out_of_bounds="clip"), X, -y, rows=beyond)
    to.add("isotonic-auto", "rising or falling, whichever it is; bounded", IsotonicRegression(increasing="auto", y_min=-8, y_max=-2, out_of_bounds="clip"), X, -y, rows=beyond)
    to.add("isotonic-flat", "one point", IsotonicRegression(), np.full(5, 3.0), y[:5], rows=beyond)
    if to.since(0, 24):
        to.add("isotonic-column", "one column", IsotonicRegression(out_of_bounds="clip"), X.reshape(-1, 1), y)
        to.add("isotonic-float32", "fitted on float32", IsotonicRegression(out_of_bounds="clip"), X.reshape(-1, 1), y, fit_with=X.astype(np.float32))
    else:
        to.skip("isotonic-column", "columns came with 0.24")
        to.skip("isotonic-float32", "columns came with 0.24")
