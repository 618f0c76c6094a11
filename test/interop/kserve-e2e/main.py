"""KServe's own end-to-end tests against `davit up`. Started by run.sh, which sets up their environment and fetches them.

    main.py [--write] [FILE[::TEST]…]
"""

import argparse
import collections
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

import requests

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "kserve"), str(HERE)]

import cases  # noqa: E402
import models  # noqa: E402
from kubernetes import client, config  # noqa: E402
from running import Up  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "kserve-e2e.md"
NAMESPACE = "kserve-ci-e2e-test"

# Only bounds on hanging.
START_SECONDS = 60
SUITE_SECONDS = 3600


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, bucket(pathlib.Path(folder)) as storage:
        scratch = pathlib.Path(folder)
        tests = scratch / "e2e"
        shutil.copytree(pathlib.Path(os.environ["KSERVE"]) / "test" / "e2e", tests, copy_function=shutil.copyfile)
        with Up(scratch / "data", "--allow-host-processes", number=3) as up:
            prepare(up, storage)
            found = run(tests, up, scratch / "report.xml", options.tests or cases.FILES)
    failed = told(found)
    if options.write:
        PAGE.write_text(page(found))
    print(f"\n{len(found) - failed} passed, {failed} failed")
    return 0 if failed == 0 and found else 1


@contextlib.contextmanager
def bucket(folder):
    """A server of Google Cloud Storage with the models; its address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    program = pathlib.Path(sys.executable).parent / "gcp-storage-emulator"
    words = [program, "start", "--host=127.0.0.1", f"--port={port}", "--in-memory"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                for bucket_name in models.BUCKETS:
                    requests.post(f"{url}/storage/v1/b?project=tests", json={"name": bucket_name}, timeout=5).raise_for_status()
                break
            except requests.ConnectionError:
                assert process.poll() is None and time.monotonic() < until, "the storage server does not start"
                time.sleep(0.05)
        for (bucket_name, name), file in models.written(folder).items():
            upload = f"{url}/upload/storage/v1/b/{bucket_name}/o"
            form = {"content-type": "application/octet-stream"}
            place = {"uploadType": "media", "name": name}
            requests.post(upload, params=place, data=file.read_bytes(), headers=form, timeout=START_SECONDS).raise_for_status()
        yield url
    finally:
        process.kill()
        process.wait()


def prepare(up, storage):
    """The namespace of the tests; the storage initializer asks the local server, as an administrator would have it."""
    config.load_kube_config(up.kubeconfig)
    client.CoreV1Api().create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NAMESPACE)))
    objects = client.CustomObjectsApi()
    where = ("serving.kserve.io", "v1alpha1", "clusterstoragecontainers", "default")
    container = objects.get_cluster_custom_object(*where)["spec"]["container"]
    container["env"] = [{"name": "STORAGE_EMULATOR_HOST", "value": storage}]
    objects.patch_cluster_custom_object(*where, {"spec": {"container": container}})


def run(tests, up, report, names):
    """Outcome and reason by test."""
    environment = {
        **os.environ,
        "KUBECONFIG": up.kubeconfig,
        "KSERVE_INGRESS_HOST_PORT": up.gateway,
        "PYTHONPATH": str(HERE),
    }
    words = [sys.executable, "-m", "pytest", "-q", "-p", "patience", "-o", "log_cli=0", "-n", "3", "--dist", "loadscope", f"--junitxml={report}", *names]
    done = subprocess.run(words, cwd=tests, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=SUITE_SECONDS)
    assert report.exists(), f"pytest wrote no report: {done.stdout[-3000:]}"
    found = {}
    for case in xml.parse(report).iter("testcase"):
        file = case.get("classname").removeprefix("e2e.").replace(".", "/") + ".py"
        wrong = [(each.tag, each.get("message")) for each in case if each.tag in ["failure", "error", "skipped"]]
        found[f"{file}::{case.get('name')}"] = wrong[0] if wrong else ("passed", "")
    return dict(sorted(found.items()))


def told(found):
    """Prints each test; the number of those that did otherwise than the table says."""
    failed = 0
    for name, (outcome, reason) in found.items():
        expected = cases.reason_of(name)
        right = (outcome == "passed") == (expected is None)
        failed += not right
        said = "passes" if outcome == "passed" else f"{outcome}: {(reason or '')[:300]}"
        note = "" if expected is None else f" ({expected})"
        print(f"{'✔' if right else '✖'} {name}: {said}{note}", flush=True)
    return failed


def page(found):
    count = collections.Counter(outcome == "passed" for outcome, _ in found.values())
    lines = [
        "# KServe's own end-to-end tests",
        "",
        "<!-- Written by `test/interop/kserve-e2e/run.sh --write`, which runs them. -->",
        "",
        f"The tests of KServe 0.20 (`test/e2e` of its Go module), unmodified, against `davit up`: {count[True]} of {len(found)} pass. Their models are",
        "trained by us and lie under the names of the originals in a local server of Google Cloud Storage, so numbers that belong to an original file",
        "cannot come out.",
        "",
        "| Test | Outcome | Why |",
        "|---|---|---|",
    ]
    for name, (outcome, _) in found.items():
        lines.append(f"| `{name}` | {'passes' if outcome == 'passed' else 'does not pass'} | {cases.reason_of(name) or ''} |")
    lines += ["", "## Not run", "", "| Tests | Because |", "|---|---|", *(f"| `{name}` | {why} |" for name, why in cases.LEFT_OUT.items()), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
