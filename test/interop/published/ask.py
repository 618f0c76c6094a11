"""One model file, one question: reads a request of JSON from standard input and writes what the file's own library answers.

Loading a pickle runs what is in it: main.py starts this without network, home folder or rights. Python 3.6 and later.
"""

import json
import sys
import warnings

import made

ROWS = 60
MOST_VALUES = 200000
WAYS = ("any", "counts", "zero or one")


def load(path, form):
    if form == "xgboost":
        import xgboost

        return xgboost.Booster(model_file=path)
    if form == "lightgbm":
        import lightgbm

        return lightgbm.Booster(model_file=path)
    try:
        import joblib
    except ImportError:
        from sklearn.externals import joblib
    return joblib.load(path)


def estimator(thing, name):
    """The one thing in a container that is of the class which Davit serves."""
    if not isinstance(thing, (tuple, list, dict)):
        return thing
    things = thing.values() if isinstance(thing, dict) else thing
    found = [one for one in things if "%s.%s" % (type(one).__module__, type(one).__name__) == name]
    return found[0] if len(found) == 1 else thing


def matrix_of(columns):
    import numpy

    kinds = {type(value) for column in columns for value in column}
    return numpy.array(columns, dtype=float if kinds <= {float} else object).T


def given(model, schema, columns):
    """The rows as the library takes them, the likeliest first."""
    import numpy

    if schema["form"] == "vector":
        yield numpy.array(columns[0], dtype=object if schema["kinds"] == ["BYTES"] else float)
        yield columns[0]
    if schema.get("names"):
        import pandas

        frame = pandas.DataFrame(dict(zip(schema["names"], columns)), columns=schema["names"])
        yield frame
        words = [name for name, kind in zip(schema["names"], schema["kinds"]) if kind == "BYTES"]
        yield frame.astype({name: "category" for name in words})
    yield matrix_of(columns)
    if schema["form"] == "one":
        yield columns[0]
    import pandas

    yield pandas.DataFrame({str(at): column for at, column in enumerate(columns)})


def answer(model, method, rows):
    module = type(model).__module__.split(".")[0]
    if type(model).__name__ == "Booster":
        raw = {"margin": True}.get(method, False)
        if module == "lightgbm":
            return model.predict(rows, raw_score=raw)
        import xgboost

        data = xgboost.DMatrix(rows, feature_names=getattr(model, "feature_names", None) or None)
        return model.predict(data, output_margin=raw)
    return getattr(model, method)(rows)


def methods_of(model, outputs):
    if type(model).__name__ == "Booster":
        return [name for name in outputs if name in ("predict", "margin")]
    return [name for name in outputs if callable(getattr(model, name, None))]


def plain(value):
    import numpy

    value = value.toarray() if hasattr(value, "toarray") else value
    value = numpy.asarray(value)
    if value.dtype.kind not in "fiub":
        value = value.astype(str)
    return {"shape": list(value.shape), "kind": value.dtype.kind, "data": [plain_number(one) for one in value.ravel().tolist()]}


def plain_number(value):
    return value if not isinstance(value, float) or abs(value) < 1e300 else repr(value)


def asked(model, schema, outputs, seed):
    reasons = []
    for way in WAYS:
        count = max(4, min(ROWS, MOST_VALUES // len(schema["kinds"])))
        columns = made.rows(model, schema, count, seed, way)
        for rows in given(model, schema, columns):
            try:
                answers = {method: plain(answer(model, method, rows)) for method in methods_of(model, outputs)}
                if answers:
                    return {"columns": columns, "answers": answers}
                reasons.append("none of its methods is among the outputs")
            except Exception as error:
                reasons.append("%s: %s" % (type(error).__name__, str(error)[:200]))
    return {"unanswered": reasons[0]}


def main():
    request = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    try:
        model = estimator(load(request["path"], request["format"]), request["class"])
    except BaseException as error:
        json.dump({"unloaded": "%s: %s" % (type(error).__name__, str(error)[:300])}, sys.stdout)
        return
    if request.get("schema") is None:
        json.dump({"loaded": "%s.%s" % (type(model).__module__, type(model).__name__)}, sys.stdout)
        return
    json.dump(asked(model, request["schema"], request["outputs"], request["seed"]), sys.stdout)


main()
