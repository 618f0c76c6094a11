"""The lines of the study note, typed. Started by run.sh, which sets up its environment."""

import json
import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ["storage", "kubernetes", "kserve", ""])]

import lines  # noqa: E402
import tools  # noqa: E402
from guide import Shell, listens_on, privileged  # noqa: E402
from harness import Difference, Tally, equal  # noqa: E402
from running import DAVIT, ROOT, Up  # noqa: E402
from servers import gcs_server  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "seed.md"
IRIS = ROOT / "examples" / "iris"
MODEL = IRIS / "iris-model.joblib"
# Blocks of addresses of this suite.
NUMBER = 4


def main():
    if "--write" in sys.argv[1:]:
        PAGE.write_text(lines.page())
        return 0
    tally = Tally()
    objects = {"sklearn/iris/model.joblib": MODEL.read_bytes()}
    with tempfile.TemporaryDirectory() as folder, gcs_server(objects, "seldon-models") as storage:
        scratch = pathlib.Path(folder)
        environment, place = prepared(scratch)
        started, *words = shlex.split(json.loads((ROOT / "package.json").read_text())["scripts"]["start"])
        assert started == "bin/davit", started
        with Up(scratch / "data", *words[1:], "--allow-host-processes", number=NUMBER, login=True, environment=environment) as up:
            shell = Shell(place, {**up.environment, "KUBECONFIG": up.kubeconfig, "MODEL": str(MODEL), "LC_ALL": "C.UTF-8"}, lambda words: words)
            try:
                tally.suite("npm start", lambda: start_checks(up, shell, storage))
                tally.suite("the note", lambda: note_checks(up, shell))
            finally:
                shell.close()
    return tally.close()


def prepared(scratch):
    """An environment with `davit` and `kubectl` on its PATH, and the folder in which the user types."""
    for name in ["bin", "home", "here", "data"]:
        (scratch / name).mkdir()
    shutil.copy(tools.fetched().path / "kubectl", scratch / "bin" / "kubectl")
    (scratch / "bin" / "davit").symlink_to(DAVIT)
    shutil.copy(IRIS / "iris-input.json", scratch / "here")
    for name, text in lines.files(MODEL).items():
        (scratch / "here" / name).write_text(text)
    return {"HOME": str(scratch / "home"), "PATH": f"{scratch / 'bin'}:{os.environ['PATH']}"}, scratch / "here"


def matches(found, pattern):
    if not re.search(pattern, found.strip(), re.M):
        raise Difference(f"found:\n{found}\n  expected what matches {pattern!r}")


def start_checks(up, shell, storage):
    def answers():
        """it prints a line to ask with, and its answer"""
        matches(up.log.wait("Press Ctrl-C"), lines.ANSWER)

    def typed():
        """the line that it prints, with its token, typed as printed"""
        printed = next(line for line in up.log.text.splitlines() if line.startswith("curl "))
        assert " token create " in printed, printed
        found, status = shell.type(f"(cd {shlex.quote(str(ROOT))} && {printed} -s)")
        equal(status, 0)
        matches(found, lines.ANSWER)

    def again():
        """npm start once more serves it in the cluster that runs"""
        words = json.loads((ROOT / "package.json").read_text())["scripts"]["start"]
        found, status = shell.type(f"(cd {shlex.quote(str(ROOT))} && {words})")
        equal(status, 0)
        matches(found, r"runs already")
        matches(found, lines.ANSWER)

    def emptied():
        """it is deleted, and models of gs:// come from a server of this machine, as an administrator would have it"""
        env = [{"name": "STORAGE_EMULATOR_HOST", "value": storage}]
        patch = json.dumps([{"op": "add", "path": "/spec/container/env", "value": env}])
        for command in ["kubectl delete isvc sklearn-iris", f"kubectl patch clusterstoragecontainer default --type=json -p {shlex.quote(patch)}"]:
            found, status = shell.type(command)
            assert status == 0, found

    return [answers, typed, again, emptied]


def note_checks(up, shell):
    yield page_check()
    for line in lines.LINES:
        if line.skipped:
            print(f"({line.note} is not typed: {line.skipped})", flush=True)
        elif line.needs and not has(up, line.needs):
            print(f"({line.note} is not typed: another program has port {line.needs}, or it is root's)", flush=True)
        else:
            yield typed_check(shell, line)


def has(up, port):
    """Whether the gateway has a port of this machine beside its own."""
    up.log.event("the gateway is up")
    return not any(one.get("without") == f"127.0.0.1:{port}" for one in up.log.events)


def page_check():
    def check():
        equal(PAGE.read_text(), lines.page())

    check.__doc__ = "docs/reference/seed.md is made of these lines"
    return check


def typed_check(shell, line):
    def check():
        command = line.command
        if "CLUSTER_PORT=80" in command and os.geteuid() != 0 and privileged(80):
            command = command.replace("CLUSTER_PORT=80", f"CLUSTER_PORT={listens_on(shell)}")
        found, status = shell.type(command)
        assert status == 0, f"exit status {status}: {found}"
        matches(found, line.prints)

    check.__doc__ = " ".join((line.note or line.typed).split())
    return check


if __name__ == "__main__":
    sys.exit(main())
