"""`davit get` and `davit describe` print what kubectl prints of the same objects, byte for byte but for ages."""

import difflib
import os
import pathlib
import re
import subprocess
import sys

import tools
from cluster import ROOT
from harness import Difference

TITLE = "davit beside kubectl"
NAMESPACE = "besides"
FILES = pathlib.Path(__file__).resolve().parent / "files"

# Only a bound on hanging.
SECONDS = 60

# A cell of a table: words with single spaces between them.
CELL = re.compile(r"\S+(?: \S+)*")

SETUP = [
    "kubectl create namespace besides",
    "poll default kubectl get serviceaccounts -n besides",
    "kubectl apply -f described.yaml",
    "poll 4/4 kubectl get deployment web",
    "kubectl patch deployment web -p '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:2\"}]}}}}'",
    "poll 'web +4/4 +4' kubectl get deployment web",
    "poll set-0 kubectl get pods -l app=set",
    "poll 2/2 kubectl get pod rich",
    "poll 'Running' kubectl get pods -l job-name=indexed",
    "kubectl taint node node-2 example.dev/slow=very:PreferNoSchedule",
    "kubectl label node node-2 node-role.kubernetes.io/worker=",
]
TIDYING = [
    "kubectl taint node node-2 example.dev/slow-",
    "kubectl label node node-2 node-role.kubernetes.io/worker-",
    "kubectl delete namespace besides --wait=false",
]

COMMANDS = [
    "describe pod rich",
    "describe pods -l app=set",
    "describe deployment web",
    "describe replicasets -l app=web",
    "describe statefulset set",
    "describe service web",
    "describe service away",
    "describe service sets",
    "describe job indexed",
    "describe cronjob nightly",
    "describe persistentvolumeclaim data",
    "describe persistentvolumeclaims -l app=set",
    "describe serviceaccount reader",
    "describe namespace besides",
    "describe node node-1",
    "describe node node-2",
    "describe configmaps",
    "describe limitrange sizes",
    "describe resourcequotas",
    "describe deployment web --show-events=false",
    "describe pods --chunk-size=2 -l app=web",
    "describe deployment absent",
    "get pods",
    "get pods --chunk-size=3",
    "get pods -o wide --sort-by=.spec.nodeName",
    "get pods -o wide --sort-by=.metadata.name",
    "get pods --sort-by={.metadata.name}",
    "get pods --sort-by=.metadata.labels.tier -l app=web",
    "get deploy,sts,job -o name --sort-by=metadata.name",
    "get pods -o custom-columns=POD:.metadata.name,IMAGES:.spec.containers[*].image,NONE:.spec.absent,LABELS:.metadata.labels",
    "get pods -o custom-columns=POD:metadata.name,PRIORITY:{.spec.priority} --no-headers --sort-by=.metadata.name",
    "get pod rich -o custom-columns=NAME:.metadata.name",
    "get pod rich -o custom-columns=",
    "get pod rich -o custom-columns=NAME",
    "get pods -o custom-columns=NAME:.metadata.name --chunk-size=1",
]


def checks(server, scratch):
    folder = scratch / "besides"
    folder.mkdir()
    kubectl = tools.newer(folder)
    environment = {
        "PATH": f"{kubectl.path}{os.pathsep}{ROOT / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "KUBECONFIG": str(server.kubeconfig(folder / "kubeconfig", NAMESPACE)),
        "BASH_ENV": str(FILES.parent / "shell.sh"),
        "LC_ALL": "C",
        "TZ": "America/St_Johns",
    }

    def run(command):
        done = subprocess.run(
            ["bash", "-c", command], cwd=FILES, env=environment, capture_output=True, encoding="utf-8", timeout=SECONDS
        )
        return done.returncode, done.stdout, done.stderr

    for command in SETUP:
        status, out, error = run(command)
        assert status == 0, f"{command}: {out}{error}"

    def check_of(words):
        def check():
            expected = printed(run(f"kubectl {words}"))
            found = printed(run(f"davit {words}"))
            if found != expected:
                lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), "kubectl", "davit", lineterm="", n=1)
                raise Difference("\n  ".join(list(lines)[2:]))

        check.__doc__ = words
        return check

    def tidying():
        for command in TIDYING:
            status, out, error = run(command)
            assert status == 0, f"{command}: {out}{error}"

    tidying.__doc__ = "what was made goes"
    return [*map(check_of, COMMANDS), tidying]


def printed(done):
    """Status and both streams, without what stands in the columns of ages: ages go on between two commands, and their widths with them."""
    status, out, error = done
    lines = []
    column = None
    for line in f"status {status}\n{out}\n{error}".split("\n"):
        column = (column_of_ages(line) or column) if line.strip() else None
        lines.append(line if column is None else line[: column.start] + "<age>  " + line[column.stop :])
    return "\n".join(lines)


def column_of_ages(line):
    """Where ages stand in the rows below a header, as a slice; None of any other line."""
    cells = [*CELL.finditer(line)]
    ages = [at for at, cell in enumerate(cells) if cell[0] in ("AGE", "Age")]
    if len(cells) < 2 or not ages:
        return None
    [at] = ages
    return slice(cells[at].start(), cells[at + 1].start() if at + 1 < len(cells) else sys.maxsize)
