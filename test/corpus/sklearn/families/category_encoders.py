"""Encoders of category_encoders, by themselves, in pipelines and in column transformers. What becomes of text columns is
scaled where the library gives integers: those are answered as FP64."""

from __future__ import absolute_import

import category_encoders as ce
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

SINCE = (0, 22)
VERSION = tuple(int(part) for part in ce.__version__.split(".")[:2])
ROWS = 240
CITIES = [u"Seoul", u"Busan", u"Z\u00fcrich", u"Lima", u"Oslo", u"", u"Rome", u"Quito"]
PLANS = [u"free", u"basic", u"pro"]
TEXTS = ["city", "plan"]


def frame(seed, rows=ROWS, missing=True, unseen=False):
    """Two columns of texts between numbers; `age` is never encoded, `zip` where it is asked for."""
    random = np.random.RandomState(seed)
    cities = np.array(CITIES, dtype=object)[np.minimum(random.geometric(0.3, rows) - 1, 7)]
    plans = np.array(PLANS, dtype=object)[random.randint(0, 3, rows)]
    zips = random.choice([101, 207, 350, 404], rows)
    if unseen:
        cities[random.uniform(size=rows) < 0.15] = u"Atlantis"
        plans[random.uniform(size=rows) < 0.1] = u"gold"
        zips[random.uniform(size=rows) < 0.1] = 999
    if missing:
        cities[random.uniform(size=rows) < 0.15] = np.nan
    if missing == "all":
        plans[random.uniform(size=rows) < 0.1] = np.nan
    age = np.round(random.uniform(18, 80, rows), 1)
    return pd.DataFrame({"age": age, "city": cities, "plan": plans, "zip": zips}, columns=["age", "city", "plan", "zip"])


def targets(X, seed=131):
    random = np.random.RandomState(seed)
    y = (X["city"] == u"Seoul") * 1.5 + (X["plan"] == u"pro") * 1.0 + X["age"] / 50.0 + random.standard_normal(len(X))
    return np.round(y.values, 2)


def add_cases(to, data):
    X = frame(130)
    y = targets(X)
    several = Cases(to, X, y)
    ordinals(several)
    one_hots(several)
    bases(several)
    ranks(several)
    contrasts(several)
    counts(several)
    by_target(several)
    hashes(several)
    as_people_do(several)


class Cases(object):
    """Adds cases that are fitted on one frame and asked with another, which has categories that training had not."""

    def __init__(self, to, X, y):
        self.to, self.X, self.y = to, X, y
        self.binary = (y > np.median(y)).astype(int)
        self.odd = frame(132, unseen=True, missing="all")
        self.known = frame(133, missing=True)
        self.whole = frame(134, missing=False)
        self.unseen = frame(135, unseen=True, missing=False)

    def add(self, name, description, model, y=None, X=None, rows=None):
        X = self.X if X is None else X
        rows = self.odd if rows is None else rows
        self.to.add(name, description, model, X, self.y if y is None else y, rows=rows, keep=ROWS)

    def scaled(self, name, description, encoder, **how):
        self.add(name, description, make_pipeline(encoder, MaxAbsScaler()), **how)


def ordinals(to):
    to.scaled("ce-ordinal", "places from 1, unknown ones -1, missing ones of training", ce.OrdinalEncoder(cols=TEXTS))
    to.scaled("ce-ordinal-nan", "NaN for both", ce.OrdinalEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan"))
    to.scaled("ce-ordinal-error", "unknown ones refused", ce.OrdinalEncoder(cols=TEXTS, handle_unknown="error"), rows=to.known)
    to.scaled("ce-ordinal-present", "missing ones refused", ce.OrdinalEncoder(cols=TEXTS, handle_missing="error"), X=to.whole, rows=to.unseen)
    mapping = [dict(col="plan", mapping={u"free": 0, u"basic": 10, u"pro": 20, np.nan: -5}), dict(col="zip", mapping={101: 1, 207: 3, 350: 2})]
    to.scaled("ce-ordinal-given", "a mapping of the author's", ce.OrdinalEncoder(cols=[one["col"] for one in mapping], mapping=mapping), X=to.X.drop(columns="city"), rows=to.odd.drop(columns="city"))
    to.scaled("ce-ordinal-numbers", "columns of numbers, too", ce.OrdinalEncoder(cols=["zip", "city"]), X=to.X.drop(columns="plan"), rows=to.odd.drop(columns="plan"))
    ordered = to.whole.assign(plan=pd.Categorical(to.whole["plan"], categories=PLANS, ordered=True))
    # Other categories than those of training could not be in a column of that dtype.
    asked = to.known.assign(plan=pd.Categorical(to.known["plan"], categories=PLANS, ordered=True))
    to.scaled("ce-ordinal-ordered", "a categorical column in its own order", ce.OrdinalEncoder(), X=ordered, rows=asked)
    if VERSION >= (2, 11):
        to.scaled("ce-ordinal-numbered", "numbers for both", ce.OrdinalEncoder(cols=TEXTS, handle_unknown=-7, handle_missing=-9))
        to.scaled("ce-ordinal-grouped", "rare ones together", ce.OrdinalEncoder(cols=TEXTS, min_group_size=30))


def one_hots(to):
    to.scaled("ce-one-hot", "columns of texts", ce.OneHotEncoder(cols=TEXTS))
    to.scaled("ce-one-hot-names", "named by category", ce.OneHotEncoder(use_cat_names=True, cols=TEXTS))
    to.scaled("ce-one-hot-nan", "NaN for both", ce.OneHotEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan"))
    to.scaled("ce-one-hot-indicator", "columns for both", ce.OneHotEncoder(cols=TEXTS, handle_unknown="indicator", handle_missing="indicator"))
    to.scaled("ce-one-hot-error", "both refused", ce.OneHotEncoder(cols=TEXTS, handle_unknown="error", handle_missing="error"), X=to.whole, rows=to.whole[::-1])
    same = to.X.assign(plan="free")
    to.scaled("ce-one-hot-invariant", "what is always the same is dropped", ce.OneHotEncoder(cols=TEXTS, drop_invariant=True), X=same, rows=same[::-1])


def bases(to):
    to.scaled("ce-binary", "binary digits", ce.BinaryEncoder(cols=TEXTS))
    to.scaled("ce-binary-nan", "binary digits, NaN for both", ce.BinaryEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan"))
    to.scaled("ce-base-three", "ternary digits, a column of numbers", ce.BaseNEncoder(cols=["city", "zip"], base=3), X=to.X.drop(columns="plan"), rows=to.odd.drop(columns="plan"))
    to.scaled("ce-base-one", "one digit a category", ce.BaseNEncoder(cols=TEXTS, base=1))
    to.scaled("ce-base-indicator", "a digit more for unknown ones", ce.BaseNEncoder(cols=TEXTS, handle_unknown="indicator", handle_missing="indicator"))
    if hasattr(ce, "GrayEncoder"):
        to.scaled("ce-gray", "Gray's code", ce.GrayEncoder(cols=TEXTS))


def ranks(to):
    if not hasattr(ce, "RankHotEncoder"):
        return
    to.scaled("ce-rank-hot", "a one for each rank up to that of a label", ce.RankHotEncoder(cols=TEXTS))
    to.scaled("ce-rank-hot-nan", "ranks, NaN for both", ce.RankHotEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan"))
    to.scaled("ce-rank-hot-error", "ranks, unknown ones refused", ce.RankHotEncoder(cols=TEXTS, handle_unknown="error"), rows=to.known)


def contrasts(to):
    for name, encoder in (("helmert", ce.HelmertEncoder), ("sum", ce.SumEncoder), ("backward", ce.BackwardDifferenceEncoder), ("polynomial", ce.PolynomialEncoder)):
        to.add("ce-" + name, "contrasts", make_pipeline(encoder(cols=TEXTS), StandardScaler()))
    to.scaled("ce-helmert-nan", "contrasts, NaN for both", ce.HelmertEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan"))


def counts(to):
    to.scaled("ce-count", "counts", ce.CountEncoder(cols=TEXTS))
    to.scaled("ce-count-share", "shares", ce.CountEncoder(cols=TEXTS, normalize=True))
    to.scaled("ce-count-groups", "small groups together", ce.CountEncoder(cols=TEXTS, min_group_size=30, min_group_name="few"))
    to.scaled("ce-count-forced", "small groups and missing ones together", ce.CountEncoder(cols=TEXTS, min_group_size=20, combine_min_nan_groups="force"))
    to.scaled("ce-count-nan", "NaN for missing ones", ce.CountEncoder(cols=TEXTS, handle_missing="return_nan"))
    to.scaled("ce-count-number", "unknown ones are 5", ce.CountEncoder(cols=TEXTS, handle_unknown=5))
    how = dict(city="return_nan", plan=3)
    to.scaled("ce-count-apart", "each column in its own way", ce.CountEncoder(cols=TEXTS, handle_unknown=how, normalize=dict(city=True)))


def by_target(to):
    for name, encoder in (("target", ce.TargetEncoder), ("m-estimate", ce.MEstimateEncoder), ("leave-one-out", ce.LeaveOneOutEncoder), ("cat-boost", ce.CatBoostEncoder), ("james-stein", ce.JamesSteinEncoder)):
        to.add("ce-" + name, "by target", encoder(cols=TEXTS))
        to.add("ce-" + name + "-nan", "by target, NaN for both", encoder(cols=["zip", "city", "plan"], handle_unknown="return_nan", handle_missing="return_nan"))
        to.add("ce-" + name + "-error", "by target, unknown ones refused", encoder(cols=TEXTS, handle_unknown="error"), rows=to.known)
        to.add("ce-" + name + "-present", "by target, missing ones refused", encoder(cols=TEXTS + ["zip"], handle_missing="error"), X=to.whole, rows=to.unseen)
    for model in ("pooled", "beta", "binary"):
        to.add("ce-james-stein-" + model, "by target, model=" + model, ce.JamesSteinEncoder(cols=TEXTS, model=model), y=to.binary)
    to.add("ce-target-smooth", "much smoothing", ce.TargetEncoder(cols=TEXTS, smoothing=50.0, min_samples_leaf=5))
    to.add("ce-m-estimate-m", "a large m", ce.MEstimateEncoder(cols=TEXTS, m=12.5))
    few = to.X[:12].reset_index(drop=True)
    to.add("ce-cat-boost-few", "levels with one row", ce.CatBoostEncoder(cols=TEXTS), X=few, y=to.y[:12])
    to.add("ce-leave-one-out-few", "levels with one row", ce.LeaveOneOutEncoder(cols=TEXTS), X=few, y=to.y[:12])
    if VERSION >= (2, 4):
        to.add("ce-cat-boost-a", "a large weight of the mean", ce.CatBoostEncoder(cols=TEXTS, a=20), y=to.binary)
    to.add("ce-woe", "weight of evidence", ce.WOEEncoder(cols=TEXTS), y=to.binary)
    to.add("ce-woe-nan", "weight of evidence, NaN for both", ce.WOEEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan"), y=to.binary)
    if hasattr(ce, "QuantileEncoder"):
        to.add("ce-quantile", "medians", ce.QuantileEncoder(cols=TEXTS))
        if VERSION >= (2, 8):
            to.add("ce-summary", "quartiles and a tenth", ce.SummaryEncoder(cols=TEXTS, quantiles=(0.25, 0.75, 0.1)))
            same = to.X.assign(plan="free")
            summary = ce.SummaryEncoder(cols=TEXTS, quantiles=(0.5, 0.9), handle_unknown="return_nan", handle_missing="return_nan", drop_invariant=True)
            to.add("ce-summary-nan", "NaN for both, what is always the same dropped", summary, X=same, rows=to.odd)
    if hasattr(ce, "CountTargetEncoder"):
        classes = np.digitize(to.y, np.quantile(to.y, [0.3, 0.7]))
        for name, y in (("binary", to.binary), ("classes", classes)):
            to.add("ce-count-target-" + name, "log-odds of the classes", ce.CountTargetEncoder(cols=TEXTS), y=y)
            nan = ce.CountTargetEncoder(cols=TEXTS, handle_unknown="return_nan", handle_missing="return_nan")
            to.add("ce-count-target-" + name + "-nan", "log-odds, NaN for both", nan, y=y)
    try:
        import statsmodels  # noqa: F401
    except ImportError:
        to.to.skip("ce-glmm", "statsmodels is no longer among what the library needs")
    else:
        to.add("ce-glmm", "a mixed model", ce.GLMMEncoder(cols=TEXTS, binomial_target=False))
    if VERSION >= (2, 11):
        to.add("ce-target-grouped", "rare ones together", ce.TargetEncoder(cols=TEXTS, min_group_size=30, min_group_name="few"))
        to.add("ce-target-joined", "columns joined", ce.TargetEncoder(cols=["city"], composite_cols=[("city", "plan")]))


def hashes(to):
    """NaN is hashed as a text; None, which is what a request has, is not."""

    def objects(X):
        return X[TEXTS].astype(object).where(X[TEXTS].notna(), None)

    def encoder(**how):
        return ce.HashingEncoder(cols=TEXTS, max_process=1, **how)

    to.scaled("ce-hashing", "digests in eight columns", encoder(), X=objects(to.X), rows=objects(to.odd))
    to.scaled("ce-hashing-wide", "digests in 19 columns, of which some are always the same", encoder(n_components=19, drop_invariant=True), X=objects(to.X), rows=objects(to.odd))
    if VERSION >= (2, 11):
        to.scaled("ce-hashing-rest", "digests before the rest", encoder(n_components=5), X=to.whole, rows=to.unseen)


def as_people_do(to):
    numbers = dict(strategy="median")
    to.add("ce-pipeline-one-hot", "one-hot, then logistic regression", make_pipeline(ce.OneHotEncoder(), LogisticRegression(solver="lbfgs", max_iter=2000)), y=to.binary)
    to.add("ce-pipeline-target", "by target, filled and scaled, then ridge", make_pipeline(ce.TargetEncoder(handle_unknown="return_nan"), SimpleImputer(**numbers), StandardScaler(), Ridge()))
    forest = RandomForestClassifier(n_estimators=5, max_depth=4, random_state=0)
    columns = ColumnTransformer([("cities", ce.CatBoostEncoder(), ["city"]), ("plans", ce.BinaryEncoder(), ["plan"]), ("age", StandardScaler(), ["age"])], remainder="drop")
    to.add("ce-columns-forest", "in a column transformer, then a forest", make_pipeline(columns, forest), y=to.binary)
    # CountEncoder of 2.2 cannot be cloned, as what holds other estimators does.
    counter = ce.CountEncoder() if VERSION >= (2, 3) else ce.OrdinalEncoder()
    counted = ColumnTransformer([("counts", counter, ["plan", "city"])], remainder="passthrough")
    to.add("ce-columns-counts", "in a column transformer, the rest passed on", make_pipeline(counted, Ridge()))
    arrays = to.X[TEXTS].values, to.odd[TEXTS].values
    to.scaled("ce-arrays", "arrays without names", ce.OrdinalEncoder(), X=arrays[0], rows=arrays[1])
    to.scaled("ce-none", "no column of texts", ce.OneHotEncoder(), X=to.X[["age", "zip"]], rows=to.odd[["age", "zip"]])
