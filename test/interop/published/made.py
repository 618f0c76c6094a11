"""Made-up rows for a model that was read: values near its thresholds and among its categories. Runs under Python 3.6 and later."""

import random
import re

MOST_OBJECTS = 20000
WORDS = "good bad the model of value and never more 42".split()


def parts(model):
    """The objects inside a model, without going into arrays."""
    seen, waiting = set(), [model]
    while waiting and len(seen) < MOST_OBJECTS:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, (list, tuple)):
            waiting.extend(one[:200])
        elif hasattr(one, "__dict__") and not isinstance(one, type):
            waiting.extend(vars(one).values())
        if type(one).__name__ == "ndarray" and one.dtype == object:
            waiting.extend(one.ravel()[:200].tolist())


def note(found, key, values):
    found.setdefault(key, []).extend(values)


def thresholds(model):
    """{column: values of splits} of the trees inside."""
    found = {}
    for one in parts(model):
        if type(one).__name__ == "Tree" and hasattr(one, "threshold"):
            for feature, value in zip(one.feature.tolist(), one.threshold.tolist()):
                if feature >= 0:
                    note(found, feature, [value])
        elif type(one).__name__ == "Booster":
            booster_splits(one, found)
    return found


def booster_splits(booster, found):
    names = None
    if hasattr(booster, "get_dump"):
        names, text = booster.feature_names, "\n".join(booster.get_dump()[:60])
        pairs = re.findall(r"\[([^\[\]<]+)<([-+.eE0-9]+)\]", text)
    else:
        names, text = booster.feature_name(), booster.model_to_string(num_iteration=20)
        pairs = []
        for features, values in re.findall(r"split_feature=([^\n]*)\n.*?\nthreshold=([^\n]*)\n", text, re.S):
            pairs += [(names[int(at)], value) for at, value in zip(features.split(), values.split())]
    for name, value in pairs:
        at = list(names).index(name) if names and name in names else int(re.sub(r"\D", "", name) or 0)
        note(found, at, [float(value)])


def categories(model, names):
    """{column: values} that encoders inside know. A column is its position, or its name where a frame is taken."""
    found = {}
    for one in parts(model):
        kind = type(one).__name__
        if kind == "ColumnTransformer":
            for _, step, columns in getattr(one, "transformers_", None) or one.transformers:
                listed = columns if isinstance(columns, (list, tuple)) else getattr(columns, "tolist", lambda: [columns])()
                for inner in parts(step):
                    known = getattr(inner, "categories_", None)
                    if known is not None and len(known) == len(listed):
                        for column, values in zip(listed, known):
                            note(found, column, list(values))
        elif hasattr(one, "mapping") and isinstance(one.mapping, list):
            for entry in one.mapping:
                if isinstance(entry, dict) and hasattr(entry.get("mapping"), "index"):
                    note(found, entry["col"], [value for value in entry["mapping"].index.tolist() if isinstance(value, str)])
        elif kind == "LabelEncoder":
            note(found, 0, list(getattr(one, "classes_", [])))
        elif hasattr(one, "categories_") and isinstance(one.categories_, list) and not found:
            for column, values in enumerate(one.categories_):
                note(found, column, list(values))
    if names:
        found.update({names[key]: values for key, values in found.items() if isinstance(key, int) and 0 <= key < len(names)})
    return found


def frame_categories(model, kinds):
    """{column: texts} of a booster that was trained on a frame with columns of categories."""
    textual = [at for at, kind in enumerate(kinds) if kind == "BYTES"]
    for one in parts(model):
        lists = getattr(one, "pandas_categorical", None)
        if isinstance(lists, list) and len(lists) == len(textual):
            return dict(zip(textual, lists))
    return {}


def vocabulary(model):
    for one in parts(model):
        words = getattr(one, "vocabulary_", None)
        if words:
            return sorted(words)[:5000]
    return WORDS


def number(chance, splits, way):
    if way == "zero or one":
        return float(chance.randrange(2))
    if splits and chance.random() < 0.6:
        value = chance.choice(splits) * (1 + chance.choice([-0.2, 0.3, -0.03, 0.05])) + chance.choice([0, 0.5, -0.5])
    else:
        value = chance.choice([chance.gauss(0, 1), float(chance.randrange(12)), 10 ** chance.uniform(-1, 3)])
    value = round(value, 4)
    return value if way == "any" else float(abs(round(value)))


def rows(model, schema, count, seed, way):
    """Lists by column: numbers, or texts where the schema has BYTES. `way`: any, counts, or zero or one."""
    chance = random.Random(seed)
    names = schema.get("names")
    splits, known = thresholds(model), categories(model, names)
    known.update(frame_categories(model, schema["kinds"]))
    words = None
    columns = []
    for at, kind in enumerate(schema["kinds"]):
        name = names[at] if names else at
        values = [value for value in known.get(at, known.get(name, [])) if isinstance(value, str) or not different(value)]
        if kind == "BYTES":
            texts = [value for value in values if isinstance(value, str)]
            if not texts:
                words = words or vocabulary(model)
                texts = [" ".join(chance.choice(words) for _ in range(chance.randrange(1, 15))) for _ in range(count)]
            columns.append([chance.choice(texts) for _ in range(count)])
        elif values and not any(isinstance(value, str) for value in values):
            columns.append([float(chance.choice(values)) for _ in range(count)])
        else:
            columns.append([number(chance, splits.get(at, []), way) for _ in range(count)])
    return columns


def different(value):
    return value is None or value != value
