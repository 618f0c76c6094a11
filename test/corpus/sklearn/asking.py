"""How a model is asked, and what it was asked with, as the corpus keeps them."""

import numpy as np

import tensors

METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score_samples")
LOGARITHMS = 32  # rows kept of predict_log_proba, which says little beside predict_proba
VALUES = 200  # values kept of an output of floats in the main run …
FEWEST = 32  # … but at least so many rows; of those behind them a sum is kept


def is_documents(rows):
    return isinstance(rows, (list, tuple)) and isinstance(rows[0], type(u""))


def is_records(rows):
    return isinstance(rows, (list, tuple)) and isinstance(rows[0], dict)


def is_sets(rows):
    return isinstance(rows, (list, tuple)) and isinstance(rows[0], list)


def filled(rows):
    """Lists of labels as rows of a matrix; those that are shorter than others end in missing ones."""
    width = max(len(row) for row in rows)
    found = np.empty((len(rows), width), dtype=object)
    for index, row in enumerate(rows):
        found[index, : len(row)] = row
    return number_or_text(found.ravel()).reshape(found.shape)


def column(values):
    """A column as numbers or texts, whichever all its values are."""
    array = tensors.unboxed(np.asarray(values))
    if array.dtype.kind in "OU":
        array = np.asarray(values, dtype=object)
    return tensors.tensor(array)


def number_or_text(array):
    """A column of an object array: numbers where each is one or missing."""
    items = array.tolist()
    if all(item is None or isinstance(item, (int, float)) for item in items):
        return np.array([np.nan if item is None else item for item in items], dtype=np.float64)
    return array


def input_of(rows):
    """form and tensors of an input; ../README.md has their meaning."""
    if is_records(rows):
        keys = sorted(set(key for row in rows for key in row))
        return dict(form="records", names=keys, tensors=[record_column(rows, key) for key in keys])
    if is_sets(rows):
        return dict(form="sets", tensors=[column(filled(rows))])
    if is_documents(rows):
        return dict(form="vector", tensors=[column(np.array(rows, dtype=object))])
    if hasattr(rows, "columns"):
        names = [str(name) for name in rows.columns]
        return dict(form="columns", names=names, tensors=[frame_column(rows[name]) for name in rows.columns])
    if hasattr(rows, "iloc"):
        return dict(form="vector", tensors=[frame_column(rows)])
    array = tensors.dense(rows)
    if array.ndim == 1:
        return dict(form="vector", tensors=[column(array)])
    if array.dtype.kind in "OU" and array.dtype.kind == "O":
        return dict(form="columns", tensors=[column(number_or_text(array[:, index])) for index in range(array.shape[1])])
    return dict(form="matrix", tensors=[tensors.tensor(array)])


def record_column(rows, key):
    """A key of dicts: what a dict lacks is missing."""
    values = [row.get(key) for row in rows]
    if any(isinstance(value, type(u"")) for value in values):
        return tensors.texts(np.array(values, dtype=object))
    return tensors.tensor(np.array([np.nan if value is None else float(value) for value in values]))


def frame_column(series):
    if str(series.dtype) == "category" or series.dtype == object or "str" in str(series.dtype):
        return column(number_or_text(np.array(series.tolist(), dtype=object)))
    return column(series.values)


def count_of(rows):
    return rows.shape[0] if hasattr(rows, "shape") else len(rows)


def one_row(rows):
    return rows.iloc[:1] if hasattr(rows, "iloc") else rows[:1]


def innermost(model):
    """The estimator that a pipeline ends in, or that a search found."""
    if hasattr(model, "steps"):
        return innermost(model.steps[-1][1])
    return innermost(model.best_estimator_) if hasattr(model, "best_estimator_") else model


def can(model, method):
    last = innermost(model)
    # In 0.18 forests and linear models select features with a transform, and linear regressors have a decision: both were
    # deprecated, and left with 0.19.
    if method == "transform" and any(cls.__name__ == "_LearntSelectorMixin" for cls in type(last).__mro__):
        return False
    if method == "decision_function" and getattr(last, "_estimator_type", None) == "regressor":
        return False
    return hasattr(model, method)


def answers(case, model, rows):
    """Outputs by method. A method that is there only to say that it is not (NotImplementedError) is not there."""
    found = {}
    for method in METHODS:
        if method in case.leave_out or not can(model, method):
            continue
        with np.errstate(all="ignore"):
            try:
                answer = getattr(model, method)(framed(case, rows))
                # score_samples of the oldest mixtures gives probabilities beside the scores.
                found[method] = answer[0] if isinstance(answer, tuple) else answer
            except (AttributeError, NotImplementedError):
                continue
    return found


def framed(case, rows):
    if case.ask is not None:
        return case.ask(rows)
    if case.columns is None or not isinstance(rows, np.ndarray):
        return rows
    import pandas

    return pandas.DataFrame(rows, columns=case.columns)


def kept(case, method, array):
    """Rows of an output that are kept whole: labels all, floats until there are VALUES of them."""
    if method == "predict_log_proba":
        return LOGARITHMS if case.keep is None else min(LOGARITHMS, case.keep)
    if array.dtype.kind != "f" or array.ndim == 0:
        return len(array)
    if case.keep is not None:
        return case.keep
    width = int(np.prod(array.shape[1:])) if array.ndim > 1 else 1
    return max(FEWEST, -(-VALUES // max(1, width)))


def outputs(case, model, rows):
    """Always a list of tensors: predict_proba of a classifier with several outputs has one for each."""
    found = {}
    for method, output in answers(case, model, rows).items():
        parts = [tensors.dense(part) for part in (output if isinstance(output, list) else [output])]
        found[method] = [tensors.first_rows(part, kept(case, method, part), exact=case.exact) for part in parts]
    return found


def accepts(case, model, width, value):
    """Whether the model answers for a row with this value in its first column, or refuses the row."""
    row = np.zeros((1, width))
    row[0, 0] = value
    try:
        answers(case, model, row)
    except ValueError:
        return False
    return True
