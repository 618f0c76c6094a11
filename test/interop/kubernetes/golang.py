"""client-go, in a program of its own (go/main.go) that says what it found."""

import functools
import json
import pathlib
import re
import shutil
import subprocess

from harness import equal

TITLE = "client-go"

# Only a bound on hanging.
SECONDS = 120
# Compiling client-go for the first time takes minutes.
BUILD_SECONDS = 1800
OLDEST = (1, 26)

EXPECTED = {
    "already exists": True,
    "conflict": True,
    "not found": True,
    "invalid": True,
    "patch": "patched",
    "apply": "go",
    "apply against another manager": True,
    "eight writers, retrying conflicts": 9,
    "informer": ["add followed", "update followed", "delete followed"],
    "cache and list agree": True,
    "dynamic informer": ["add widget", "delete widget"],
    "mapping": "serving.kserve.io/v1beta1, Resource=inferenceservices",
    "leaders": ["first", "second"],
}


def checks(server, scratch):
    reason = missing()
    if reason:
        print(f"(client-go is skipped: {reason})", flush=True)
        return []
    folder = scratch / "go"
    folder.mkdir()
    kubeconfig = server.kubeconfig(folder / "kubeconfig", "client-go")
    source = pathlib.Path(__file__).resolve().parent / "go"

    @functools.cache
    def found():
        program = folder / "client"
        building = ["go", "build", "-o", program, "."]
        built = subprocess.run(building, cwd=source, capture_output=True, encoding="utf-8", timeout=BUILD_SECONDS)
        assert built.returncode == 0, f"go build: {built.stderr.strip()[-800:]}"
        done = subprocess.run([program, kubeconfig], capture_output=True, encoding="utf-8", timeout=SECONDS)
        assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr.strip()[-800:]}"
        return json.loads(done.stdout)

    def check_of(name, expected):
        def check():
            equal(found()[name], expected)

        check.__doc__ = name
        return check

    return [check_of(name, expected) for name, expected in EXPECTED.items()]


def missing():
    """Why there is nothing to compile it with; None when there is."""
    if shutil.which("go") is None:
        return "there is no go on the PATH"
    said = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, encoding="utf-8").stdout
    version = re.match(r"go(\d+)\.(\d+)", said)
    if version is None or tuple(map(int, version.groups())) < OLDEST:
        return f"found {said.strip() or 'no version'}, expected go{OLDEST[0]}.{OLDEST[1]} or newer"
    return None
