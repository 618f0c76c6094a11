"""Which classes the running program serves: each that scikit-learn lists is fitted, saved and loaded once."""

import numpy

import rows
from davit import Refused
from draw import classes, estimator

# Codes of a file that Davit understands and does not serve; any other is a failure.
REFUSALS = {
    "sklearn-class-unsupported",
    "sklearn-parameter-unsupported",
    "sklearn-no-output",
    "sklearn-features-unknown",
}


class Census:
    """`served` {name: (kind, class)}, `refused` {name: code}, `unfitted` {name: reason}, `failures` (name, why, model); `wide` draws."""

    def __init__(self, wide):
        self.wide = wide
        self.served = {}
        self.refused = {}
        self.unfitted = {}
        self.failures = []


def frames(random):
    """Rows with words, for encoders of them."""
    own = rows.frame(random)
    follow = rows.signal(own, random)
    yield own.train, follow
    yield own.train, (follow > numpy.median(follow)) * 1


def attempts(kind):
    """Rows and targets that a class may take: the first ones that it can be fitted on are used."""
    random = numpy.random.default_rng(0)
    if kind == "encoder":
        yield from frames(random)
        return
    numbers, texts = rows.numbers(random), rows.documents(random)
    for train, follow in ((numbers.train, rows.signal(numbers, random)), (texts.train, rows.signal(texts, random))):
        target = numpy.abs(follow) + 0.5 if kind == "regressor" else (follow > numpy.median(follow)) * 1
        yield train, target
        if isinstance(train, numpy.ndarray):
            yield numpy.abs(numpy.round(train)), target
            yield train, numpy.column_stack([target, target])
            yield train[:, :1], target


def fitted(cls, kind, guard, wide):
    """The class fitted with its defaults. Raises what the first attempt raised."""
    reasons = []
    for train, target in attempts(kind):
        try:
            with guard():
                return estimator(cls, kind, None, wide).fit(train, target)
        except Exception as error:  # whatever a class raises for rows that it does not take
            reasons.append(error)
            if type(error).__name__ == "TooSlow":
                break
    raise reasons[0]


def take(davit, guard, wide):
    census = Census(wide)
    for name, (kind, cls) in sorted(classes(wide).items()):
        try:
            model = fitted(cls, kind, guard, wide)
        except Exception as error:
            census.unfitted[name] = f"{type(error).__name__}: {error}".split("\n")[0]
            continue
        try:
            davit.load(model)
            census.served[name] = (kind, cls)
        except Refused as refusal:
            if refusal.code in REFUSALS:
                census.refused[name] = refusal.code
            else:
                census.failures.append((name, f"{refusal.code}: {refusal}", model))
    return census
