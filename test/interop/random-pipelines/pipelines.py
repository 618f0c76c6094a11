"""Random pipelines of the classes that Davit serves."""

from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.utils import get_tags

import rows
from draw import LATER, estimator

ENDS = ("classifier", "classifier", "regressor", "cluster", "transformer", "other")
NUMERIC = ["age", "income"]
WORDY = ["city", "plan"]
IMPUTERS = ("SimpleImputer", "KNNImputer", "IterativeImputer")
SEVERAL = 0.2  # share of predictors that are given several targets
ENCODERS = ("OneHotEncoder", "OrdinalEncoder", "TargetEncoder")


class Drawn:
    def __init__(self, model, own, targets):
        self.model = model
        self.rows = own
        self.targets = targets


def takes_others(name):
    """Classes for other rows than numbers; they are drawn where such rows are."""
    return name.endswith("Vectorizer") or name in ("ColumnTransformer", "FeatureHasher", "Pipeline")


def tags_of(kind, cls):
    return get_tags(estimator(cls, kind, None, wide=True))


def takes_several(name, end, served):
    """Whether a class of a kind takes several targets at once."""
    return served[name][0] == end and tags_of(*served[name]).target_tags.multi_output


class Drawer:
    def __init__(self, random, served, wide):
        self.random = random
        self.served = served
        self.wide = wide
        self.sparse = False

    def may_take(self, name):
        """Sparse rows go to classes that say they take such, mostly: what comes before may have made a matrix of them."""
        return not self.sparse or tags_of(*self.served[name]).input_tags.sparse

    def pick(self, names):
        return names[int(self.random.integers(len(names)))]

    def of(self, kind, depth=0):
        """An estimator of a kind with drawn parameters; what stands inside it is drawn too, one level deep."""
        names = sorted(name for name, (other, _) in self.served.items() if other == kind and not takes_others(name))
        if self.wide and depth == 0 and self.random.random() < 0.9:
            names = [name for name in names if self.may_take(name)] or names
        return self.named(self.pick(names), depth)

    def named(self, name, depth=0):
        kind, cls = self.served[name]
        if depth == 0 and self.random.random() < 0.5:
            return estimator(cls, kind, self.random, self.wide, lambda inner: self.of(inner, depth + 1))
        return estimator(cls, kind, self.random, self.wide)

    def steps(self, most):
        return [self.of("transformer") for _ in range(int(self.random.integers(most + 1)))]

    def front(self, own):
        """Steps that turn the rows into numbers."""
        if own.kind == "numbers":
            return self.steps(2)
        if own.kind == "sparse":
            return self.steps(1)
        if own.kind == "documents":
            return [self.texts(), *self.steps(1)]
        if own.kind == "prose":
            parts = [("numbers", make_pipeline(*self.steps(1), "passthrough"), NUMERIC), ("note", self.texts(), "note")]
            return [ColumnTransformer(parts), *self.steps(1)]
        return [*self.words(own.kind == "gaps"), *self.steps(1)]

    def texts(self):
        """A vectorizer, or two side by side."""
        names = sorted(name for name in self.served if name.endswith("Vectorizer") and name != "DictVectorizer")
        if self.wide and self.random.random() < 0.25:
            return FeatureUnion([("one", self.named(self.pick(names))), ("two", self.named(self.pick(names)))])
        return self.named(self.pick(names))

    def words(self, gaps):
        """An encoder for the whole frame, or a way for each kind of column."""
        encoders = sorted(name for name, (kind, _) in self.served.items() if kind == "encoder")
        if not encoders or self.random.random() < 0.5:
            return [self.columns(gaps)]
        return [self.named(self.pick(encoders)), SimpleImputer()] if gaps else [self.named(self.pick(encoders))]

    def columns(self, gaps):
        """Numbers and words, each on a way of their own. A missing word is one more to an encoder, or is filled in."""
        encoder = self.named(self.pick([name for name in ENCODERS if name in self.served]))
        numeric, wordy = self.steps(1), [encoder]
        if gaps:
            numeric.insert(0, self.named(self.pick([name for name in IMPUTERS if name in self.served])))
            if self.random.random() < 0.5:
                wordy.insert(0, SimpleImputer(strategy="most_frequent", missing_values=None))
        parts = [
            ("numbers", make_pipeline(*numeric, "passthrough"), NUMERIC),
            ("words", make_pipeline(*wordy), WORDY[: int(self.random.integers(1, 3))]),
        ]
        # Words that are left over fit few steps: mostly drawn in vain.
        return ColumnTransformer(parts, remainder=self.pick(["drop", "drop", "drop", "passthrough"]))

    def rows(self):
        kinds = [rows.numbers, rows.numbers]
        if self.wide:
            kinds.append(rows.sparse)
        if {"ColumnTransformer", "SimpleImputer"} <= set(self.served) and set(ENCODERS) & set(self.served):
            kinds += [rows.frame, rows.prose] if self.wide else [rows.frame]
        if "CountVectorizer" in self.served:
            kinds.append(rows.documents)
        own = self.pick(kinds)(self.random)
        self.sparse = own.kind in ("sparse", "documents")
        return own


def draw(random, served, wide):
    """
    A pipeline that is not fitted, its rows and its targets. What is drawn without `wide` is what earlier versions drew of the
    same numbers: nothing may be drawn before it, nor be left out of it.
    """
    if not wide:
        served = {name: one for name, one in served.items() if name not in LATER}
    drawer = Drawer(random, served, wide)
    own = drawer.rows()
    end = drawer.pick([kind for kind in ENDS if any(kind == other for other, _ in served.values())])
    if wide and end == "cluster" and own.kind == "documents":
        own.ask.pop()  # nothing known: as far from one centre as from another
    targets = rows.targets(own, random) if end == "regressor" else rows.classes(own, random)
    front = drawer.front(own)
    if wide and end in ("classifier", "regressor") and own.kind != "sparse" and random.random() < SEVERAL:
        targets = rows.several(targets, random)
        last = drawer.named(drawer.pick([name for name in sorted(served) if takes_several(name, end, served)]))
    else:
        last = drawer.of(end)
    steps = [*front, last]
    model = steps[0] if len(steps) == 1 else Pipeline([(f"s{index}", step) for index, step in enumerate(steps)])
    return Drawn(model, own, targets)


def names_in(model):
    """Classes of a model and of what is inside it."""
    values = model.get_params(deep=True).values() if isinstance(model, BaseEstimator) else []
    return {name_of(one) for one in [model, *values] if isinstance(one, BaseEstimator)}


def name_of(model):
    """A class as `classes` lists it."""
    package = type(model).__module__.split(".")[0]
    return type(model).__name__ if package == "sklearn" else f"{package}.{type(model).__name__}"


def last_of(model):
    """Class of the last step."""
    return type(model.steps[-1][1] if isinstance(model, Pipeline) else model).__name__
