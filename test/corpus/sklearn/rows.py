"""The input rows of a case: ordinary ones, and those on which a wrong implementation shows."""

import numpy as np
from scipy import sparse
from sklearn.base import is_classifier

from asking import count_of, is_documents, is_records, is_sets, one_row

ROWS = 200  # of the main run
MISSING = 64


def trees_of(model, width):
    """Trees of a model that read the rows as they are: those of a chain or a bag may have other features."""
    members = getattr(model, "estimators_", None)
    # A pipeline among them has a length, and would be taken for a list of its own.
    found = [model] if members is None else [one for member in members for one in (member if isinstance(member, np.ndarray) else [member])]
    return [member.tree_ for member in found if hasattr(member, "tree_") and getattr(member.tree_, "n_features", None) == width]


def splits_of(tree):
    """The inner nodes with a number to compare to; a split that only parts missing from present has infinity."""
    return np.flatnonzero((tree.children_left != -1) & np.isfinite(tree.threshold))


def leaf_of(tree, row, strict=False, cast=True):
    """The leaf a row ends in: as scikit-learn reads it, with `<` for `<=` (strict), or without rounding to float32."""
    node = 0
    while tree.children_left[node] != -1:
        value = row[tree.feature[node]]
        value = np.float32(value) if cast else value
        left = value < tree.threshold[node] if strict else value <= tree.threshold[node]
        node = tree.children_left[node] if left else tree.children_right[node]
    return node


def beside_thresholds(model, pool, random, count):
    """Rows with one value a float32 step beside a split."""
    rows = []
    for tree in trees_of(model, pool.shape[1]):
        for node in splits_of(tree):
            near = np.float32(tree.threshold[node])
            for value in (np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))):
                row = pool[random.randint(len(pool))].copy()
                row[tree.feature[node]] = value
                rows.append(row)
    random.shuffle(rows)
    return rows[:count]


def telling_apart(model, pool, random, count, **fault):
    """Rows that a tree read with this fault would send to another leaf: tried until found, for trees that split at all."""
    rows = []
    splits = [(tree, node) for tree in trees_of(model, pool.shape[1]) for node in splits_of(tree)]
    for _ in range(600 if splits else 0):
        tree, node = splits[random.randint(len(splits))]
        threshold = tree.threshold[node]
        row = pool[random.randint(len(pool))].copy()
        # On the split `<` shows; one float64 step above it only float32 still sees the split itself.
        row[tree.feature[node]] = threshold if "strict" in fault else np.nextafter(threshold, np.inf)
        if leaf_of(tree, row) != leaf_of(tree, row, **fault):
            rows.append(row)
        if len(rows) == count:
            break
    return rows


def near_ties(model, pool, random, count):
    """Pairs of rows a millionth of their distance apart, on the two sides of where the label changes."""
    # A search of 0.18 has no classes_ of its own.
    classes = getattr(model, "classes_", [])
    if not is_classifier(model) or isinstance(classes, list) or len(classes) < 2:
        return []
    # Several labels at once have no single border.
    if np.ndim(model.predict(pool[:1])) > 1:
        return []
    rows = []
    for _ in range(40):
        one, other = pool[random.randint(len(pool))], pool[random.randint(len(pool))]
        label = model.predict(np.array([one]))[0]
        if label == model.predict(np.array([other]))[0]:
            continue
        for _ in range(20):
            middle = (one + other) / 2
            one, other = (middle, other) if model.predict(np.array([middle]))[0] == label else (one, middle)
        rows += [one, other]
        if len(rows) >= count:
            break
    return rows[:count]


def votes_of(decisions, classes):
    """One-versus-one votes, as SVC's decision_function of shape ovo orders the pairs."""
    votes = np.zeros((len(decisions), classes), dtype=int)
    pair = 0
    for i in range(classes):
        for j in range(i + 1, classes):
            votes[:, i] += decisions[:, pair] > 0
            votes[:, j] += decisions[:, pair] <= 0
            pair += 1
    return votes


def exact_ties(model, low, high, random, count):
    """Rows whose two best classes have equally many votes (SVC) or equal probabilities (forests)."""
    sample = np.round(random.uniform(low, high, size=(3000, len(low))), 3)
    kind = type(model).__name__
    if kind == "SVC" and len(model.classes_) > 2:
        shape = model.decision_function_shape
        model.decision_function_shape = "ovo"
        scores = votes_of(model.decision_function(sample), len(model.classes_))
        model.decision_function_shape = shape
    elif kind == "RandomForestClassifier" and not isinstance(model.classes_, list):
        scores = model.predict_proba(sample)
    else:
        return []
    best = np.sort(scores, axis=1)
    if best.shape[1] < 2:
        return []
    return list(sample[best[:, -1] == best[:, -2]][:count])


def with_missing(rows, random):
    rows = rows.copy()
    rows[random.uniform(size=rows.shape) < 0.3] = np.nan
    rows[0] = np.nan
    return rows


def finite_rows(case):
    return case.X[np.isfinite(case.X).all(axis=1)]


def main_rows(case):
    """Rows that the training set alone decides, so that cases with the same set share them."""
    finite = finite_rows(case)
    random = np.random.RandomState(7)
    low, high = finite.min(axis=0), finite.max(axis=0)
    margin = (high - low) * 0.25 + 0.125
    rows = [np.zeros(finite.shape[1])] + list(case.extra_rows)
    rows += list(finite[random.permutation(len(finite))[: ROWS // 2]])
    while len(rows) < ROWS:
        rows.append(np.round(random.uniform(low - margin, high + margin), 2))
    # Mixed, so that the first rows are of each kind; the zeros and the extra rows stay in front.
    front = 1 + len(case.extra_rows)
    order = list(range(front)) + list(front + random.permutation(len(rows) - front))
    return np.array(rows, dtype=np.float64)[order]


def edge_rows(case, model):
    """Rows that this very model finds hard, behind some ordinary ones, from which a tolerance gets its scale; none for a model
    without splits, borders or votes."""
    finite = finite_rows(case)
    random = np.random.RandomState(7)
    low, high = finite.min(axis=0), finite.max(axis=0)
    rows = telling_apart(model, finite, random, 7, strict=True)
    rows += telling_apart(model, finite, random, 5, cast=False)
    rows += beside_thresholds(model, finite, random, 8)
    # Asked without column names, a model that was fitted with them only warns.
    rows += near_ties(model, finite, random, 8)
    rows += exact_ties(model, low, high, random, 6)
    return np.array(list(finite[:6]) + rows if rows else [], dtype=np.float64)


def mixed_rows(case, rows):
    """Rows of a case's own, and as many made of their parts as ROWS wants: values of a column stay in that column."""
    count = count_of(rows)
    if count >= ROWS or not case.mix:
        return rows
    random = np.random.RandomState(12)
    one, other = random.randint(count, size=(2, ROWS - count))
    if is_documents(rows):
        return list(rows) + [rows[i] + u" " + rows[j] for i, j in zip(one, other)]
    if is_records(rows):
        return list(rows) + [joined(rows[i], rows[j]) for i, j in zip(one, other)]
    if is_sets(rows):
        return list(rows) + [sorted(set(rows[i]) | set(rows[j])) for i, j in zip(one, other)]
    if hasattr(rows, "iloc"):
        return mixed_frame(rows, one, random)
    if isinstance(rows, (list, tuple)):
        return list(rows) + [rows[i] for i in one]
    if rows.ndim == 1:
        return np.concatenate([rows, rows[one]])
    if sparse.issparse(rows):
        return sparse.vstack([rows, rows[one]], format=rows.format)
    columns = [rows[random.randint(count, size=len(one)), column] for column in range(rows.shape[1])]
    return np.concatenate([rows, np.array(columns, dtype=rows.dtype).T])


def mixed_frame(rows, one, random):
    import pandas

    if rows.ndim == 1:
        return pandas.concat([rows, rows.iloc[one]]).reset_index(drop=True)
    count = len(rows)
    columns = [pandas.concat([rows[name], rows[name].iloc[random.randint(count, size=len(one))]]).reset_index(drop=True) for name in rows.columns]
    return pandas.concat(columns, axis=1)


def joined(one, other):
    """A dict with the keys of both."""
    found = dict(one)
    found.update(other)
    return found


def extreme_rows(width):
    signs = np.where(np.arange(width) % 2 == 0, 1.0, -1.0)
    return np.array([np.full(width, 1e30), np.full(width, -1e30), signs * 1e30, np.full(width, 5e-324), -signs * 1e3])


def standard_runs(case, model):
    rows = main_rows(case)
    yield "float64", rows
    edges = edge_rows(case, model)
    if len(edges):
        yield "edges", edges
    yield "one", rows[1:2]
    yield "float32", rows[:8].astype(np.float32)
    yield "int64", np.round(rows[:4]).astype(np.int64)
    # Apart: a tolerance taken from the largest output must not see them.
    yield "extreme", extreme_rows(rows.shape[1])
    if case.missing:
        yield "missing", with_missing(rows[:MISSING], np.random.RandomState(8))


def runs_for(case, model):
    """(name, rows) of every run: those made from the training set unless the case has its own."""
    own = dict(case.runs)
    made = [] if case.X is None else standard_runs(case, model)
    if case.X is None:
        rows = mixed_rows(case, own.pop("float64"))
        yield "float64", rows
        yield "one", one_row(rows)
    for name, rows in made:
        rows = own.pop(name, rows) if name in own else rows
        if rows is not None:
            yield name, mixed_rows(case, rows) if name == "float64" else rows
    for name, rows in sorted(own.items()):
        if rows is not None:
            yield name, rows
