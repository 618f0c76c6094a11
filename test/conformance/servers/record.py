"""Records what the Python servers answer: KServe's xgbserver, lgbserver and sklearnserver, or MLServer with its runtimes.

  PYTHON record.py kserve --sources FOLDER    FOLDER is `python` of a checkout of github.com/kserve/kserve
  PYTHON record.py mlserver

PYTHON has the servers' libraries; its versions are written beside the answers. Writes kserve.json.gz or mlserver.json.gz here:
the models' files, and for each request its status and body. Only this machine's loopback is used.
"""

import argparse
import base64
import contextlib
import gzip
import importlib.metadata
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import asked
import models

HERE = Path(__file__).resolve().parent
START_SECONDS = 90
KSERVE = {"xgb": "xgbserver", "lgb": "lgbserver", "sk": "sklearnserver"}
MLSERVER = {
    "xgb": "mlserver_xgboost.XGBoostModel",
    "lgb": "mlserver_lightgbm.LightGBMModel",
    "sk": "mlserver_sklearn.SKLearnModel",
}
LIBRARIES = ["kserve", "mlserver", "xgboost", "lightgbm", "scikit-learn", "numpy", "pandas"]
GETS = ["/v1/models/{}", "/v2/models/{}", "/v2/models/{}/ready", "/v2/health/live", "/v2/health/ready"]


def free_ports(count):
    with contextlib.ExitStack() as held:
        taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in taken]


def fetch(url, data=None):
    """Status and body of one request."""
    request = urllib.request.Request(url, data, {"content-type": "application/json"} if data is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextlib.contextmanager
def running(command, environment, ready):
    """The server, until each of the addresses answers 200; what it prints goes nowhere."""
    nowhere = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
    process = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True, **nowhere)
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, f"{command} ended"
            assert time.monotonic() < end, f"{command} is not ready"
            with contextlib.suppress(OSError):
                if all(fetch(url)[0] == 200 for url in ready):
                    break
            time.sleep(0.2)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def kserve(kind, models_of_kind, environment):
    """KServe's server of a library, with every model of a folder: it finds none in the folder itself, and looks below it."""
    http, grpc = free_ports(2)
    folder = next(iter(models_of_kind.values())).parents[1]
    command = [sys.executable, "-m", KSERVE[kind], "--model_dir", str(folder), "--http_port", str(http)]
    command += ["--grpc_port", str(grpc), "--enable_latency_logging", "false"]
    url = f"http://127.0.0.1:{http}"
    with running(command, environment, [f"{url}/v1/models/{name}" for name in models_of_kind]):
        yield url


@contextlib.contextmanager
def mlserver(kind, models_of_kind, environment):
    http, grpc, metrics = free_ports(3)
    for name, file in models_of_kind.items():
        settings = {"name": name, "implementation": MLSERVER[kind], "parameters": {"uri": file.name}}
        (file.parent / "model-settings.json").write_text(json.dumps(settings))
    ports = {"MLSERVER_HTTP_PORT": http, "MLSERVER_GRPC_PORT": grpc, "MLSERVER_METRICS_PORT": metrics}
    more = {"MLSERVER_HOST": "127.0.0.1", "MLSERVER_PARALLEL_WORKERS": "0", **{key: str(port) for key, port in ports.items()}}
    url = f"http://127.0.0.1:{http}"
    command = [str(Path(sys.executable).parent / "mlserver"), "start", str(file.parents[1])]
    with running(command, {**environment, **more}, [f"{url}/v2/models/{name}/ready" for name in models_of_kind]):
        yield url


def exchange(url, name, situation, path, body):
    """One request and its answer. Of an error only the keys of its body are kept: texts hold stack traces and ids."""
    status, answer = fetch(url + path, None if body is None else body.encode())
    found = {"model": name, "situation": situation, "path": path, "body": body, "status": status}
    try:
        read = json.loads(answer)
    except ValueError:
        return found
    if status != 200:
        return {**found, "keys": sorted(read)}
    if '"id"' not in (body or ""):
        read.pop("id", None)
    return {**found, "answer": read}


def exchanges(url, name, protocols):
    for path in GETS:
        if path.split("/")[1] in protocols:
            yield exchange(url, name, "asked for", path.format(name), None)
    paths = {"v1": f"/v1/models/{name}:predict", "v2": f"/v2/models/{name}/infer"}
    for situation, protocol, body in asked.of_model(name):
        if protocol in protocols:
            yield exchange(url, name, situation, paths[protocol], body)
    nobody = {"v1": asked.rows_v1()["one row"], "v2": asked.rows_v2()["one row"]}
    for protocol in protocols:
        yield exchange(url, name, f"{protocol}: unknown model", paths[protocol].replace(name, "nobody"), nobody[protocol])


def starts(server, made):
    """(library, its models, environment): each server once, and KServe's of scikit-learn once more for probabilities."""
    for kind in KSERVE:
        yield kind, {name: file for name, file in made.items() if name.startswith(f"{kind}-")}, {}
    if server == "kserve":
        words = {name: file for name, file in made.items() if name == "sk-words"}
        yield "sk", words, {"PREDICT_PROBA": "true"}


def versions():
    found = {}
    for library in LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[library] = importlib.metadata.version(library)
    return {"python": platform.python_version(), **found}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server", choices=["kserve", "mlserver"])
    parser.add_argument("--sources", type=Path)
    options = parser.parse_args()
    environment = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if options.sources is not None:
        environment["PYTHONPATH"] = os.pathsep.join(str(options.sources / module) for module in KSERVE.values())
    protocols, start = (["v1", "v2"], kserve) if options.server == "kserve" else (["v2"], mlserver)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        made = models.make(folder)
        files = {name: {"file": file.name, "base64": base64.b64encode(file.read_bytes()).decode()} for name, file in made.items()}
        for kind, models_of_kind, more in starts(options.server, made):
            with start(kind, models_of_kind, {**environment, **more}) as url:
                for name in models_of_kind:
                    found += [{**one, "environment": more} for one in exchanges(url, name, protocols)]
    recorded = {"madeBy": versions(), "models": files, "exchanges": found}
    text = json.dumps(recorded, indent=1, sort_keys=True).encode()
    (HERE / f"{options.server}.json.gz").write_bytes(gzip.compress(text, mtime=0))


if __name__ == "__main__":
    main()
