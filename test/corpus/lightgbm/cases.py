"""The models of the corpus. Small: six iterations of seven leaves unless a case needs more."""
import warnings

import lightgbm as lgb
import numpy as np

from rows import COUNTS, FEW, MANY, training

warnings.simplefilter('ignore')
VERSION = tuple(int(part) for part in lgb.__version__.split('.')[:3])
BASE = {'verbose': -1, 'num_threads': 1, 'num_leaves': 7, 'min_data_in_leaf': 8, 'learning_rate': 0.2,
        'seed': 3}
if VERSION >= (2, 1):
    BASE.update({'min_data_per_group': 5, 'cat_smooth': 1.0})
ROUNDS = 6
# Releases before 2.1 end the process in some of the others.
OLDEST = ['regression', 'regression-none-missing', 'regression_l1', 'poisson', 'binary', 'binary-sigmoid', 'multiclass',
          'multiclassova', 'dart', 'goss', 'rf', 'rf-binary', 'categories', 'categories-full', 'categories-multiclass',
          'deep', 'classifier', 'classifier-three', 'regressor']


class Case(object):
    def __init__(self, name, model, seed, frame=False, reload=True, **options):
        self.name, self.model, self.seed, self.frame, self.reload = name, model, seed, frame, reload
        self.options = options


def train(params, x, y, rounds=ROUNDS, valid=None, objective=None, **extra):
    params = dict(BASE, **params)
    options = {}
    if objective is not None:
        if VERSION >= (4,):
            params['objective'] = objective
        else:
            params['objective'] = 'none'
            options['fobj'] = objective
    data_options = dict(extra)
    group = data_options.pop('group', None)
    data = lgb.Dataset(x, label=y, group=group, free_raw_data=False, **data_options)
    if valid is not None:
        options['valid_sets'] = [lgb.Dataset(valid[0], label=valid[1], reference=data, free_raw_data=False)]
        if VERSION >= (4,):
            options['callbacks'] = [lgb.early_stopping(2, verbose=False)]
        else:
            options['early_stopping_rounds'] = 2
    if VERSION < (4,):
        options['verbose_eval'] = False
    return lgb.train(params, data, num_boost_round=rounds, **options)


def squared_error(predicted, data):
    return predicted - data.get_label(), np.ones(len(predicted))


def softmax_error(predicted, data):
    label = data.get_label().astype(int)
    raw = predicted if predicted.ndim == 2 else predicted.reshape(3, -1).T
    shares = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    gradient = shares - np.eye(3)[label]
    hessian = 2 * shares * (1 - shares)
    if predicted.ndim == 2:
        return gradient, hessian
    return gradient.T.ravel(), hessian.T.ravel()


def thirds(signal):
    return np.digitize(signal, np.percentile(signal, [33, 66]))


def native():
    """(name, seed, function that trains); what a version cannot train raises there and is listed as skipped."""
    x, signal = training(1)
    full, full_signal = training(2, missing=False)
    positive = np.exp(signal / 2)
    binary = (signal > 0.2).astype(int)
    three = thirds(signal)
    noise = np.random.RandomState(5)
    wanted = []

    def add(name, make, seed=None, **options):
        wanted.append((name, 100 + len(wanted) if seed is None else seed, make, options))

    def objective(name, y, data=x, **params):
        add(params.pop('case', name), lambda: train(dict(params, objective=name), data, y))

    objective('regression', signal)
    objective('regression', full_signal, full, case='regression-none-missing')
    objective('regression', full_signal, full, case='zero-as-missing', zero_as_missing=True)
    objective('regression', signal, x, case='zero-as-missing-nan', zero_as_missing=True)
    objective('regression', signal, x, case='use-missing-false', use_missing=False)
    objective('regression', signal, x, case='sqrt', reg_sqrt=True)
    objective('regression_l1', signal)
    objective('regression_l1', signal, x, case='l1-sqrt', reg_sqrt=True)
    objective('huber', signal, alpha=0.7)
    objective('huber', signal, x, case='huber-sqrt', reg_sqrt=True)
    objective('fair', signal)
    objective('fair', signal, x, case='fair-sqrt', reg_sqrt=True)
    objective('poisson', np.round(positive * 3), poisson_max_delta_step=0.5)
    objective('quantile', signal, alpha=0.8)
    objective('quantile', signal, x, case='quantile-sqrt', alpha=0.8, reg_sqrt=True)
    objective('mape', positive)
    objective('gamma', positive)
    objective('tweedie', np.round(positive * 2), tweedie_variance_power=1.3)
    objective('binary', binary)
    objective('binary', binary, x, case='binary-sigmoid', sigmoid=0.7, is_unbalance=True)
    objective('cross_entropy' if VERSION >= (2, 2) else 'xentropy', 1 / (1 + np.exp(-signal)), case='cross-entropy')
    objective('cross_entropy_lambda' if VERSION >= (2, 2) else 'xentlambda', 1 / (1 + np.exp(-signal)),
              case='cross-entropy-lambda')
    objective('multiclass', three, num_class=3)
    objective('multiclassova', three, num_class=3, sigmoid=1.3)
    if VERSION >= (2, 2):
        # Until then the shrinkage of trees of one leaf is what the memory held.
        objective('multiclass', three, x, case='multiclass-empty-class', num_class=4)
    groups = {'group': [20] * 16}
    grades = np.clip(np.round(signal + 1), 0, 3).astype(int)
    add('lambdarank', lambda: train({'objective': 'lambdarank'}, x, grades, **groups))
    add('rank-xendcg', lambda: train({'objective': 'rank_xendcg'}, x, grades, **groups))
    add('custom', lambda: train({}, x, signal, objective=squared_error))
    add('custom-multiclass', lambda: train({'num_class': 3}, x, three, objective=softmax_error))

    forest = {'bagging_freq': 1, 'bagging_fraction': 0.6, 'feature_fraction': 0.8}
    add('dart', lambda: train({'objective': 'regression', 'boosting': 'dart', 'drop_rate': 0.5}, x, signal, 10))
    add('dart-binary', lambda: train({'objective': 'binary', 'boosting': 'dart', 'drop_rate': 0.5}, x, binary, 10))
    add('goss', lambda: train({'objective': 'binary', 'boosting': 'goss', 'learning_rate': 0.5}, x, binary))
    add('rf', lambda: train(dict(forest, objective='regression', boosting='rf'), x, signal))
    add('rf-binary', lambda: train(dict(forest, objective='binary', boosting='rf'), x, binary))
    add('rf-multiclass', lambda: train(dict(forest, objective='multiclass', num_class=3, boosting='rf'), x, three))
    add('rf-poisson', lambda: train(dict(forest, objective='poisson', boosting='rf'), x, np.round(positive * 3)))

    cats = {'categorical_feature': [FEW, MANY]}
    add('categories', lambda: train({'objective': 'regression'}, x, signal, **cats))
    add('categories-full', lambda: train({'objective': 'regression'}, full, full_signal, **cats))
    add('categories-binary', lambda: train({'objective': 'binary', 'max_cat_to_onehot': 1}, x, binary, **cats))
    add('categories-multiclass', lambda: train({'objective': 'multiclass', 'num_class': 3}, x, three, **cats))
    add('categories-zero', lambda: train({'objective': 'regression', 'zero_as_missing': True}, x, signal, **cats))
    add('categories-counts', lambda: train({'objective': 'regression'}, x, signal,
                                           categorical_feature=[COUNTS, FEW, MANY]))

    if VERSION >= (3, 2):
        linear = {'linear_tree': True, 'linear_lambda': 0.01}
        add('linear', lambda: train(dict(linear, objective='regression'), x, signal))
        add('linear-full', lambda: train(dict(linear, objective='regression'), full, full_signal))
        add('linear-binary', lambda: train(dict(linear, objective='binary'), x, binary))
        add('linear-categories', lambda: train(dict(linear, objective='regression'), x, signal, **cats))
        add('linear-multiclass', lambda: train(dict(linear, objective='multiclass', num_class=3), full,
                                               thirds(full_signal)))
        add('linear-stump', lambda: train(dict(linear, objective='regression', min_data_in_leaf=900), full,
                                          full_signal, 2))

    add('one-leaf', lambda: train({'objective': 'regression', 'min_data_in_leaf': 900}, x, signal))
    add('one-leaf-binary', lambda: train({'objective': 'binary', 'min_data_in_leaf': 900}, x, binary))
    add('deep', lambda: train({'objective': 'regression', 'num_leaves': 40, 'min_data_in_leaf': 2},
                              x, signal + noise.normal(size=len(signal)), 2))
    add('monotone', lambda: train({'objective': 'regression', 'monotone_constraints': [1, 0, 0, -1, 0, 0]}, x, signal))
    names = ['a', 'b/c', 'c', 'd.e', 'e-f', 'g_h']
    add('names', lambda: train({'objective': 'regression'}, x, signal, feature_name=names))
    if VERSION >= (3,):
        odd = [u'gr\u00f6\u00dfe', 'b=c', 'c', 'd.e', 'e-f', 'g_h']
        add('names-odd', lambda: train({'objective': 'regression'}, x, signal, feature_name=odd))
    add('early-stopping', lambda: train({'objective': 'binary', 'learning_rate': 0.9, 'metric': 'binary_logloss'}, x,
                                        binary, 20, (full, (full_signal > 0.2).astype(int))), reload=False)
    add('early-stopping-multiclass',
        lambda: train({'objective': 'multiclass', 'num_class': 3, 'learning_rate': 0.9, 'metric': 'multi_logloss'}, x,
                      three, 20, (full, thirds(full_signal))), reload=False)
    add('frame', lambda: framed({'objective': 'regression'}), frame=True)
    add('frame-binary', lambda: framed({'objective': 'binary'}), frame=True)
    return [case for case in wanted if VERSION >= (2, 1) or case[0] in OLDEST]


def frame_of(x):
    """A data frame with two columns of texts as categories; the numbers of x choose among them."""
    import pandas

    def chosen(column, texts):
        return [None if np.isnan(one) or not 0 <= one < len(texts) else texts[int(one)] for one in column]

    towns = ['Ulm', 'Bonn', u'K\u00f6ln', 'a b', 'Trier', 'Hof']
    plants = ['p%d' % number for number in range(80)]
    frame = pandas.DataFrame(x[:, :FEW].copy(), columns=['size', 'age', 'rest', 'count'])
    frame.insert(1, 'town', chosen(x[:, FEW], towns))
    frame['plant'] = chosen(x[:, MANY], plants)
    return frame


def as_categories(frame):
    frame = frame.copy()
    for name in ['town', 'plant']:
        frame[name] = frame[name].astype('category')
    return frame


def framed(params):
    x, signal = training(7)
    y = (signal > 0.2).astype(int) if params['objective'] == 'binary' else signal
    return train(params, as_categories(frame_of(x)), y)


def log_loss(true, predicted):
    share = 1 / (1 + np.exp(-predicted))
    return share - true, share * (1 - share)


def wrappers():
    """As `native`; those whose name ends with frame are asked with one."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, signal = training(11)
    full, full_signal = training(12, missing=False)
    binary, three = (signal > 0.2).astype(int), thirds(signal)
    common = dict(n_estimators=ROUNDS, num_leaves=7, min_child_samples=8, learning_rate=0.2)
    if VERSION >= (2, 0, 5):
        common.update(n_jobs=1, random_state=3)
    if VERSION >= (2, 3):
        common['verbose'] = -1
    wanted = []

    def add(name, make):
        wanted.append((name, 300 + len(wanted), make, {}))

    def classifier(**params):
        return lgb.LGBMClassifier(**dict(common, **params))

    def stopped():
        model = classifier(n_estimators=20, learning_rate=0.9)
        held = [(full, (full_signal > 0.2).astype(int))]
        if VERSION >= (4,):
            return model.fit(x, binary, eval_set=held, callbacks=[lgb.early_stopping(2, verbose=False)])
        return model.fit(x, binary, eval_set=held, early_stopping_rounds=2, verbose=False)

    names = np.array(['low', 'middle', 'high'])
    add('classifier', lambda: classifier().fit(x, binary))
    add('classifier-strings', lambda: classifier().fit(x, names[:2][binary]))
    add('classifier-booleans', lambda: classifier().fit(x, binary == 1))
    add('classifier-floats', lambda: classifier().fit(x, three * 1.0))
    add('classifier-three', lambda: classifier().fit(x, names[three]))
    add('classifier-ova', lambda: classifier(objective='multiclassova').fit(x, three + 5))
    if VERSION >= (3,):
        # Until then the wrapper keeps a function inside a function, which no pickle holds.
        add('classifier-custom', lambda: classifier(objective=log_loss).fit(x, binary))
    add('classifier-stopped', stopped)
    add('classifier-rf', lambda: classifier(boosting_type='rf', subsample=0.6, subsample_freq=1).fit(x, binary))
    add('classifier-categories', lambda: classifier().fit(x, three, categorical_feature=[FEW, MANY]))
    frame = frame_of(x)
    add('classifier-frame', lambda: classifier().fit(as_categories(frame), names[three]))
    add('regressor', lambda: lgb.LGBMRegressor(**common).fit(x, signal))
    add('regressor-poisson', lambda: lgb.LGBMRegressor(objective='poisson', **common).fit(x, np.round(np.exp(signal))))
    if VERSION >= (3, 2):
        add('regressor-linear', lambda: lgb.LGBMRegressor(linear_tree=True, **common).fit(full, full_signal))
    add('ranker', lambda: lgb.LGBMRanker(**common).fit(x, np.clip(np.round(signal + 1), 0, 3).astype(int),
                                                       group=[20] * 16))
    add('pipeline', lambda: make_pipeline(StandardScaler(), classifier()).fit(full, names[thirds(full_signal)]))
    return [case for case in wanted if VERSION >= (2, 1) or case[0] in OLDEST]
