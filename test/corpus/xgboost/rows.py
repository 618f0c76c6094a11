"""Training data and the rows that the goldens are of."""
import numpy as np

FEATURES = 5


def training(seed, categories=0):
    """300 rows of five features with two decimals: one of counts, a tenth of all values missing. Returns x and a
    noiseless signal. With `categories` the last two columns are whole numbers below it."""
    random = np.random.RandomState(seed)
    x = np.round(random.normal(size=(300, FEATURES)), 2)
    x[:, 3] = random.randint(0, 6, size=300)
    if categories:
        x[:, 3] = random.randint(0, categories, size=300)
        x[:, 4] = random.randint(0, 4, size=300)
    signal = x[:, 0] + 0.8 * x[:, 1] * (x[:, 2] > 0) + 0.4 * np.cos(x[:, 3]) + 0.3 * x[:, 4]
    x[random.uniform(size=x.shape) < 0.1] = np.nan
    return x, signal


def dump_of(booster):
    import xgboost
    try:
        return booster.get_dump(dump_format='json')
    except xgboost.core.XGBoostError:
        return []  # Vector leaves have none in some versions.


def thresholds_of(booster):
    """(feature, threshold) of the numeric splits, from the dump; at most forty."""
    import json
    found = []

    def walk(node):
        if 'children' not in node:
            return
        condition = node.get('split_condition')
        if not isinstance(condition, list):
            name = str(node['split'])
            found.append((name, float(condition)))
        for child in node['children']:
            walk(child)

    for text in dump_of(booster):
        if text.lstrip().startswith('{ "bias"'):
            return []
        walk(json.loads(text))
    step = max(1, len(found) // 40)
    return found[::step][:40]


def rows_for(booster, seed, names, categories=0, count=200):
    """Rows to ask for: near the training data, the borders of the trees, values that are missing, large and small."""
    random = np.random.RandomState(seed + 1000)
    x = np.round(random.normal(scale=1.5, size=(count, FEATURES)), 2)
    x[:, 3] = random.randint(-1, 8, size=count)
    if categories:
        x[:, 3] = random.randint(0, categories + 3, size=count)
        x[:, 4] = random.randint(0, 6, size=count)
    x[random.uniform(size=x.shape) < 0.1] = np.nan
    x[0] = 0.0
    x[1] = np.nan
    x[2] = [1e30, -1e30, 1e-30, 3, 2] if categories else [1e30, -1e30, 1e-30, 1e30, -5e-324]
    x[3] = -0.0
    if categories:
        # Beyond the bits of every split, between two categories, and none at all.
        x[4, 3:] = [40, 100]
        x[5, 3:] = [1.7, 2.5]
        if booster_takes_negative(booster):
            x[6, 3:] = [-1, -3]
    at = 8
    for name, threshold in thresholds_of(booster):
        column = names.index(name) if name in names else int(name[1:])
        single = np.float32(threshold)
        beside = [
            float(single),
            float(np.nextafter(single, np.float32(np.inf))),
            float(np.nextafter(single, np.float32(-np.inf))),
            # Rounds to the threshold as float32, from below.
            float(np.nextafter(float(single), -np.inf)),
        ]
        x[at % count, column] = beside[at % 4]
        at += 1
    return x


def booster_takes_negative(booster):
    import xgboost
    return int(xgboost.__version__.split('.')[0]) >= 2
