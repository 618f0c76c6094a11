"""What a pod's logger sends, read by CloudEvents' own library; and KServe's expectation of its batcher, by its client's rules."""

import concurrent.futures
import http.server
import json
import pathlib
import queue
import tempfile
import threading
import time

import requests
from cloudevents.http import from_http, from_json

from fleet import IRIS_FILE, IRIS_ROWS
from harness import equal
from server import Server


class Sink:
    """Takes events on a port of its own."""

    def __init__(self):
        received = self.received = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                received.put((dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def _beside(url, *more):
    """A model server that does the work of an agent, and the agent's address."""
    agent = ["--port", "0", "--log-url", url, "--inference-service", "iris", "--namespace", "users"]
    agent += ["--component", "predictor", "--endpoint", "", "--metadata-headers", "x-request-id", *more]
    sidecars = json.dumps([{"name": "agent", "args": agent}])
    environment = {"DAVIT_SIDECARS": sidecars, "DAVIT_DRAIN_QUIET": "10ms"}
    server = Server(str(IRIS_FILE), "--http-port", "0", environment=environment)
    server.wait()
    port = next(event["port"] for event in server.events if event["event"] == "agent serves")
    return server, f"http://127.0.0.1:{port}/v1/models/iris-model:predict"


def checks(_servers):
    def same(event, kind, data):
        equal(event["type"], f"org.kubeflow.serving.inference.{kind}", "type")
        equal(event["inferenceservicename"], "iris", "inferenceservicename")
        equal(event["namespace"], "users", "namespace")
        equal(json.loads(event["metadata"]), {"x-request-id": ["r1"]}, "metadata")
        found = event.data if isinstance(event.data, dict) else json.loads(event.data)
        equal(found, data, "data")

    def told(events):
        equal(len({event["id"] for event in events}), 1, "identities")
        request, response = sorted(events, key=lambda event: event["type"])
        same(request, "request", {"instances": IRIS_ROWS})
        same(response, "response", {"predictions": [1, 1]})

    def binary():
        """a request and its answer reach a sink in binary mode, and cloudevents reads them"""
        sink = Sink()
        server, url = _beside(sink.url)
        try:
            answer = requests.post(url, json={"instances": IRIS_ROWS}, headers={"x-request-id": "r1"}, timeout=10)
            equal(answer.status_code, 200, "status")
            told([from_http(*sink.received.get(timeout=10)) for _ in range(2)])
        finally:
            server.kill()

    def structured():
        """the lines of a file are events that cloudevents reads"""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "events.jsonl"
            server, url = _beside(file.as_uri())
            try:
                requests.post(url, json={"instances": IRIS_ROWS}, headers={"x-request-id": "r1"}, timeout=10)
                until = time.monotonic() + 10
                while time.monotonic() < until and (not file.exists() or file.read_text().count("\n") < 2):
                    time.sleep(0.02)
                told([from_json(line) for line in file.read_text().splitlines()])
            finally:
                server.kill()

    def batch():
        """four callers at once share a batchId, as KServe's own test of its batcher expects"""
        server, url = _beside("file:///dev/null", "--enable-batcher", "--max-batchsize", "4", "--max-latency", "2000")
        try:
            with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
                ask = lambda row: requests.post(url, json={"instances": [row]}, timeout=10).json()
                answers = list(pool.map(ask, [IRIS_ROWS[0], IRIS_ROWS[1], IRIS_ROWS[0], IRIS_ROWS[1]]))
            equal(len({answer["batchId"] for answer in answers}), 1, "batches")
            equal([answer["predictions"] for answer in answers], [[1]] * 4, "predictions")
        finally:
            server.kill()

    return [binary, structured, batch]
