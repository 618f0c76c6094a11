"""Makes the models, the requests and their right answers under $PEERS_DIR/models. What is there already stays.

Run with the `bare` environment:  $PEERS_DIR/bare/bin/python bench/models.py
"""

import json
import os
import pathlib

import joblib
import numpy as np
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.svm import SVC

OUT = pathlib.Path(os.environ.get("PEERS_DIR") or pathlib.Path.home() / ".cache/peers") / "models"
IRIS_ROWS = [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]  # the two rows of KServe's first example
TREES, FEATURES, SEED = 500, 20, 7


def once(path, write):
    path = OUT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        write(path)
    return path


def put(path, value):
    once(path, lambda p: p.write_text(json.dumps(value, separators=(",", ":"))))


def v2(rows):
    data = [round(float(x), 4) for x in rows.ravel()]
    return {"inputs": [{"name": "input-0", "shape": list(rows.shape), "datatype": "FP32", "data": data}]}


def trained():
    x, y = load_iris(return_X_y=True)
    iris = once("iris/model.joblib", lambda p: joblib.dump(SVC(gamma="scale").fit(x, y), p))
    wide, classes = make_classification(10_000, FEATURES, n_informative=10, random_state=SEED)
    wide = wide.astype(np.float32)
    grow = lambda: RandomForestClassifier(TREES, random_state=SEED, n_jobs=-1).fit(wide, classes)
    forest = once("forest/model.joblib", lambda p: joblib.dump(grow().set_params(n_jobs=None), p))
    return joblib.load(iris), joblib.load(forest), wide[:1000]


def requests(iris, forest, wide):
    rows = {"iris-2": np.asarray(IRIS_ROWS, np.float32), "forest-1": wide[:1], "forest-1000": wide}
    truth = {}
    for name, some in rows.items():
        body = v2(some)
        put(f"requests/{name}.v2.json", body)
        sent = np.float32(body["inputs"][0]["data"]).reshape(some.shape)  # the numbers as the request rounds them
        truth[name] = (iris if name.startswith("iris") else forest).predict(sent).tolist()
    put("answers/truth.json", truth)


def layouts():
    for name in ("iris", "forest"):
        uri = str(OUT / name / "model.joblib")
        settings = {"name": name, "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": uri}}
        put(f"mlserver/{name}/model-settings.json", settings)


if __name__ == "__main__":
    requests(*trained())
    layouts()
