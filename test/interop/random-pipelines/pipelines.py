"""Random pipelines of the classes that Davit serves."""

from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline

import rows
from draw import estimator

ENDS = ("classifier", "classifier", "regressor", "cluster", "transformer", "other")
NUMERIC = ["age", "income"]
WORDY = ["city", "plan"]
IMPUTERS = ("SimpleImputer", "KNNImputer", "IterativeImputer")
ENCODERS = ("OneHotEncoder", "OrdinalEncoder", "TargetEncoder")


class Drawn:
    def __init__(self, model, own, targets):
        self.model = model
        self.rows = own
        self.targets = targets


def takes_others(name):
    """Classes for other rows than numbers; they are drawn where such rows are."""
    return name.endswith("Vectorizer") or name in ("ColumnTransformer", "FeatureHasher", "Pipeline")


class Drawer:
    def __init__(self, random, served):
        self.random = random
        self.served = served

    def pick(self, names):
        return names[int(self.random.integers(len(names)))]

    def of(self, kind, depth=0):
        """An estimator of a kind with drawn parameters; what stands inside it is drawn too, one level deep."""
        names = sorted(name for name, (other, _) in self.served.items() if other == kind and not takes_others(name))
        return self.named(self.pick(names), depth)

    def named(self, name, depth=0):
        kind, cls = self.served[name]
        if depth == 0 and self.random.random() < 0.5:
            return estimator(cls, kind, self.random, lambda inner: self.of(inner, depth + 1))
        return estimator(cls, kind, self.random)

    def steps(self, most):
        return [self.of("transformer") for _ in range(int(self.random.integers(most + 1)))]

    def front(self, own):
        """Steps that turn the rows into numbers."""
        if own.kind == "numbers":
            return self.steps(2)
        if own.kind == "documents":
            names = [name for name in self.served if name.endswith("Vectorizer") and name != "DictVectorizer"]
            return [self.named(self.pick(sorted(names))), *self.steps(1)]
        return [self.columns(own.kind == "gaps"), *self.steps(1)]

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
        if {"ColumnTransformer", "SimpleImputer"} <= set(self.served) and set(ENCODERS) & set(self.served):
            kinds.append(rows.frame)
        if "CountVectorizer" in self.served:
            kinds.append(rows.documents)
        return self.pick(kinds)(self.random)


def draw(random, served):
    """A pipeline that is not fitted, its rows and its targets."""
    drawer = Drawer(random, served)
    own = drawer.rows()
    end = drawer.pick([kind for kind in ENDS if any(kind == other for other, _ in served.values())])
    targets = rows.targets(own, random) if end == "regressor" else rows.classes(own, random)
    steps = [*drawer.front(own), drawer.of(end)]
    model = steps[0] if len(steps) == 1 else Pipeline([(f"s{index}", step) for index, step in enumerate(steps)])
    return Drawn(model, own, targets)


def names_in(model):
    """Classes of a model and of what is inside it."""
    found = {type(model).__name__}
    values = model.get_params(deep=True).values() if isinstance(model, BaseEstimator) else []
    return found | {type(value).__name__ for value in values if isinstance(value, BaseEstimator)}


def last_of(model):
    """Class of the last step."""
    return type(model.steps[-1][1] if isinstance(model, Pipeline) else model).__name__
