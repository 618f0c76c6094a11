"""A transformer of KServe's SDK as a container with a command, before a predictor of Davit's: both deployment modes, through the gateway."""

import contextlib
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import urllib.request

from harness import equal
from running import DAVIT, ROOT, SECONDS, Up

HERE = pathlib.Path(__file__).resolve().parent
IRIS = ROOT / "examples" / "iris" / "iris-model.joblib"
FLOWERS = [
    {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2},
    {"sepal_length": 6.8, "sepal_width": 2.8, "petal_length": 4.8, "petal_width": 1.4},
]


def variants():
    yield "a transformer of KServe's SDK", running


@contextlib.contextmanager
def running(scratch):
    shutil.copy(IRIS, scratch)
    with Up(scratch / "data", "--allow-host-processes", "--container-engine", "none", number=5) as up:
        assert up.gateway
        yield [check(up, scratch, mode) for mode in ["Standard", "Knative"]]


def free_port():
    with socket.socket() as one:
        one.bind(("", 0))
        return one.getsockname()[1]


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def service(name, mode, folder, port):
    # The SDK's server listens on every address of the machine: a port of its own keeps it apart.
    container = {
        "name": "kserve-container",
        "image": "example.com/iris-transformer",
        "command": [sys.executable, str(HERE / "transformer.py")],
        "args": ["--model_name", name, "--http_port", str(port)],
        "ports": [{"containerPort": port, "protocol": "TCP"}],
    }
    annotations = {"serving.kserve.io/deploymentMode": mode, "davit.dev/cluster-names": "proxy"}
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {
            "predictor": {"sklearn": {"storageUri": f"file://{folder}/iris-model.joblib"}},
            "transformer": {"containers": [container]},
        },
    }


def check(up, scratch, mode):
    name = f"flowers-{mode.lower()}"

    def davit(*words):
        done = subprocess.run([DAVIT, *words], env=up.environment, capture_output=True, encoding="utf-8", timeout=2 * SECONDS)
        assert done.returncode == 0, f"davit {' '.join(words)}: {done.stdout[-500:]}{done.stderr[-1000:]}"
        return done.stdout

    def tried(port):
        file = scratch / f"{name}.json"
        file.write_text(json.dumps(service(name, mode, scratch, port)))
        davit("apply", "-f", str(file))
        davit("wait", f"isvc/{name}", "--for=condition=Ready", f"--timeout={SECONDS}s")
        host = davit("get", "isvc", name, "-o", "jsonpath={.status.url}").split("/")[2]
        for headers in [{"Host": host}, {}]:
            asked = urllib.request.Request(
                f"http://{up.gateway}/v1/models/{name}:predict",
                json.dumps({"instances": FLOWERS}).encode(),
                {"Content-Type": "application/json", **headers},
            )
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
                equal(json.load(answer), {"predictions": ["setosa", "versicolor"]})

    def answers():
        port = free_port()
        try:
            tried(port)
        except (AssertionError, OSError):
            # Another process may have taken the port before the server listened on it.
            if listens(port):
                raise
            tried(free_port())

    answers.__doc__ = f"{mode} mode: it calls its predictor and answers, by host and by the name in the path"
    return answers
