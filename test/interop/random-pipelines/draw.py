"""Random estimators: any class that scikit-learn lists, with parameters drawn from those it says it takes."""

import inspect
import numbers

import category_encoders
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils import all_estimators
from sklearn.utils._param_validation import Interval, Options, StrOptions

METHODS = ("predict", "transform", "score_samples")
KINDS = ("classifier", "regressor", "transformer", "cluster")

# Parameters that say nothing about answers, would take long, or need something beside them.
LEFT_ALONE = {
    *"n_jobs verbose warm_start random_state copy copy_X memory cache_size pre_dispatch error_score refit".split(),
    *"max_iter tol n_init n_iter store_cv_results store_covariance max_no_improvement validate input dtype".split(),
    *"output_distribution force_int_remainder_cols verbose_feature_names_out remainder cv scoring".split(),
}
UNUSABLE = {"precomputed", "precomputed_nearest_neighbors", "file", "filename"}
# Distances between truths, or between equal and different: among numbers nearly all are the same. Wide draws do without.
UNUSABLE_WIDE = UNUSABLE | set("dice hamming jaccard matching rogerstanimoto russellrao sokalmichener sokalsneath yule".split())
# What keeps a fit short, for every class and for some.
SMALL = dict(n_estimators=6, n_features=32, hidden_layer_sizes=(6,), n_quantiles=20, cv=2, n_subsamples=40)
SMALLER = {
    "DictionaryLearning": {"n_components": 2, "max_iter": 5},
    "GaussianRandomProjection": {"n_components": 2},
    "MeanShift": {"bin_seeding": True},
    "MiniBatchDictionaryLearning": {"n_components": 2, "max_iter": 5},
    "MiniBatchSparsePCA": {"n_components": 2, "max_iter": 5},
    "PLSCanonical": {"n_components": 1},
    "CCA": {"n_components": 1},
    "SparseRandomProjection": {"n_components": 2},
    "SequentialFeatureSelector": {"n_features_to_select": 1},
    "HashingEncoder": {"max_process": 1},
}
# Its ball tree loses the density of rows that are far from all others, of which wide draws have more.
SMALLER_WIDE = {**SMALLER, "KernelDensity": {"algorithm": "kd_tree"}}
# Served later than others: among plain draws they would move all that follow, so only wide draws have them.
LATER = {"MiniBatchNMF", "PolynomialCountSketch"}
NEEDS_MORE = {"GLMMEncoder"}  # statsmodels, for this class alone
# Encoders say nothing of what their parameters may be.
ENCODERS = {
    "handle_unknown": ["value", "return_nan", "indicator"],
    "handle_missing": ["value", "return_nan", "indicator"],
    "drop_invariant": [True, False],
    "use_cat_names": [True, False],
    "base": [2, 3],
    "normalize": [True, False],
    "min_group_size": [None, 3],
    "smoothing": [1.0, 20.0],
    "m": [1.0, 5.0],
    "a": [1, 2],
    "n_components": [4, 8],
    "quantile": [0.5, 0.3],
}
CHANGED = 0.4  # share of parameters that are not the default


def classes(wide):
    """
    {name: (kind, class)} of everything that can stand in a pipeline or alone; kind `other` for what is none of KINDS. With
    `wide` also those of category_encoders, of kind `encoder`.
    """
    found = {}
    for kind in KINDS:
        for name, cls in all_estimators(type_filter=kind):
            found.setdefault(name, (kind, cls))
    for name in sorted(set(category_encoders.__all__) - NEEDS_MORE) if wide else ():
        found[f"category_encoders.{name}"] = ("encoder", getattr(category_encoders, name))
    for name, cls in all_estimators():
        found.setdefault(name, ("other", cls))
    # The others only label or place the rows they were fitted on.
    return {name: one for name, one in found.items() if any(hasattr(one[1], method) for method in METHODS)}


def options_of(constraints, unusable):
    """Values that a parameter may have, as far as they can be listed and are not `unusable`."""
    found = []
    for one in constraints:
        if isinstance(one, (Options, StrOptions)):
            found += [value for value in one.options if value not in unusable | set(getattr(one, "deprecated", ()))]
        elif isinstance(one, str) and one == "boolean":
            found += [True, False]
        elif one is None:
            found.append(None)
    return sorted(found, key=repr)


def near(value, constraints, random):
    """A number near the default that the constraints have; the default otherwise."""
    other = value * float(random.choice([0.5, 1.5, 2.0]))
    other = int(round(other)) if isinstance(value, int) else other
    return other if any(isinstance(one, Interval) and one.is_satisfied_by(other) for one in constraints) else value


def parameter(default, constraints, random, wide):
    """A value for a parameter; mostly the default."""
    if not isinstance(constraints, list) or random.random() > CHANGED:
        return default
    options = options_of(constraints, UNUSABLE_WIDE if wide else UNUSABLE)
    is_number = isinstance(default, numbers.Real) and not isinstance(default, bool)
    if is_number and (not options or random.random() < 0.7):
        return near(default, constraints, random)
    return options[int(random.integers(len(options)))] if options else default


def plain_inside(kind):
    """What stands inside of another estimator when nothing is drawn."""
    inside = {"regressor": LinearRegression, "transformer": StandardScaler}
    return inside.get(kind, LogisticRegression)()


def takes(cls):
    return list(inspect.signature(cls.__init__).parameters.values())[1:]


def inside_of(cls, kind, inside):
    """Parameters of classes that are made of other estimators. `inside(kind)` gives one."""
    found = {}
    for one in takes(cls):
        if one.name in ("estimator", "regressor"):
            regresses = "regressor" in (kind, one.name) or cls.__name__ == "IterativeImputer"
            found[one.name] = inside("regressor" if regresses else "classifier")
        elif one.name == "estimators":
            found[one.name] = [("one", inside(kind)), ("two", inside(kind))]
        elif one.name in ("param_grid", "param_distributions"):
            found[one.name] = {}
        elif one.name == "transformer_list":
            found[one.name] = [("scaled", inside("transformer")), ("ranged", MinMaxScaler())]
        elif one.name == "transformers":
            found[one.name] = [("first", inside("transformer"), slice(0, 1))]
        elif one.name == "steps":
            found[one.name] = [("only", inside("transformer"))]
    return found


def estimator(cls, kind, random, wide, inside=plain_inside):
    """One of the class; with `random` its parameters are drawn, with None they are the defaults."""
    given = {**inside_of(cls, kind, inside), **(SMALLER_WIDE if wide else SMALLER).get(cls.__name__, {})}
    constraints = getattr(cls, "_parameter_constraints", {})
    for one in takes(cls):
        if one.name in given or one.kind is one.VAR_KEYWORD:
            continue
        if one.name in SMALL:
            given[one.name] = SMALL[one.name]
        elif one.name == "random_state":
            given[one.name] = 0
        elif random is not None and one.name not in LEFT_ALONE and one.default is not one.empty:
            given[one.name] = parameter(one.default, constraints.get(one.name), random, wide)
            if kind == "encoder" and one.name in ENCODERS and random.random() < CHANGED:
                given[one.name] = ENCODERS[one.name][int(random.integers(len(ENCODERS[one.name])))]
    return cls(**given)
