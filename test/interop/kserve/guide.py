"""Guides, every block of them word for word: the one to KServe as root and as an ordinary user, the one to who may call what."""

import contextlib
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading

import tools
from harness import Difference
from running import DAVIT, ROOT, SECONDS, Up

GUIDES = ROOT / "docs" / "guides"
LAPTOP = GUIDES / "kserve-on-your-laptop.md"
AUTHORIZATION = GUIDES / "authorization.md"

# What a line of an `sh` block comes to, by how it begins: what it prints matches. Lines of `console` blocks have it below them.
OUTCOMES = [
    ("davit up ", None),
    ("export KUBECONFIG=", r"^$"),
    ("davit status", r"kubeflow-user-example-com +sklearn-iris +True +1 +\d+ MiB"),
    ("kubectl describe isvc", r"(?s)Ready.*Model Status:.*Loaded.*Events:.*InferenceServiceReady"),
    ("kubectl logs -f", r"ready"),
    ("davit logs isvc/", r"ready"),
    ("kubectl port-forward deploy/", r"Forwarding from 127\.0\.0\.1:[0-9]+ -> 8080"),
    ("kubectl port-forward -n istio-system", r"Forwarding from 127\.0\.0\.1:[0-9]+ -> [0-9]+"),
]
# Commands that go on until somebody stops them.
ENDLESS = ["kubectl logs -f", "kubectl port-forward"]
# What differs from run to run, on the page as in what is printed.
VARYING = [
    (r"(?<=-)[a-z0-9]{8,10}-[a-z0-9]{5}\b", "<pod>"),
    (r"\b127\.\d+\.\d+\.\d+\b", "<address>"),
    (r"(?<=\s)(\d+[smhd]){1,2}(?=\s|$)", "<age>"),
    (r"(?<=\S) {2,}", "  "),
    (r"[ \t]+$", ""),
]


@dataclasses.dataclass
class Step:
    command: str
    expected: str | None = None


def variants():
    yield ("the guide, as root" if os.geteuid() == 0 else "the guide, as an ordinary user"), played(None)
    if os.geteuid() != 0:
        print("(the guide as root is skipped: whoever runs this is not root)", flush=True)
    elif shutil.which("setpriv") is None:
        print("(the guide as an ordinary user is skipped: there is no setpriv)", flush=True)
    else:
        # A number that belongs to nobody: the machine's users stay as they are.
        yield "the guide, as an ordinary user", played(61_000 + os.getpid() % 1000)
    yield "the guide to who may call what", played(None, AUTHORIZATION, number=2)


def blocks(text):
    return re.findall(r"^```(\w+)\n(.*?)^```", text, re.M | re.S)


def steps_of(language, text):
    """The commands of a block with what is to be printed; a line that ends with a backslash goes on, and what is typed in up to EOF."""
    steps = []
    goes_on = typed_in = False
    for line in text.splitlines():
        if goes_on or typed_in:
            steps[-1].command += f"\n{line}"
        elif language == "sh":
            steps.append(Step(line))
        elif line.startswith("$ "):
            steps.append(Step(line[2:], ""))
        else:
            steps[-1].expected += f"{line}\n"
            continue
        goes_on = line.endswith("\\")
        typed_in = (typed_in or "<<'EOF'" in line) and line != "EOF"
    return steps


def normal(text):
    for pattern, replacement in VARYING:
        text = re.sub(pattern, replacement, text, flags=re.M)
    return text.strip()


def compare(found, expected):
    """Line for line; … on the page stands for anything."""
    wanted = ".*".join(re.escape(part) for part in normal(expected).split("…"))
    if not re.fullmatch(wanted, normal(found)):
        raise Difference(f"found:\n{normal(found)}\n  expected:\n{normal(expected)}")


class Shell:
    """One bash in which every step is typed."""

    def __init__(self, folder, environment, as_user):
        self._process = subprocess.Popen(
            as_user(["bash", "--norc"]), cwd=folder, env=environment, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        self.count = 0

    def type(self, command):
        """What a command prints, and its status."""
        self.count += 1
        mark = f"=== end of {self.count}:"
        self._process.stdin.write(f"{command}\nprintf '\\n%s %d\\n' '{mark}' $?\n")
        self._process.stdin.flush()
        text = ""
        # Only a bound on hanging.
        late = threading.Timer(SECONDS, self._process.kill)
        late.start()
        try:
            for line in self._process.stdout:
                if line.startswith(mark):
                    return text.removesuffix("\n"), int(line.removeprefix(mark))
                text += line
        finally:
            late.cancel()
        raise AssertionError(f"the shell ended within {command!r}: {text[-1000:]}")

    def watch(self, command, pattern):
        """Starts a command that does not end, until what it prints matches; then Ctrl-C."""
        file = f"printed-{self.count}"
        found, _ = self.type(
            f"set -m; ({command}) >{file} 2>&1 & set +m\n"
            f"for _ in $(seq {SECONDS * 10}); do grep -qE {shlex.quote(pattern)} {file} && break; kill -0 $! || break; sleep 0.1; done\n"
            f"kill -INT -- -$!; wait $!; cat {file}"
        )
        return found

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(SECONDS)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def played(uid, guide=LAPTOP, number=None):
    @contextlib.contextmanager
    def running(scratch):
        folder = prepared(scratch, uid)
        as_user = (lambda words: words) if uid is None else (lambda words: ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *words])
        path = f"{folder}/bin:{os.environ['PATH']}"
        environment = {"HOME": str(folder / "home"), "PATH": path, "TMPDIR": str(folder / "tmp")}
        number_of = (0 if uid is None else 1) if number is None else number
        login = guide is not LAPTOP
        with Up(folder / "data", number=number_of, login=login, environment=environment, as_user=as_user) as up:
            config = {"KUBECONFIG": up.kubeconfig} if login else {}
            shell = Shell(folder, {**environment, **config, "DAVIT_DATA_DIR": str(folder / "data"), "LC_ALL": "C.UTF-8"}, as_user)
            try:
                yield list(checks(guide, folder, up, shell, ordinary=(uid or os.geteuid()) != 0))
            finally:
                shell.close()

    return running


def prepared(scratch, uid):
    """A folder of that user with `davit` and `kubectl` on its PATH, and the input of the example."""
    scratch.parent.chmod(0o755)
    folder = scratch / "here"
    for name in ["bin", "home", "tmp", "data"]:
        (folder / name).mkdir(parents=True)
    shutil.copy(tools.fetched().path / "kubectl", folder / "bin" / "kubectl")
    (folder / "bin" / "davit").symlink_to(DAVIT)
    for name in ["iris-input.json", "iris-model.joblib"]:
        shutil.copy(ROOT / "examples" / "iris" / name, folder)
    if uid is not None:
        for each in [folder, *folder.rglob("*")]:
            os.chown(each, uid, uid, follow_symlinks=False)
    return folder


def checks(guide, folder, up, shell, ordinary):
    replaced = {
        "/srv/models": lambda: str(folder),
        "127.0.0.1:8080": lambda: up.gateway,
        " 8081:80": lambda: f" {free_port()}:80",
        " 9000:8080": lambda: f" {free_port()}:8080",
    }
    if ordinary and privileged(80):
        replaced["${CLUSTER_IP}:80/"] = lambda: f"${{CLUSTER_IP}}:{listens_on(shell)}/"

    def here(text):
        for word, value in replaced.items():
            if word in text:
                text = text.replace(word, value())
        return text

    for language, text in blocks(guide.read_text()):
        if language == "python":
            yield trained(folder, text)
        elif language == "yaml":
            yield written(folder, here(text))
        else:
            for step in steps_of(language, text):
                yield typed(up, shell, step, here)


def privileged(port):
    """Whether the system keeps a port from ordinary users."""
    file = pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    return not file.exists() or port < int(file.read_text())


def listens_on(shell):
    """The port that stands for 80, as the guide says where to find it."""
    name = "sklearn-iris-predictor-00001-private"
    said, _ = shell.type(f"kubectl get svc {name} -o jsonpath='{{.metadata.annotations.davit\\.dev/listens-on}}'")
    found = re.search(r"\b80=[\d.]+:(\d+)", said)
    assert found, f"the annotation of {name} says {said!r}, expected the port that stands for 80"
    return found.group(1)


def trained(folder, text):
    def check():
        # Of a new environment every module is compiled here, which takes most of the time.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            [sys.executable, "-c", text], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=2 * SECONDS
        )
        assert done.returncode == 0, done.stderr[-1000:]
        (folder / "iris-model.joblib").chmod(0o644)

    check.__doc__ = "the Python block writes the model"
    return check


def written(folder, text):
    def check():
        (folder / "sklearn-iris.yaml").write_text(text)

    check.__doc__ = "the YAML block is sklearn-iris.yaml"
    return check


def typed(up, shell, step, here):
    def check():
        if step.expected is not None:
            found, status = shell.type(here(step.command))
            compare(found, step.expected)
            refused = step.expected.startswith(("no - ", "…expected "))
            assert status == (1 if refused else 0), f"exit status {status}"
            return
        pattern = next((outcome for start, outcome in OUTCOMES if step.command.startswith(start)), KeyError)
        assert pattern is not KeyError, f"no outcome is known of {step.command!r}"
        if pattern is None:
            # Whoever types goes on once it says that it is there.
            assert up.gateway
            return
        if any(step.command.startswith(start) for start in ENDLESS):
            found = shell.watch(here(step.command), pattern)
        else:
            found, status = shell.type(here(step.command))
            assert status == 0, f"exit status {status}: {found}"
        assert re.search(pattern, found), f"found {found!r}, expected what matches {pattern!r}"

    check.__doc__ = step.command.split("  #")[0].replace("\n", " ")
    return check
