"""Transcripts: what a person types and what a real Kubernetes API server made kubectl or helm print, line for line.

    # a remark
    $ kubectl get configmaps
    No resources found in NAMESPACE namespace.
    $ kubectl get configmap nope
    Error from server (NotFound): configmaps "nope" not found
    ? 1

`> ` goes on with the command, `? N` is an exit status other than 0. A line `@ WORD…` in front of a command names the only kubectl
(`1.35`, `1.37`) it is for; an empty line goes before a remark. Commands are bash's, with `poll` of shell.sh, which repeats a command
until it prints something.
"""

import contextlib
import dataclasses
import difflib
import os
import pathlib
import re
import subprocess

from harness import Difference

OWN = pathlib.Path(__file__).resolve().parent
SHELL = OWN / "shell.sh"

# Only a bound on hanging.
SECONDS = 60

# What differs from run to run, in the order in which it is replaced.
VARYING = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "<token>"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC( m=\S+)?", "<time>"),
    (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "<time>"),
    (r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}", "<time>"),
    (r"(resourceVersion\"?: )\"\d+\"", r'\1"<version>"'),
    (r'(resourceVersion\\":)\\"\d+\\"', r'\1\\"<version>\\"'),
    (r"https://(127\.0\.0\.1|localhost):\d+", "<server>"),
    (r"\b(10\.\d+\.\d+|192\.0\.2|127\.0\.0|192\.168\.\d+)\.\d+\b", "<ip>"),
    (r"\bnode-\d\b", "<node>"),
    (r"(?<![\w<>.-])3[0-2]\d{3}(?=/TCP)", "<port>"),
    (r"(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}\b(?![-.\w])", "<rand>"),
    (r"(ReplicaSet \"[a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{8,10}\"", r'\1<hash>"'),
    (r"\.1[0-9a-f]{15}\b", ".<hash>"),
    (r"(^|(?<=[\s(]))(\d+[smhd]){1,2}(?=[\s,)]|$)", "<age>"),
    (r"(?<=\S) {2,}", "  "),
    (r"[ \t]+$", ""),
]


# A line of output that looks like one of the transcript's own has a backslash in front.
SPECIAL = re.compile(r"[$>?@#] |\\")


@dataclasses.dataclass
class Step:
    remarks: list[str]
    only: list[str]
    command: list[str]
    expected: list[str]
    status: int = 0

    def text(self):
        lines = [*self.remarks]
        if self.only:
            lines.append("@ " + " ".join(self.only))
        lines.append(f"$ {self.command[0]}")
        lines.extend(f"> {line}" for line in self.command[1:])
        lines.extend(f"\\{line}" if SPECIAL.match(line) else line for line in self.expected)
        if self.status != 0:
            lines.append(f"? {self.status}")
        return lines


def parse(text):
    steps = []
    remarks, only = [], []
    for line in text.splitlines():
        word, rest = line[:2], line[2:]
        if word == "$ ":
            steps.append(Step(remarks, only, [rest], []))
            remarks, only = [], []
        elif word == "# ":
            if steps and steps[-1].expected[-1:] == [""]:
                remarks.append(steps[-1].expected.pop())
            remarks.append(line)
        elif word == "@ ":
            only = rest.split()
        elif word == "> ":
            steps[-1].command.append(rest)
        elif word == "? ":
            steps[-1].status = int(rest)
        else:
            steps[-1].expected.append(line.removeprefix("\\"))
    return steps


def normal(text):
    """The lines of an output without what differs from run to run; an empty last line goes."""
    lines = []
    for line in text.splitlines():
        for pattern, replacement in VARYING:
            line = re.sub(pattern, replacement, line)
        lines.append(line)
    while lines and lines[-1] == "":
        lines.pop()
    return lines


class Session:
    """Runs the steps of one transcript in a namespace and a folder of its own."""

    def __init__(self, tools, namespace, folder, kubeconfig):
        self.version = tools.version
        self._folder = folder
        self._environment = {
            "PATH": f"{tools.path}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "KUBECONFIG": str(kubeconfig),
            "BASH_ENV": str(SHELL),
            "NAMESPACE": namespace,
            "LC_ALL": "C",
            "TZ": "UTC",
        }

    def concerns(self, step):
        return not step.only or self.version in step.only

    def run(self, command):
        """What a command prints, without what varies, and its status."""
        done = subprocess.run(
            ["bash", "-c", "\n".join(command)],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
        )
        return normal(done.stdout), done.returncode

    def check(self, step):
        """A check of the harness: the step prints what it printed when it was recorded."""

        def check():
            found, status = self.run(step.command)
            if (found, status) != (step.expected, step.status):
                raise Difference(difference(step, found, status))

        check.__doc__ = " ".join(step.command)
        return check

    def record(self, step):
        step.expected, step.status = self.run(step.command)


def difference(step, found, status):
    lines = difflib.unified_diff(step.expected, found, "expected", "found", lineterm="", n=1)
    return "\n  ".join([f"status {status}, expected {step.status}", *list(lines)[2:]])


@contextlib.contextmanager
def session(server, scratch, namespace, tools):
    """A namespace named like the transcript, which is gone afterwards."""
    folder = scratch / f"{namespace}-{tools.version}"
    folder.mkdir()
    for name in ["files", "chart"]:
        (folder / name).symlink_to(OWN / name)
    made = Session(tools, namespace, folder, server.kubeconfig(folder / "kubeconfig", namespace))
    made.run([f"kubectl delete namespace {namespace} --ignore-not-found"])
    made.run([f"kubectl create namespace {namespace}", f"poll default kubectl get serviceaccounts -n {namespace}"])
    try:
        yield made
    finally:
        made.run([f"kubectl delete namespace {namespace}"])
