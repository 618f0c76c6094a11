"""What models there are. A case trains a model; the generator saves it in every form and asks it."""
import numpy as np
import xgboost as xgb

from rows import training

VERSION = tuple(int(part) for part in xgb.__version__.split('.')[:2])
NAMES = ['age', 'income', 'debt', 'children', 'rate']


class Case(object):
    def __init__(self, name, model, seed, names=None, categories=0, forms=None, origin='', rows=None, frame=None):
        self.name, self.model, self.seed = name, model, seed
        self.names, self.categories, self.forms, self.origin = names, categories, forms, origin
        self.rows = rows
        # Makes a data frame of rows that have codes of categories.
        self.frame = frame


def since(*version):
    return VERSION >= version


def matrix(x, y, names=None, types=None, **more):
    extra = dict(more)
    if types is not None:
        extra.update(feature_types=types, enable_categorical=True)
    return xgb.DMatrix(x, label=y, feature_names=names, **extra)


def train(params, dtrain, rounds=6, **more):
    merged = {'max_depth': 3, 'eta': 0.4, 'seed': 1, 'nthread': 1, 'base_score': 0.5}
    if VERSION < (1, 0):
        merged['silent'] = 1
    else:
        merged['verbosity'] = 0
    merged.update(params)
    merged = {key: value for key, value in merged.items() if value is not None}
    return xgb.train(merged, dtrain, rounds, verbose_eval=False, **more)


def labels(objective, signal):
    if objective.startswith('multi:'):
        return np.digitize(signal, [-0.5, 0.8]).astype(float)
    if objective.startswith('binary:') or objective == 'reg:logistic':
        return (signal > 0.2).astype(float)
    if objective.startswith('rank:'):
        return np.digitize(signal, [-0.5, 0.8]).astype(float)
    if objective in ('count:poisson', 'reg:gamma', 'reg:tweedie', 'survival:cox', 'survival:aft', 'reg:squaredlogerror'):
        return np.round(np.exp(np.clip(signal, -2, 2)), 2) + 0.01
    return np.round(signal, 2)


def objectives():
    yield 'reg:linear'
    for name in ['reg:logistic', 'binary:logistic', 'binary:logitraw', 'binary:hinge', 'count:poisson', 'reg:gamma',
                 'reg:tweedie', 'survival:cox', 'multi:softmax', 'multi:softprob', 'rank:pairwise', 'rank:ndcg', 'rank:map',
                 'reg:squarederror']:
        yield name
    if since(1, 0):
        yield 'reg:squaredlogerror'
    if since(1, 2):
        yield 'reg:pseudohubererror'
        yield 'survival:aft'
    if since(1, 7):
        yield 'reg:absoluteerror'
    if since(2, 0):
        yield 'reg:quantileerror'
    if since(3, 4):
        yield 'reg:expectileerror'


def for_objective(objective, x, signal, params=None, rounds=6, names=None):
    y = labels(objective, signal)
    if objective == 'rank:map':
        y = (y > 1).astype(float)
    dtrain = matrix(x, y, names)
    merged = {'objective': objective}
    if objective.startswith('multi:'):
        merged['num_class'] = 3
    if objective.startswith('rank:'):
        dtrain.set_group([30] * 10)
    if objective == 'survival:aft':
        dtrain.set_float_info('label_lower_bound', y)
        dtrain.set_float_info('label_upper_bound', y * 1.5)
    if objective in ('reg:quantileerror',):
        merged['quantile_alpha'] = 0.3
    if objective == 'reg:expectileerror':
        merged['expectile_alpha'] = 0.3
    merged.update(params or {})
    return train(merged, dtrain, rounds)


def native():
    x, signal = training(1)
    for objective in objectives():
        name = objective.replace(':', '-')
        yield Case(name, for_objective(objective, x, signal), 1)

    # In every form that the version writes.
    yield Case('forms-binary', for_objective('binary:logistic', x, signal, {'base_score': 0.3}, names=NAMES), 2, NAMES,
               forms='all')
    yield Case('forms-multi', for_objective('multi:softprob', x, signal), 3, forms='all')
    yield Case('forms-poisson', for_objective('count:poisson', x, signal, {'base_score': 2.0}), 4, forms='all')
    dart = {'booster': 'dart', 'rate_drop': 0.5, 'skip_drop': 0.2}
    yield Case('forms-dart', for_objective('binary:logistic', x, signal, dart, 8), 5, forms='all')
    linear = {'booster': 'gblinear', 'eta': 0.5, 'updater': 'coord_descent', 'feature_selector': 'cyclic'}
    yield Case('forms-linear', for_objective('reg:squarederror', x, signal, linear, 4), 6, forms='all')

    yield Case('dart-multi', for_objective('multi:softprob', x, signal, dart, 5), 7)
    forest = {'normalize_type': 'forest', 'sample_type': 'weighted'}
    yield Case('dart-forest', for_objective('reg:squarederror', x, signal, dict(dart, **forest), 8), 8)
    yield Case('linear-multi', for_objective('multi:softprob', x, signal, linear, 4), 9)
    yield Case('linear-binary', for_objective('binary:logistic', x, signal, dict(linear, base_score=0.2), 4), 10)
    yield Case('parallel-trees', for_objective('reg:squarederror', x, signal, {
        'num_parallel_tree': 3, 'subsample': 0.7, 'colsample_bynode': 0.8, 'eta': 1}, 2), 11)
    yield Case('parallel-multi', for_objective('multi:softprob', x, signal, {
        'num_parallel_tree': 2, 'subsample': 0.7}, 2), 12)
    yield Case('one-leaf', for_objective('reg:squarederror', x, signal, {'min_child_weight': 1e9}, 3), 13)
    yield Case('deep', for_objective('reg:squarederror', x, signal, {'max_depth': 9, 'min_child_weight': 0}, 3), 14)
    yield Case('lossguide', for_objective('binary:logistic', x, signal, {
        'tree_method': 'hist', 'grow_policy': 'lossguide', 'max_depth': 0, 'max_leaves': 9}, 4), 15)
    yield Case('pruned', for_objective('reg:squarederror', x, signal, {
        'tree_method': 'exact', 'gamma': 4.0, 'max_depth': 6}, 5), 16)
    yield Case('large-base', for_objective('reg:squarederror', x, signal * 50 + 1000, {'base_score': 987.654}, 12), 17)
    yield Case('logitraw-base', for_objective('binary:logitraw', x, signal, {'base_score': 0.8}), 18)
    yield Case('binary-many-trees', for_objective('binary:logistic', x, signal, {'eta': 0.1, 'max_depth': 4}, 20), 19)
    yield stopped_early()
    if since(2, 0):
        # The library finds the base score itself.
        for objective in ['reg:squarederror', 'binary:logistic', 'count:poisson', 'multi:softprob']:
            yield Case('own-base-' + objective.replace(':', '-'),
                       for_objective(objective, x, signal, {'base_score': None}), 20)
        yield Case('quantiles', for_objective('reg:quantileerror', x, signal, {
            'quantile_alpha': [0.1, 0.5, 0.9], 'base_score': None}), 21)
    if since(3, 4):
        yield Case('expectiles', for_objective('reg:expectileerror', x, signal, {
            'expectile_alpha': [0.1, 0.5, 0.9], 'base_score': None}), 22)
    for case in categorical():
        yield case
    for case in data_frame():
        yield case
    for case in several_targets(x, signal):
        yield case


def stopped_early():
    x, signal = training(30)
    y = (signal + np.random.RandomState(30).normal(size=len(signal)) > 0).astype(float)
    params = {'objective': 'binary:logistic', 'eval_metric': 'logloss', 'eta': 1.0, 'max_depth': 5}
    model = train(params, matrix(x[:200], y[:200]), 20, evals=[(matrix(x[200:], y[200:]), 'test')], early_stopping_rounds=3)
    return Case('stopped-early', model, 30, forms='all')


def categorical():
    if not since(1, 6):
        return
    x, signal = training(40, categories=9)
    types = ['q', 'q', 'q', 'c', 'c']
    method = 'hist' if since(1, 7) else 'approx'
    for name, onehot in [('onehot', 100), ('partition', 1), ('mixed', 5)]:
        y = labels('binary:logistic', signal)
        params = {'objective': 'binary:logistic', 'tree_method': method, 'max_cat_to_onehot': onehot, 'max_depth': 4}
        yield Case('categorical-' + name, train(params, matrix(x, y, NAMES, types)), 41, NAMES, categories=9,
                   forms='all' if name == 'mixed' else None)
    y = labels('multi:softprob', signal)
    params = {'objective': 'multi:softprob', 'num_class': 3, 'tree_method': method, 'max_cat_to_onehot': 1}
    yield Case('categorical-multi', train(params, matrix(x, y, None, types), 4), 42, categories=9)


TOWNS = ['Ulm', 'Bonn', 'K\u00f6ln', 'a b', '', 'p16', 'p4', 'p0', 'p9']
SIZES = [3, 10, 7, 250]


def frame_of(x, reverse=True):
    """Columns 3 and 4 as categories, in another order than in training: the library finds their codes by value."""
    import pandas as pd
    frame = pd.DataFrame(x, columns=NAMES)
    for column, values in ((3, TOWNS), (4, SIZES)):
        known = [None if np.isnan(code) else values[int(code)] for code in x[:, column]]
        frame[NAMES[column]] = pd.Categorical(known, categories=values[::-1] if reverse else values)
    return frame


def known_codes(x):
    x = x.copy()
    for column, count in ((3, len(TOWNS)), (4, len(SIZES))):
        codes = x[:, column]
        x[~((codes >= 0) & (codes < count) & (codes == np.floor(codes))), column] = np.nan
    return x


def data_frame():
    if not since(3, 4):
        return
    x, signal = training(40, categories=9)
    y = labels('binary:logistic', signal)
    params = {'objective': 'binary:logistic', 'tree_method': 'hist', 'max_cat_to_onehot': 4, 'max_depth': 4}
    model = train(params, xgb.DMatrix(frame_of(x, reverse=False), label=y, enable_categorical=True))
    yield Case('data-frame', model, 43, NAMES, categories=9, forms='all', frame=frame_of)


def several_targets(x, signal):
    if not since(1, 6):
        return
    y = np.round(np.stack([signal, -signal * 0.5, np.sin(signal)], axis=1), 2)
    hist = {'tree_method': 'hist'}
    yield Case('targets', train(dict(hist, objective='reg:squarederror'), matrix(x, y), 4), 50)
    several = (np.stack([signal, -signal, np.sin(signal)], axis=1) > 0.1).astype(float)
    yield Case('targets-binary', train(dict(hist, objective='binary:logistic'), matrix(x, several), 4), 51)
    if since(2, 0):
        leaves = dict(hist, multi_strategy='multi_output_tree')
        yield Case('vector-leaves', train(dict(leaves, objective='reg:squarederror'), matrix(x, y), 4), 52, forms='all')
        yield Case('vector-leaves-own-base', train(dict(leaves, objective='reg:squarederror', base_score=None),
                                                   matrix(x, y), 4), 53)
        yield Case('vector-leaves-multi', train(dict(leaves, objective='multi:softprob', num_class=3),
                                                matrix(x, labels('multi:softprob', signal)), 4), 54)
    if since(3, 1):
        yield Case('targets-own-base', train(dict(hist, objective='reg:squarederror', base_score=None), matrix(x, y), 4), 55)


def wrappers():
    from xgboost import XGBClassifier, XGBRegressor, XGBRanker, XGBRFClassifier, XGBRFRegressor
    x, signal = training(60)
    binary = (signal > 0.2).astype(int)
    three = np.digitize(signal, [-0.5, 0.8])
    common = dict(n_estimators=5, max_depth=3, n_jobs=1, random_state=1, learning_rate=0.4)
    encodes = VERSION < (1, 6)
    label = dict(use_label_encoder=False) if VERSION[0] == 1 and VERSION >= (1, 3) and encodes else {}

    def fitted(cls, x, y, fit=None, **params):
        merged = dict(common, **params)
        model = cls(**merged)
        model.fit(x, y, **(fit or {}))
        return model

    yield Case('classifier', fitted(XGBClassifier, x, binary, **label), 61, forms='all')
    yield Case('classifier-three', fitted(XGBClassifier, x, three, **label), 62)
    yield Case('classifier-softmax', fitted(XGBClassifier, x, three, objective='multi:softmax', **label), 63)
    if encodes:
        yield Case('classifier-text', fitted(XGBClassifier, x, np.where(binary, 'yes', 'no')), 64)
        yield Case('classifier-shifted', fitted(XGBClassifier, x, three * 10 + 5), 65)
        yield Case('classifier-bool', fitted(XGBClassifier, x, binary == 1), 66)
    yield Case('classifier-dart', fitted(XGBClassifier, x, binary, booster='dart', **label), 67)
    yield Case('classifier-linear', fitted(XGBClassifier, x, three, booster='gblinear', **label), 68)
    filled = np.where(np.isnan(x), -999.0, x)
    rows = None
    yield Case('classifier-missing', fitted(XGBClassifier, filled, binary, missing=-999.0, **label), 69, rows='filled')
    yield Case('regressor', fitted(XGBRegressor, x, np.round(signal, 2)), 70)
    yield Case('regressor-poisson', fitted(XGBRegressor, x, np.round(np.exp(signal)), objective='count:poisson'), 71)
    yield Case('regressor-linear', fitted(XGBRegressor, x, np.round(signal, 2), booster='gblinear'), 72)
    yield Case('ranker', fitted(XGBRanker, x, three, fit=dict(group=[30] * 10)), 73)
    forest = dict(learning_rate=1.0, subsample=0.8, colsample_bynode=0.8)
    yield Case('forest-classifier', fitted(XGBRFClassifier, x, three, **dict(forest, **label)), 74)
    yield Case('forest-regressor', fitted(XGBRFRegressor, x, np.round(signal, 2), **forest), 75)
    noisy = (signal + np.random.RandomState(30).normal(size=len(signal)) > 0).astype(int)
    yield early_wrapper(XGBClassifier, x, noisy, dict(common, **label), encodes)
    yield early_wrapper(XGBClassifier, x, np.digitize(signal + np.random.RandomState(3).normal(size=len(signal)), [-0.5, 0.8]),
                        dict(common, num_parallel_tree=2, subsample=0.8, **label), encodes, 'classifier-stopped-forest')
    if since(1, 6):
        several = (np.stack([signal, -signal, np.sin(signal)], axis=1) > 0.1).astype(int)
        yield Case('classifier-labels', fitted(XGBClassifier, x, several, tree_method='hist'), 76)
        y = np.round(np.stack([signal, -signal * 0.5], axis=1), 2)
        yield Case('regressor-targets', fitted(XGBRegressor, x, y, tree_method='hist'), 77)
    if since(1, 7):
        xc, s = training(40, categories=9)
        types = ['q', 'q', 'q', 'c', 'c']
        yield Case('classifier-categorical', fitted(XGBClassifier, xc, (s > 0.2).astype(int), tree_method='hist',
                                                    feature_types=types, enable_categorical=True), 78, categories=9)
    yield pipeline(x, three, dict(common, **label))


def early_wrapper(cls, x, y, params, encodes, name='classifier-stopped'):
    params = dict(params, n_estimators=20, learning_rate=1.0, max_depth=5)
    fit = dict(eval_set=[(x[200:], y[200:])], verbose=False)
    if since(1, 6):
        params.update(early_stopping_rounds=3)
    else:
        fit.update(early_stopping_rounds=3)
    model = cls(**params)
    model.fit(x[:200], y[:200], **fit)
    return Case(name, model, 79)


def pipeline(x, y, params):
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler
    from xgboost import XGBClassifier
    x = np.nan_to_num(x)
    model = Pipeline([('scale', StandardScaler()), ('model', XGBClassifier(**params))])
    model.fit(x, y)
    return Case('pipeline', model, 80, rows='full')
