"""all_estimators() of the scikit-learn that runs this: what a test of completeness compares with."""

from __future__ import print_function

import importlib
import inspect
import io
import pkgutil
import re

import sklearn
from sklearn.base import BaseEstimator

from tensors import line

METHODS = (
    "predict predict_proba predict_log_proba decision_function transform score_samples inverse_transform fit_predict fit_transform"
).split()


def every_class():
    try:
        # Experimental ones are listed once they are enabled.
        from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
    except ImportError:
        pass
    try:
        from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
    except ImportError:
        try:
            from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        except ImportError:
            pass
    try:
        from sklearn.utils import all_estimators
    except ImportError:  # until 0.21 it was among the tests, and needed pytest
        return walked()
    return all_estimators()


def walked():
    """What all_estimators() of the later versions lists: concrete public classes of estimators in modules of no tests."""
    found = set()
    for _, name, _ in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
        if re.search(r"\.(tests|externals|conftest|setup|testing|estimator_checks|mocking|_build_utils)(\.|$)", name):
            continue
        for cls in vars(importlib.import_module(name)).values():
            if isinstance(cls, type) and issubclass(cls, BaseEstimator) and cls.__module__.startswith("sklearn"):
                found.add(cls)
    return [(cls.__name__, cls) for cls in found if not cls.__name__.startswith("_") and not inspect.isabstract(cls) and cls is not BaseEstimator]


def row(name, cls):
    return dict(name=name, module=cls.__module__, methods=[method for method in METHODS if has(cls, method)])


def has(cls, method):
    # Methods behind a condition (available_if) are attributes of the class all the same.
    return any(method in vars(base) for base in cls.__mro__)


def write(path):
    rows = sorted((row(name, cls) for name, cls in every_class()), key=lambda one: (one["name"], one["module"]))
    with io.open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write(u"[\n" + u",\n".join(line(one) for one in rows) + u"\n]\n")
