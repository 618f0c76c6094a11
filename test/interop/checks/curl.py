"""curl, over HTTP/1.1 and, where this curl can, HTTP/2 without TLS."""

import functools
import json
import pathlib
import subprocess
import tempfile

from fleet import IRIS_INPUT, IRIS_LABELS, IRIS_ROWS
from harness import contains, equal

SECONDS = 60


@functools.cache
def has_http2():
    return "HTTP2" in subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout


def curl(*arguments):
    """Body, status, HTTP version and connections made, of a transfer; and what -v tells of it."""
    facts = "\n%{http_code} %{http_version} %{num_connects}"
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--noproxy", "*", "--verbose", "--write-out", facts, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    body, _, line = done.stdout.rpartition("\n")
    status, version, connections = line.split(" ")
    return body, int(status), version, int(connections), done.stderr


def checks(servers):
    url = servers["file"].url
    infer = f"{url}/v2/models/iris-model/infer"

    def labels(answer):
        body, status, *_ = answer
        equal(status, 200, f"status of {body!r}")
        return json.loads(body)["outputs"][0]["data"]

    def form():
        """-d @file, which calls itself a form"""
        answer = curl("-d", f"@{IRIS_INPUT}", infer)
        contains(answer[4], "Content-Type: application/x-www-form-urlencoded")
        equal((labels(answer), answer[2]), (IRIS_LABELS, "1.1"))

    def chunked():
        """a body of unknown length, HTTP/1.1"""
        answer = curl("-H", "Transfer-Encoding: chunked", "-d", f"@{IRIS_INPUT}", infer)
        assert "Content-Length" not in answer[4].split("< HTTP", 1)[0], answer[4]
        equal(labels(answer), IRIS_LABELS)

    def head_only():
        """-I for health, with no body after it"""
        body, status, *_ = curl("-I", f"{url}/v2/health/ready")
        equal(status, 200)
        contains(body, "HTTP/1.1 200 OK")
        assert "ready" not in body, body

    def no_length():
        """-X POST without a body or its length, as the repository index is asked"""
        body, status, *_ = curl("-X", "POST", f"{url}/v2/repository/index")
        equal((status, json.loads(body)[0]["name"]), (200, "iris-model"))

    def http10():
        """--http1.0"""
        equal(labels(curl("--http1.0", "-d", f"@{IRIS_INPUT}", infer)), IRIS_LABELS)

    def several():
        """several transfers on one connection"""
        body, status, _, connections, told = curl("-d", f"@{IRIS_INPUT}", infer, infer, infer)
        equal((status, connections), (200, 0), "the last one's status and new connections")
        contains(told, "Re-using existing connection")

    def expect():
        """Expect: 100-continue with a body of megabytes"""
        with large_body() as file:
            answer = curl("-H", "Expect: 100-continue", "--data-binary", f"@{file}", infer)
            contains(answer[4], "HTTP/1.1 100 Continue")
            equal(len(labels(answer)), 50_000)

    def too_large():
        """Expect: 100-continue with a body over the limit: refused before it is sent"""
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(65 * 1024 * 1024)
            body, status, *_, told = curl("-H", "Expect: 100-continue", "--data-binary", f"@{file.name}", infer)
            equal(status, 413)
            contains(json.loads(body)["error"], "67108864")
            assert "100 Continue" not in told, told

    def prior_knowledge():
        """--http2-prior-knowledge"""
        answer = curl("--http2-prior-knowledge", "-d", f"@{IRIS_INPUT}", infer)
        equal((labels(answer), answer[2]), (IRIS_LABELS, "2"))

    def http2_large():
        """--http2-prior-knowledge with a body of megabytes, and one that is refused"""
        with large_body() as file:
            answer = curl("--http2-prior-knowledge", "--data-binary", f"@{file}", infer)
            equal((len(labels(answer)), answer[2]), (50_000, "2"))
        body, status, *_ = curl("--http2-prior-knowledge", "-d", "{", infer)
        equal(status, 400, body)

    def upgrade():
        """--http2, which offers to switch, is answered in whichever the server speaks"""
        equal(labels(curl("--http2", "-d", f"@{IRIS_INPUT}", infer)), IRIS_LABELS)
        body, status, *_ = curl("--http2", f"{url}/v2/health/live")
        equal((status, json.loads(body)), (200, {"live": True}))

    always = [form, chunked, head_only, no_length, http10, several, expect, too_large]
    if not has_http2():
        print("\n(this curl cannot do HTTP/2: three checks are left out)")
        return always
    return [*always, prior_knowledge, http2_large, upgrade]


class large_body:
    """A V2 request of 50,000 rows in a file of its own."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        rows = IRIS_ROWS * 25_000
        file = pathlib.Path(self._folder.name) / "large.json"
        tensor = {"name": "input-0", "shape": [len(rows), 4], "datatype": "FP64", "data": rows}
        file.write_text(json.dumps({"inputs": [tensor]}))
        return file

    def __exit__(self, *_):
        self._folder.cleanup()
