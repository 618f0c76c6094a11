"""Searches over parameters: what they answer is what the best candidate answers."""

from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def grid(model, parameters):
    return GridSearchCV(model, parameters, cv=3)


def random(model, parameters):
    return RandomizedSearchCV(model, parameters, cv=3, n_iter=2, random_state=0)


def searches(to):
    yield "grid", grid
    yield "random", random
    if not to.since(0, 24):
        to.skip("search-halving-grid-tree", "halving came with 0.24")
        to.skip("search-halving-random-tree", "halving came with 0.24")
        return
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import HalvingGridSearchCV, HalvingRandomSearchCV

    yield "halving-grid", lambda model, grid: HalvingGridSearchCV(model, grid, cv=3, random_state=0)
    yield "halving-random", lambda model, grid: HalvingRandomSearchCV(model, grid, cv=3, n_candidates=2, random_state=0)


def add_cases(to, data):
    X, y = data.blobs(3, seed=160)
    depths = dict(max_depth=[2, 4], min_samples_leaf=[1, 3])
    for name, search in searches(to):
        to.add("search-" + name + "-tree", name + " search over trees", search(DecisionTreeClassifier(random_state=0), depths), X, y)
    names = data.iris_names(data.iris_half()[1])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, solver="lbfgs"))
    to.add("search-pipeline", "over a pipeline, text labels", grid(pipeline, {"logisticregression__C": [0.1, 1.0]}), data.iris_half()[0], names)
    inside = make_pipeline(StandardScaler(), grid(GaussianNB(), {"priors": [None, [0.5, 0.25, 0.25]]}))
    to.add("search-inside", "a search as the last step", inside, X, y)
    to.add("search-regressor", "over regression trees", random(DecisionTreeRegressor(random_state=0), dict(max_depth=[2, 3, 4])), *data.curve(seed=161))
    to.add("search-linear", "over linear regression, two targets", grid(LinearRegression(), dict(fit_intercept=[True, False])), *data.curve(outputs=2, seed=162))
    transforming = grid(make_pipeline(StandardScaler()), {"standardscaler__with_mean": [True, False]})
    transforming.set_params(scoring=lambda model, X, y=None: float(model.transform(X).std()))
    transforming.fit(X)
    # What scored it is a function of this file, which a model file would only name.
    transforming.scoring = transforming.scorer_ = None
    to.add("search-transformer", "the best one transforms", transforming, X, fit=False, leave_out=("score",))
    if to.since(0, 20):
        return
    from sklearn import grid_search

    to.add("search-old-grid", "the class of sklearn.grid_search", grid_search.GridSearchCV(DecisionTreeClassifier(random_state=0), depths), X, y)
    to.add("search-old-random", "the class of sklearn.grid_search", grid_search.RandomizedSearchCV(DecisionTreeClassifier(random_state=0), depths, n_iter=2, random_state=0), X, y)

