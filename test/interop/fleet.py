"""The servers that the checks talk to, each started in a way that users start one."""

import contextlib
import pathlib
import shutil
import tempfile

import goldens
from server import ROOT, Server

IRIS_FILE = ROOT / "examples" / "iris" / "iris-model.joblib"
IRIS_INPUT = ROOT / "examples" / "iris" / "iris-input.json"
IRIS_ROWS = [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]
IRIS_LABELS = [1, 1]

# version of scikit-learn, case of the corpus; the case is the model's name
GOLDEN_CASES = [
    ("1.9.1", "svc-proba-iris"),
    ("1.9.1", "logistic-frame"),
    ("1.9.1", "scaler-missing"),
    ("1.4.2", "forest-three"),
    ("0.20.4", "bayes-wine"),
]


class Fleet:
    """`file`, `workers`, `partial`, `kserve` and `goldens`: running servers."""

    def __init__(self, folder):
        self._started = {
            "file": Server(str(IRIS_FILE), "--http-port", "0"),
            "workers": Server(str(_directory(folder / "iris")), "--workers", "2", "--http-port", "0"),
            "partial": Server(
                "--model", f"a={IRIS_FILE}", "--model", f"b={_cut_short(folder / 'bad.joblib')}", "--http-port=0"
            ),
            "kserve": _as_kserve(_directory(folder / "mnt")),
            "goldens": Server(
                *(f"--model={case}={_of_corpus(folder, version, case)}" for version, case in GOLDEN_CASES),
                "--http-port=0",
                environment={"PREDICT_PROBA": "true"},
            ),
        }

    def __getitem__(self, name):
        return self._started[name].wait()

    def items(self):
        return [(name, self[name]) for name in self._started]

    def kill(self):
        for server in self._started.values():
            server.kill()


@contextlib.contextmanager
def running():
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(pathlib.Path(folder))
        try:
            yield fleet
        finally:
            fleet.kill()


def _as_kserve(directory):
    """The arguments that KServe gives its scikit-learn server, save the port."""
    return Server(
        "--model_name=iris",
        f"--model_dir={directory}",
        "--http_port=0",
        "--grpc_port",
        "8081",
        "--workers",
        "1",
        "--enable_docs_url=false",
    )


def _directory(directory):
    directory.mkdir()
    shutil.copy(IRIS_FILE, directory / "model.joblib")
    (directory / "README.md").write_text("Not a model.\n")
    return directory


def _cut_short(file):
    file.write_bytes(IRIS_FILE.read_bytes()[:1000])
    return file


def _of_corpus(folder, version, case):
    file = folder / f"{case}.model"
    goldens.write_model(version, case, file)
    return file
