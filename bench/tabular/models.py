"""Makes the tabular models and their rows under $PEERS_DIR/models/tabular/<name>/. What is there already stays.

Run with the `bare` environment:  $PEERS_DIR/bare/bin/python bench/tabular/models.py [NAME...]

Each folder holds the model's file, about.json (its file, the method that is called, the shape of the rows), the
rows: rows.f64 (raw little-endian float64), or texts.json; and for servers MLServer's settings, V2 bodies of 1, 32 and
10,000 rows, and what the library answers to the numbers in them.
"""

import json
import os
import pathlib
import sys

import joblib
import numpy as np
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

OUT = pathlib.Path(os.environ.get("PEERS_DIR") or pathlib.Path.home() / ".cache/peers") / "models/tabular"
FEATURES, SEED, ROWS = 20, 7, 10_000


def points(count, **more):
    x, y = make_classification(count, FEATURES, n_informative=10, random_state=SEED, **more)
    return x.astype(np.float32).astype(np.float64), y


def words(count, vocabulary=60_000, length=120):
    """Documents of made-up words that are as frequent as those of a language are."""
    random = np.random.default_rng(SEED)
    letters = np.array(list("etaoinshrdlucmfwygpbvk"))
    known = sorted({"".join(random.choice(letters, random.integers(2, 11))) for _ in range(vocabulary * 2)})[:vocabulary]
    weights = 1 / np.arange(1, len(known) + 1)
    order = random.permutation(len(known))
    drawn = random.choice(len(known), (count, length), p=weights / weights.sum())
    return [" ".join(known[order[at]] for at in row) for row in drawn], (drawn[:, :20].sum(axis=1) % 2)


def dumped(model):
    return "model.joblib", lambda path: joblib.dump(model, path)


def forest():
    x, y = points(10_000)
    return *dumped(RandomForestClassifier(500, random_state=SEED, n_jobs=-1).fit(x, y).set_params(n_jobs=1)), "predict_proba", x


def xgboost():
    import xgboost as library

    x, y = points(10_000)
    data = library.DMatrix(x, y)
    booster = library.train({"max_depth": 6, "objective": "binary:logistic", "nthread": 2, "seed": SEED}, data, 500)
    return "model.json", booster.save_model, "predict", x


def lightgbm():
    import lightgbm as library

    x, y = points(10_000)
    settings = {"max_depth": 6, "num_leaves": 63, "objective": "binary", "verbose": -1, "seed": SEED}
    booster = library.train(settings, library.Dataset(x, y), 500)
    return "model.txt", booster.save_model, "predict", x


def histogram():
    x, y = points(10_000)
    return *dumped(HistGradientBoostingClassifier(max_iter=500, max_depth=6, random_state=SEED).fit(x, y)), "predict_proba", x


def mlp():
    random = np.random.RandomState(SEED)
    x = random.normal(size=(ROWS, 64))
    y = (x[:, :10].sum(axis=1) > 0).astype(int) + (x[:, 10:20].sum(axis=1) > 1)
    return *dumped(MLPClassifier((100,), max_iter=5, random_state=SEED).fit(x[:2000], y[:2000])), "predict_proba", x


def text():
    documents, y = words(12_000)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=200)).fit(documents, y)
    return *dumped(model), "predict_proba", documents[:ROWS]


def svc():
    x, y = points(6_000, flip_y=0.2, class_sep=0.7)
    return *dumped(SVC(gamma="scale").fit(x[:4_000], y[:4_000])), "predict", np.tile(x, (2, 1))[:ROWS]


def knn():
    x, y = points(60_000)
    return *dumped(KNeighborsClassifier(5, n_jobs=1).fit(x[:50_000], y[:50_000])), "predict", x[50_000:]


def linear():
    x, y = points(10_000)
    return *dumped(LogisticRegression().fit(x, y)), "predict_proba", x


def iris():
    x, y = load_iris(return_X_y=True)
    return *dumped(SVC(gamma="scale").fit(x, y)), "predict", np.tile(x, (70, 1))[:ROWS]


def tree():
    x, y = points(10_000)
    return *dumped(DecisionTreeClassifier(random_state=SEED).fit(x, y)), "predict", x


def scaler():
    x, _ = points(10_000)
    return *dumped(StandardScaler().fit(x)), "transform", x


MODELS = (forest, xgboost, lightgbm, histogram, text, svc, knn, linear, mlp, iris, tree, scaler)


SERVED = (1, 32, ROWS)
RUNTIMES = {".joblib": "sklearn.SKLearn", ".json": "xgboost.XGBoost", ".txt": "lightgbm.LightGBM"}


def served(folder):
    about = json.loads((folder / "about.json").read_text())
    settings = {
        "name": folder.name,
        "implementation": f"mlserver_{RUNTIMES[pathlib.Path(about['file']).suffix]}Model",
        "parameters": {"uri": str(folder / about["file"]), "extra": {"predict_fn": about["method"]}},
    }
    (folder / "model-settings.json").write_text(json.dumps(settings))
    if all((folder / f"{count}.truth.json").exists() for count in SERVED):
        return
    import call as library

    answers, rows = library.opened(folder, about), library.rows_of(folder, about)
    for count in SERVED:
        some = rows[:count]
        if isinstance(some, list):
            tensor = {"shape": [count], "datatype": "BYTES", "data": some}
        else:
            some = np.round(some, 4)
            tensor = {"shape": list(some.shape), "datatype": "FP64", "data": some.ravel().tolist()}
        body = json.dumps({"inputs": [{"name": "input-0", **tensor}]}, separators=(",", ":"))
        (folder / f"{count}.v2.json").write_text(body)
        (folder / f"{count}.truth.json").write_text(json.dumps(np.ravel(answers(some)).astype(float).tolist()))


def make(build):
    folder = OUT / build.__name__
    if (folder / "about.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    file, write, method, rows = build()
    write(str(folder / file))
    about = {"file": file, "method": method, "rows": len(rows)}
    if isinstance(rows, list):
        (folder / "texts.json").write_text(json.dumps(rows))
    else:
        about["features"] = rows.shape[1]
        np.ascontiguousarray(rows, np.float64).tofile(folder / "rows.f64")
    (folder / "about.json").write_text(json.dumps(about))
    print(build.__name__, about, flush=True)


if __name__ == "__main__":
    for build in MODELS:
        if len(sys.argv) == 1 or build.__name__ in sys.argv[1:]:
            make(build)
            served(OUT / build.__name__)
