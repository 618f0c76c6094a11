"""What the library itself says of a model of trees, to compare what `inspect` says of it with."""

import numpy as np

from tensors import float_text

MOST = 63  # nodes of a tree that is kept


def texts(values):
    return u" ".join(float_text(float(value)) for value in values)


def first_tree(model):
    members = getattr(model, "estimators_", None)
    first = model if members is None or len(members) == 0 else np.asarray(members, dtype=object).ravel()[0]
    tree = getattr(first, "tree_", None)
    return tree if hasattr(tree, "children_left") else None


def questions(tree, node=0):
    """(feature, threshold) of the inner nodes and None for the leaves, each before its children, the left one first."""
    if tree.children_left[node] == -1:
        return [None]
    here = (int(tree.feature[node]), float(tree.threshold[node]))
    return [here] + questions(tree, tree.children_left[node]) + questions(tree, tree.children_right[node])


def looks_of(model):
    """None for a model without trees, or whose first tree is large."""
    tree = first_tree(model)
    if tree is None or tree.node_count > MOST:
        return None
    found = questions(tree)
    importances = getattr(model, "feature_importances_", None)
    return dict(
        importances=None if importances is None else texts(importances),
        features=u" ".join(str(-1 if one is None else one[0]) for one in found),
        thresholds=texts(0 if one is None else one[1] for one in found),
    )
