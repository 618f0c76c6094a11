"""One running `davit serve` with one model that is loaded anew for each file."""

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import joblib
import numpy
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from server import ROOT, Server  # noqa: E402

IRIS = ROOT / "examples" / "iris" / "iris-model.joblib"
ASK_SECONDS = 30
LOG_SECONDS = 5


class Refused(Exception):
    """Davit refused a file or a request; the message is its own. `code` is known of files alone."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.code = None


class Davit:
    def __init__(self, folder):
        self.file = Path(folder) / "pipeline.joblib"
        self.file.write_bytes(IRIS.read_bytes())
        self._server = Server(f"--model=m={self.file}", "--http-port=0")
        self._url = None

    def load(self, model):
        """Writes the model and has it loaded. Raises Refused."""
        # In place of the old file, not into it: a reader sees the one or the other.
        fresh = self.file.with_suffix(".new")
        joblib.dump(model, fresh, compress=3)
        fresh.replace(self.file)
        before = len(self._server.errors())
        try:
            self._call("/v2/repository/models/m/load", {})
        except Refused as refusal:
            refusal.code = self._code_of(before)
            raise

    def offers(self):
        """Names of the outputs of the model that is loaded."""
        return [output["name"] for output in self._call("/v2/models/m", None)["outputs"]]

    def ask(self, rows, methods):
        """Arrays by method. Raises Refused."""
        outputs = [{"name": method} for method in methods]
        answer = self._call("/v2/models/m/infer", {"inputs": tensors_of(rows), "outputs": outputs})
        return {output["name"]: array_of(output) for output in answer["outputs"]}

    def _code_of(self, before):
        """The code of the refusal, which the log has; its lines come on their own way."""
        end = time.monotonic() + LOG_SECONDS
        while len(self._server.errors()) == before and time.monotonic() < end:
            time.sleep(0.001)
        return next((event.get("code") for event in self._server.errors()[before:]), None)

    def close(self):
        self._server.kill()

    def _call(self, path, body):
        if self._url is None:
            self._url = self._server.wait().url
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=ASK_SECONDS) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())["error"]) from None


def tensors_of(rows):
    """V2 inputs: a matrix is one tensor, a frame one for each column, documents one of texts."""
    if sparse.issparse(rows):
        rows = rows.toarray()
    if hasattr(rows, "columns"):
        return [tensor_of(name, rows[name].to_numpy()) for name in rows.columns]
    return [tensor_of("input-0", numpy.asarray(rows, dtype=object if isinstance(rows, list) else None))]


def tensor_of(name, array):
    datatype = "BYTES" if array.dtype == object else "FP64"
    return {"name": name, "shape": list(array.shape), "datatype": datatype, "data": array.ravel().tolist()}


def array_of(output):
    kind = {"BYTES": object, "BOOL": bool, "INT64": numpy.int64, "INT32": numpy.int32}.get(output["datatype"], float)
    return numpy.array(output["data"], dtype=kind).reshape(output["shape"])
