"""`davit get` and `davit describe` print what kubectl prints of the same objects, byte for byte."""

import difflib
import os
import pathlib
import re
import subprocess

import tools
from cluster import ROOT
from harness import Difference

TITLE = "davit beside kubectl"
NAMESPACE = "besides"
FILES = pathlib.Path(__file__).resolve().parent / "files"

# Only a bound on hanging.
SECONDS = 60

# Ages go on between two commands, and columns with them.
AGE = re.compile(r"\b(\d+[smhd]){1,2}\b")
WIDE = re.compile(r"(?<=\S) {3,}")

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
    """Status and both streams, without ages; of tables that have them, also without the widths of columns."""
    status, out, error = done
    whole = f"status {status}\n{out}\n{error}"
    aged = [WIDE.sub("  ", line) if AGE.search(whole) else line for line in whole.splitlines()]
    return "\n".join(AGE.sub("<age>", line) for line in aged)
