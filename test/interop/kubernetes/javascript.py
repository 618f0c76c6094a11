"""The official JavaScript client, in a program of its own (javascript/client.mjs) that says what it found."""

import functools
import json
import os
import pathlib
import subprocess

from cluster import NODE
from harness import equal

TITLE = "the official JavaScript client"

# Only a bound on hanging.
SECONDS = 90

EXPECTED = {
    "list": ["a"],
    "conflict": 409,
    "missing": 404,
    "patch in strategic form": {"k": "w"},
    "server-side apply": {"manager": "javascript", "data": {"k": "x"}},
    "watch": ["ADDED", "MODIFIED", "DELETED"],
    "informer": ["add one", "update one", "delete one"],
    "object API": ["ConfigMap generic", {"k": "w"}],
    "a deployment, until it is available": 2,
}


def checks(server, scratch):
    folder = scratch / "javascript"
    folder.mkdir()
    kubeconfig = server.kubeconfig(folder / "kubeconfig", "javascript")
    program = pathlib.Path(__file__).resolve().parent / "javascript" / "client.mjs"
    # Node finds packages from where a program is, and they are outside the repository's own.
    copy = pathlib.Path(os.environ["CLIENTS"]).resolve() / "client.mjs"
    copy.write_text(program.read_text())

    @functools.cache
    def found():
        done = subprocess.run(
            [NODE, copy, kubeconfig], capture_output=True, encoding="utf-8", timeout=SECONDS
        )
        assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr.strip()[-800:]}"
        return json.loads(done.stdout)

    def check_of(name, expected):
        def check():
            equal(found()[name], expected)

        check.__doc__ = name
        return check

    return [check_of(name, expected) for name, expected in EXPECTED.items()]
