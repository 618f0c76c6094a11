"""What each server is asked: paths and bodies by situation, the same for every model of a kind."""

import json

ROWS = [[6.8, 2.8, 4.8, 1.4], [5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]
NAMES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
MIXED = {"age": [68.0, 51.0], "income": [4.8, 1.4], "city": ["Bonn", "elsewhere"]}
TEXTS = ["good iris", "bad night of the river"]


def tensor(data, shape, datatype="FP64", name="input-0", **parameters):
    given = {"parameters": parameters} if parameters else {}
    return {"name": name, "shape": shape, "datatype": datatype, "data": data, **given}


def flat(rows):
    return [value for row in rows for value in row]


def body(value):
    return json.dumps(value)


def rows_v1():
    """{situation: body} of V1 for models of rows of four numbers."""
    return {
        "one row": body({"instances": ROWS[:1]}),
        "rows": body({"instances": ROWS}),
        "rows as inputs": body({"inputs": ROWS}),
        "whole numbers": body({"instances": [[6, 3, 5, 1]]}),
        "a missing value": body({"instances": [[6.8, None, 4.8, 1.4]]}),
        "too few columns": body({"instances": [[6.8, 2.8]]}),
        "too many columns": body({"instances": [[1.0] * 9]}),
        "uneven rows": body({"instances": [[6.8, 2.8, 4.8, 1.4], [1.0]]}),
        "texts for numbers": body({"instances": [["a", "b", "c", "d"]]}),
        "a level too deep": body({"instances": [ROWS]}),
        "no rows": body({"instances": []}),
        "no list": body({"instances": 5}),
        "neither key": body({"rows": ROWS}),
        "no JSON": "instances=1",
    }


def rows_v2():
    """{situation: body} of V2 for models of rows of four numbers."""
    one = ROWS[:1]
    return {
        "one row": body({"inputs": [tensor(flat(one), [1, 4])]}),
        "rows, nested": body({"inputs": [tensor(ROWS, [3, 4])]}),
        "rows, FP32": body({"inputs": [tensor(flat(ROWS), [3, 4], "FP32")]}),
        "rows, INT64": body({"inputs": [tensor([6, 3, 5, 1], [1, 4], "INT64")]}),
        "an id": body({"id": "abc", "inputs": [tensor(flat(one), [1, 4])]}),
        "probabilities": body({"inputs": [tensor(flat(one), [1, 4])], "outputs": [{"name": "predict_proba"}]}),
        "an output that is not there": body({"inputs": [tensor(flat(one), [1, 4])], "outputs": [{"name": "nothing"}]}),
        "a matrix called one": body({"inputs": [tensor(flat(one), [1, 4], content_type="np")]}),
        "no rows": body({"inputs": [tensor([], [0, 4])]}),
        "one dimension": body({"inputs": [tensor(one[0], [4])]}),
        "too few columns": body({"inputs": [tensor([6.8, 2.8], [1, 2])]}),
        "data and shape disagree": body({"inputs": [tensor([6.8, 2.8, 4.8], [1, 4])]}),
        "texts for numbers": body({"inputs": [tensor(["a", "b", "c", "d"], [1, 4], "BYTES")]}),
        "unknown datatype": body({"inputs": [tensor(one[0], [1, 4], "FLOAT")]}),
        "no inputs": body({}),
        "no JSON": "{",
    }


def named():
    """{situation: body} for models that know the names of their four columns."""
    columns = [tensor([value], [1], name=name) for name, value in zip(NAMES, ROWS[0])]
    return {
        "v1: an object a row": ("v1", body({"instances": [{name: [value] for name, value in zip(NAMES, ROWS[0])}]})),
        "v2: a tensor a column": ("v2", body({"parameters": {"content_type": "pd"}, "inputs": columns})),
    }


def mixed():
    first = {name: values[:1] for name, values in MIXED.items()}
    kinds = {"city": "BYTES"}
    columns = [tensor(values, [2], kinds.get(name, "FP64"), name) for name, values in MIXED.items()]
    texts = [{**one, "parameters": {"content_type": "str"}} if one["datatype"] == "BYTES" else one for one in columns]
    frame = {"content_type": "pd"}
    return {
        "v1: an object a row": ("v1", body({"instances": [first]})),
        "v1: an object of lists": ("v1", body({"instances": [MIXED]})),
        "v2: a tensor a column": ("v2", body({"parameters": frame, "inputs": columns})),
        "v2: a tensor a column, texts as such": ("v2", body({"parameters": frame, "inputs": texts})),
        "v2: a column is missing": ("v2", body({"parameters": frame, "inputs": columns[1:]})),
    }


def texts():
    return {
        "v1: texts": ("v1", body({"instances": TEXTS})),
        "v2: texts": ("v2", body({"inputs": [tensor(TEXTS, [2], "BYTES")]})),
        "v2: texts as such": ("v2", body({"inputs": [tensor(TEXTS, [2], "BYTES", content_type="str")]})),
    }


def of_model(name):
    """[(situation, protocol, body)] for a model."""
    if name == "sk-frame":
        return [(situation, *asked) for situation, asked in mixed().items()]
    if name == "sk-texts":
        return [(situation, *asked) for situation, asked in texts().items()]
    found = [(f"v1: {situation}", "v1", asked) for situation, asked in rows_v1().items()]
    found += [(f"v2: {situation}", "v2", asked) for situation, asked in rows_v2().items()]
    if name.endswith("-names"):
        found += [(situation, *asked) for situation, asked in named().items()]
    return found
