"""client-go, in a program of its own (go/main.go) that says what it found."""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess

import tools
from harness import equal

TITLE = "client-go"

# Only a bound on hanging.
SECONDS = 120
# Compiling client-go for the first time takes minutes.
BUILD_SECONDS = 1800
OLDEST = (1, 26)
# The version that the module asks for is there, or it is an error.
LOCAL = {**os.environ, "GOTOOLCHAIN": "local"}

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


SOURCE = pathlib.Path(__file__).resolve().parent / "go"


def checks(server, scratch):
    try:
        go = toolchain()
        fetch_modules(go)
    except RuntimeError as error:
        # A registry that cannot be reached is no fault of Davit's: it is told, and nothing is said to pass.
        print(f"(client-go is skipped: {error})", flush=True)
        return []
    folder = scratch / "go"
    folder.mkdir()
    kubeconfig = server.kubeconfig(folder / "kubeconfig", "client-go")

    @functools.cache
    def found():
        program = folder / "client"
        building = [go, "build", "-o", program, "."]
        built = subprocess.run(
            building, cwd=SOURCE, env=LOCAL, capture_output=True, encoding="utf-8", timeout=BUILD_SECONDS
        )
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


def toolchain():
    """The go on the PATH where it is new enough, otherwise one out of a package.

    Raises RuntimeError when there is neither."""
    own = shutil.which("go")
    if own is not None and _version(own) >= OLDEST:
        return own
    return str(tools.wheel(tools.GO) / "go" / "bin" / "go")


def fetch_modules(go):
    """Brings the modules here. Raises RuntimeError with what go said when they are not to be had."""
    # As many of them as the program needs.
    fetching = [go, "list", "-deps", "."]
    done = tools.asked(fetching, cwd=SOURCE, env=LOCAL, timeout=BUILD_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(f"go list: {done.stderr.strip()[-400:]}")


def _version(go):
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, encoding="utf-8").stdout
    version = re.match(r"go(\d+)\.(\d+)", said)
    return (0, 0) if version is None else tuple(map(int, version.groups()))
