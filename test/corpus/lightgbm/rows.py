"""Training data, and the rows that the goldens are of."""
import numpy as np

FEATURES = 6
SPARSE, COUNTS, FEW, MANY = 2, 3, 4, 5
ZERO = float(np.float32(1e-35))


def training(seed, missing=True, rows=320):
    """Six columns: two of two decimals, one that is mostly zero, one of counts, one of 4 and one of 80 categories. A tenth
    of the values is missing unless told otherwise. Returns x and a noiseless signal."""
    random = np.random.RandomState(seed)
    x = np.round(random.normal(size=(rows, FEATURES)), 2)
    x[random.uniform(size=rows) < 0.6, SPARSE] = 0.0
    x[:, COUNTS] = random.randint(0, 6, size=rows)
    x[:, FEW] = random.randint(0, 4, size=rows)
    x[:, MANY] = random.randint(0, 20, size=rows) ** 2 % 80
    signal = (x[:, 0] + 0.8 * x[:, 1] * (x[:, SPARSE] > 0) - 0.5 * (x[:, SPARSE] < 0) + 0.4 * np.cos(x[:, COUNTS])
              + 0.6 * (x[:, FEW] == 2) + 0.7 * np.sin(x[:, MANY]))
    if missing:
        x[random.uniform(size=x.shape) < 0.1] = np.nan
    return x, signal


def thresholds_of(text):
    """(column, threshold) of numeric splits in a text model, at most sixty."""
    found, lines = [], {}
    for line in text.split('\n'):
        key, _, value = line.partition('=')
        lines[key] = value.split()
        if key == 'decision_type' and 'split_feature' in lines:
            found += [(int(column), float(threshold))
                      for column, threshold, kind in zip(lines['split_feature'], lines['threshold'], lines[key])
                      if int(kind) & 1 == 0]
    step = max(1, len(found) // 60)
    return found[::step][:60]


def rows_for(text, seed, tiny=True, count=200):
    """Rows near the training data, on and beside the borders of the trees; missing, zero, tiny, huge and infinite values;
    categories never seen, between two, and below zero. Without `tiny` no value but zero is below 1e-15: before 2.0.5 those
    were read as zero."""
    random = np.random.RandomState(seed + 1000)
    x = np.round(random.normal(scale=1.5, size=(count, FEATURES)), 2)
    x[random.uniform(size=count) < 0.3, SPARSE] = 0.0
    x[:, COUNTS] = random.randint(-1, 8, size=count)
    x[:, FEW] = random.randint(0, 6, size=count)
    x[:, MANY] = random.randint(0, 20, size=count) ** 2 % 80
    x[random.uniform(size=x.shape) < 0.1] = np.nan
    x[0] = 0.0
    x[1] = np.nan
    x[2] = -0.0
    x[3] = [1e30, -1e30, 1e-30, 1e300, 3, 49]
    x[4] = [np.inf, -np.inf, np.inf, -np.inf, 2, 64]
    x[5] = [5e-324, -5e-324, ZERO, -ZERO, 1.7, 49.5]
    x[6, SPARSE:] = [np.nextafter(ZERO, 1), np.nextafter(-ZERO, -1), -0.5, -0.5]
    x[7, SPARSE:] = [-1e-36, 1e-36, -1, -3]
    x[8, FEW:] = [1000, 1e6]
    x[9, FEW:] = [1e10, -1e10]
    x[10, FEW:] = [31, 32]
    x[11, FEW:] = [0, 95]
    at = 12
    for column, threshold in thresholds_of(text):
        beside = [threshold, np.nextafter(threshold, np.inf), np.nextafter(threshold, -np.inf)]
        x[at % count, column] = beside[at % 3]
        at += 1
    if not tiny:
        x[np.abs(x) < 1e-15] = 0.0
    return x
