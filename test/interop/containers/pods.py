"""Pods whose containers an engine runs, asked with kubectl."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import tools
from harness import contains, equal
from running import ROOT, Up
from terminal import Terminal

# Only a bound on hanging.
SECONDS = 120
HOME = "kubeflow-user-example-com"
IRIS = ROOT / "examples" / "iris"

SEED = """
apiVersion: v1
kind: Pod
metadata:
  name: inference-test-pod
  namespace: default
spec:
  containers:
  - name: ubuntu
    image: ubuntu
    command:
      - sleep
      - infinity
  hostNetwork: true
  dnsPolicy: Default
"""


def until(look, what, seconds=SECONDS):
    """Looks until there is something; gives it back."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"found none, expected {what}"
        time.sleep(0.1)


class Platform:
    """`davit up` with an engine, and kubectl."""

    def __init__(self, engine, scratch, number):
        self.engine = engine
        self.up = Up(scratch, "--container-engine", engine.name, number=number, environment=engine.environment)
        kubectl = tools.fetched().path / "kubectl"
        self.environment = {**os.environ, "KUBECONFIG": self.up.kubeconfig}
        self.up.log.event("the gateway is up")
        self.kubectl_words = [str(kubectl), "--namespace", "default"]

    def kubectl(self, *words, stdin="", check=True):
        done = subprocess.run(
            [*self.kubectl_words, *words], env=self.environment, input=stdin, capture_output=True, encoding="utf-8", timeout=SECONDS
        )
        assert not check or done.returncode == 0, f"kubectl {words}: {done.stderr}"
        return done

    def apply(self, text):
        self.kubectl("apply", "-f", "-", stdin=text)

    def pod(self, name, container, **spec):
        """Makes a pod of one container."""
        own = {"name": "main", "image": "ubuntu", "imagePullPolicy": "IfNotPresent", **container}
        whole = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 2, "containers": [own], **spec}
        self.apply(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": whole}))

    def status(self, name):
        return json.loads(self.kubectl("get", "pod", name, "-o", "json").stdout)["status"]

    def state(self, name, kind, reason=None):
        """Waits until the container of a pod is in a state, with a reason."""

        def look():
            status = self.status(name).get("containerStatuses", [{}])[0]
            found = status.get("state", {}).get(kind)
            return found if found is not None and reason in (None, found.get("reason")) else None

        return until(look, f"{name} {kind} {reason}")

    def logs(self, name):
        return self.kubectl("logs", name).stdout

    def events(self, name):
        listed = self.kubectl("get", "events", "--field-selector", f"involvedObject.name={name}", "-o", "json").stdout
        return [f"{one['reason']} {one['message']}" for one in json.loads(listed)["items"]]

    def host(self):
        """The process that runs pods."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], check=True, capture_output=True, encoding="utf-8").stdout
        for line in listed.splitlines():
            pid, parent, words = line.split(None, 2)
            if int(parent) == self.up.process.pid and " host --kubeconfig " in words:
                return int(pid)
        return None

    def restart_host(self):
        before = self.host()
        os.kill(before, signal.SIGKILL)
        until(lambda: self.host() not in (None, before), "another host")


def checks(platform):
    p = platform
    name = p.engine.name

    def seed():
        """the test pod of a user's notes: a shell at a terminal, its size, its exit status"""
        p.apply(SEED)
        p.kubectl("wait", "--for=condition=Ready", "pod/inference-test-pod", "--timeout=110s")
        words = [*p.kubectl_words, "exec", "--stdin", "--tty", "inference-test-pod", "--", "/bin/bash"]
        shell = Terminal(words, p.environment)
        shell.shows("# ")
        # Docker tells a terminal its size a moment after the command has begun.
        until(lambda: shell.type("stty size; id -u") or shows(shell, "33 101"), "the size of the terminal")
        shell.resize(44, 122)
        # The size travels beside what is typed.
        until(lambda: shell.type("stty size") or shows(shell, "44 122"), "the new size")
        shell.type("exit 3")
        status = shell.ended()
        assert status == 3, f"found the exit status {status} after {shell.output!r}, expected 3"

    def shows(shell, text):
        try:
            shell.shows(text, 2)
        except AssertionError:
            return False
        return True

    def serving():
        """a model is asked from within, by the address of its Service and by its name"""
        manifest = (IRIS / "sklearn-iris.yaml").read_text()
        folder = p.up.folder.parent / "manifests"
        folder.mkdir()
        (folder / "sklearn-iris.yaml").write_text(manifest)
        shutil.copy(IRIS / "iris-model.joblib", folder)
        davit = [ROOT / "bin" / "davit"]
        applied = [*davit, "apply", "-f", folder / "sklearn-iris.yaml"]
        subprocess.run(applied, check=True, env=p.environment, capture_output=True, timeout=SECONDS)
        p.kubectl("wait", "-n", HOME, "--for=condition=Ready", "isvc/sklearn-iris", "--timeout=110s")
        listed = json.loads(p.kubectl("get", "svc", "-n", HOME, "-o", "json").stdout)["items"]
        private = next(one for one in listed if re.search("predictor.*-private$", one["metadata"]["name"]))
        address = private["spec"]["clusterIP"]
        body = (IRIS / "iris-input.json").read_text()
        p.kubectl("exec", "-i", "inference-test-pod", "--", "sh", "-c", "cat > iris-input.json", stdin=body)
        url = f"http://{address}:80/v2/models/sklearn-iris/infer"
        answer = p.kubectl("exec", "inference-test-pod", "--", "curl", "-s", "-d", "@./iris-input.json", url).stdout
        equal(json.loads(answer)["outputs"][0]["data"], [1, 1])
        named = {"annotations": {"davit.dev/cluster-names": "proxy"}, "name": "names"}
        url = f"http://sklearn-iris.{HOME}.svc.cluster.local/v1/models/sklearn-iris"
        container = {"name": "main", "image": "ubuntu", "imagePullPolicy": "Never", "command": ["curl", "-s", url]}
        spec = {"restartPolicy": "Never", "containers": [container]}
        p.apply(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": named, "spec": spec}))
        p.state("names", "terminated", "Completed")
        equal(json.loads(p.logs("names")), {"name": "sklearn-iris", "ready": True})

    def given():
        """command, arguments, environment, folder, user and volumes are those of the pod"""
        p.apply(json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "data": {"greeting": "hello"}}))
        script = 'echo "$TOLD|$PATH|$(id -u):$(id -g)|$PWD|$0|$1"; cat /cm/greeting; touch /data/x; touch /cm/x; echo bye >/dev/termination-log; exit 4'
        p.pod(
            "given",
            {
                "command": ["sh", "-c"],
                "args": [script, "zero", "one $(TOLD)"],
                "workingDir": "/tmp",
                "env": [{"name": "TOLD", "value": 'two\nlines, "quoted" $HOME'}, {"name": "PATH", "value": "/usr/bin"}],
                "securityContext": {"runAsUser": 1234, "runAsGroup": 55},
                "volumeMounts": [{"name": "d", "mountPath": "/data"}, {"name": "c", "mountPath": "/cm", "readOnly": True}],
            },
            volumes=[{"name": "d", "emptyDir": {}}, {"name": "c", "configMap": {"name": "cm"}}],
        )
        ended = p.state("given", "terminated")
        equal([ended["exitCode"], ended["reason"], ended["message"]], [4, "Error", "bye\n"])
        told = 'two\nlines, "quoted" $HOME'
        log = p.logs("given")
        contains(log, f"{told}|/usr/bin|1234:55|/tmp|zero|one {told}\nhello", "/cm/x")
        assert "/data/x" not in log, f"found {log!r}, expected that /data is written to"

    def parts():
        """a part of a volume is mounted, and never what another container puts in its place meanwhile"""
        claim = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Mi"}}}
        p.apply(json.dumps({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "parts"}, "spec": claim}))
        outside = p.up.folder.parent / "outside"
        outside.mkdir()
        (outside / "secret").touch()
        volumes = [{"name": "d", "persistentVolumeClaim": {"claimName": "parts"}}]
        swap = f"mv sub real; ln -s {outside} sub; sleep 0.2; rm sub; mv real sub; sleep 0.2"
        script = f"mkdir /d/sub; touch /d/sub/inside; cd /d; echo up; while :; do {swap}; done"
        whole = {"volumeMounts": [{"name": "d", "mountPath": "/d"}]}
        part = {"volumeMounts": [{"name": "d", "mountPath": "/part", "subPath": "sub"}], "command": ["ls", "/part"]}
        p.pod("swaps", {"command": ["sh", "-c", "mkdir -p /d/sub; touch /d/sub/inside"], **whole}, volumes=volumes)
        p.state("swaps", "terminated", "Completed")
        p.pod("looks", part, volumes=volumes)
        if name == "docker":
            contains(p.state("looks", "terminated", "StartError")["message"], "subPath", "takes Podman")
            return
        p.state("looks", "terminated", "Completed")
        contains(p.logs("looks"), "inside")
        p.kubectl("delete", "pod", "swaps")
        p.pod("swaps", {"command": ["sh", "-c", script], **whole}, volumes=volumes)
        until(lambda: "up" in p.kubectl("logs", "swaps", check=False).stdout, "that it runs")
        for one in range(6):
            p.pod(f"looks-{one}", part, volumes=volumes)
        for one in range(6):
            p.state(f"looks-{one}", "terminated")
            found = p.kubectl("logs", f"looks-{one}", check=False).stdout
            assert "secret" not in found, f"found {found!r}, expected nothing of the machine"
        p.kubectl("delete", "pod", "swaps")

    def memory():
        """more memory than the limit ends a container as OOMKilled"""
        p.pod("eats", {"command": ["tail", "/dev/zero"], "resources": {"limits": {"memory": "32Mi"}}})
        equal(p.state("eats", "terminated", "OOMKilled")["exitCode"], 137)

    def unstarted():
        """a program that its image does not have is StartError, with the engine's words"""
        p.pod("nothing", {"command": ["/no/such"]})
        ended = p.state("nothing", "terminated", "StartError")
        equal(ended["exitCode"], 128)
        contains(ended["message"], "/no/such")

    def pulling():
        """an image that cannot be had is ErrImagePull, then ImagePullBackOff, with the engine's words"""
        p.pod("missing", {"image": "registry.invalid/none:1"})
        waiting = p.state("missing", "waiting", "ImagePullBackOff")
        contains(waiting["message"], 'Back-off pulling image "registry.invalid/none:1": ErrImagePull: ', "registry.invalid")
        contains("\n".join(p.events("missing")), 'Pulling Pulling image "registry.invalid/none:1"', "Failed Error: ErrImagePull")
        p.pod("never", {"image": "none:2", "imagePullPolicy": "Never"})
        p.state("never", "waiting", "ErrImageNeverPull")
        p.pod("odd", {"image": "--privileged"})
        p.state("odd", "waiting", "InvalidImageName")

    def rights():
        """folders of the machine and more rights are refused with the reason"""
        p.pod("folder", {"command": ["ls", "/h"], "volumeMounts": [{"name": "h", "mountPath": "/h"}]}, volumes=[{"name": "h", "hostPath": {"path": "/"}}])
        contains(p.state("folder", "waiting", "CreateContainerConfigError")["message"], "hostPath", "--allow-host-processes")
        p.pod("root", {"command": ["ls"], "securityContext": {"privileged": True}})
        contains(p.state("root", "waiting", "CreateContainerConfigError")["message"], "privileged")
        p.pod("nonroot", {"command": ["ls"], "securityContext": {"runAsNonRoot": True}})
        contains(p.state("nonroot", "waiting", "CreateContainerConfigError")["message"], "image will run as root")
        p.pod("user", {"command": ["id", "-u"], "securityContext": {"runAsNonRoot": True, "runAsUser": 1234}})
        p.state("user", "terminated", "Completed")
        equal(p.logs("user"), "1234\n")
        p.pod("archive", {"image": "docker-archive:/tmp/x.tar"})
        p.state("archive", "waiting", "InvalidImageName")
        volume = {"kind": "PersistentVolume", "metadata": {"name": "root"}}
        has = {"accessModes": ["ReadWriteMany"], "capacity": {"storage": "1Mi"}, "hostPath": {"path": "/"}, "storageClassName": "root"}
        p.apply(json.dumps({"apiVersion": "v1", **volume, "spec": has}))
        wants = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Mi"}}, "storageClassName": "root"}
        p.apply(json.dumps({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "root"}, "spec": wants}))
        mounted = {"command": ["ls", "/h"], "volumeMounts": [{"name": "h", "mountPath": "/h"}]}
        p.pod("claims-root", mounted, volumes=[{"name": "h", "persistentVolumeClaim": {"claimName": "root"}}])
        contains(p.state("claims-root", "waiting", "CreateContainerConfigError")["message"], "did not make", "--allow-host-processes")

    def written():
        """what Davit writes for a pod the pod does not write to; its token is read by whoever it runs as"""
        token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
        script = f"ln -sfn ../../../../../.. /cm/..data && echo WROTE; mv /cm/..data /cm/x && echo WROTE; head -c 1 {token} && echo read"
        container = {"command": ["sh", "-c", script], "volumeMounts": [{"name": "c", "mountPath": "/cm"}]}
        for name, more in (("led", {"runAsUser": 0}), ("reads-token", {"runAsUser": 1234})):
            volumes = [{"name": "c", "configMap": {"name": "cm"}}]
            p.pod(name, {**container, "securityContext": more}, volumes=volumes)
            p.state(name, "terminated", "Completed")
            assert "WROTE" not in p.logs(name), f"found {p.logs(name)!r}, expected that nothing is written"
            contains(p.logs(name), "read\n")

    def probes():
        """probes run in the container, one that fails starts it again"""
        script = 'trap "exit 0" TERM; touch /tmp/up; while :; do sleep 0.1; done'
        probe = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 2, "timeoutSeconds": 20}
        container = {"command": ["sh", "-c", script], "readinessProbe": probe, "livenessProbe": probe}
        p.pod("probed", container, restartPolicy="Always")
        p.kubectl("wait", "--for=condition=Ready", "pod/probed", "--timeout=110s")
        equal(p.status("probed")["containerStatuses"][0]["restartCount"], 0)
        p.kubectl("exec", "probed", "--", "rm", "/tmp/up")
        until(lambda: p.status("probed")["containerStatuses"][0]["restartCount"] == 1, "another start")
        p.kubectl("wait", "--for=condition=Ready", "pod/probed", "--timeout=110s")
        contains("\n".join(p.events("probed")), "Unhealthy Liveness probe failed")

    def ends():
        """what asks it to end is heard within its grace, what does not listen is ended after it; nothing stays"""
        hears = 'trap "echo asked; exit 0" TERM; echo up; while :; do sleep 0.1; done'
        p.pod("hears", {"command": ["sh", "-c", hears]}, terminationGracePeriodSeconds=60)
        p.pod("deaf", {"command": ["sleep", "infinity"]})
        p.state("hears", "running")
        until(lambda: "up" in p.logs("hears"), "that it runs")
        p.state("deaf", "running")
        began = time.monotonic()
        p.kubectl("delete", "pod", "hears", "deaf")
        assert time.monotonic() - began < 40, "it took as long as its grace"
        equal([one for one in p.engine.names() if "hears" in one or "deaf" in one], [])

    def input_():
        """input comes by attach, and a terminal has a size"""
        p.pod("reads", {"command": ["sh", "-c", 'while read -r line; do echo "got $line"; done; echo over'], "stdin": True, "stdinOnce": True})
        p.state("reads", "running")
        p.kubectl("attach", "-i", "reads", stdin="one\ntwo\n", check=False)
        p.state("reads", "terminated", "Completed")
        contains(p.logs("reads"), "got one\ngot two\nover\n")
        p.pod("screen", {"command": ["bash"], "stdin": True, "tty": True})
        p.state("screen", "running")
        shell = Terminal([*p.kubectl_words, "attach", "-it", "screen"], p.environment, 20, 90)
        until(lambda: shell.type("stty size") or shows(shell, "20 90"), "the size of the terminal")
        shell.type("exit 6")
        equal(p.state("screen", "terminated")["exitCode"], 6)

    def away():
        """containers go on while the host is away, with their logs and their ends"""
        script = 'i=0; while [ ! -e /tmp/end ]; do i=$((i+1)); echo "line $i"; sleep 0.1; done; exit 9'
        p.pod("goes-on", {"command": ["sh", "-c", script]})
        p.state("goes-on", "running")
        known = p.status("goes-on")["containerStatuses"][0]["containerID"]
        contains(known, f"davit://{name}/")
        p.restart_host()
        until(lambda: p.kubectl("logs", "goes-on", check=False).returncode == 0, "the log")
        count = len(p.logs("goes-on").splitlines())
        until(lambda: len(p.logs("goes-on").splitlines()) > count, "more lines")
        p.kubectl("exec", "goes-on", "--", "touch", "/tmp/end")
        ended = p.state("goes-on", "terminated")
        equal([ended["exitCode"], ended["containerID"]], [9, known])
        lines = p.logs("goes-on").splitlines()
        equal(lines, [f"line {at + 1}" for at in range(len(lines))], "log")

    def strays():
        """a container that nobody follows any more is removed, and its pod goes on in another"""
        p.pod("stray", {"command": ["sleep", "infinity"]}, restartPolicy="Always")
        p.state("stray", "running")
        [before] = [one for one in p.engine.names() if "stray" in one]
        listed = subprocess.run(["ps", "-A", "-o", "pid=,sid=,args="], check=True, capture_output=True, encoding="utf-8").stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        sessions = {row[1] for row in rows if len(row) > 2 and f"start --attach {before}" in row[2]}
        assert sessions, "nobody follows it"
        for pid, session, _ in (row for row in rows if len(row) > 2):
            if session in sessions:
                os.kill(int(pid), signal.SIGKILL)
        until(lambda: p.status("stray")["containerStatuses"][0]["restartCount"] == 1, "another start")
        until(lambda: before not in p.engine.names(), "that the old one is gone")
        p.state("stray", "running")

    return [seed, serving, given, parts, memory, unstarted, pulling, rights, written, probes, ends, input_, away, strays]


def closing(platform):
    def nothing_stays():
        """davit up takes its containers along when it ends"""
        platform.up.stop()
        equal([one for one in platform.engine.names() if one.startswith("davit-")], [])

    return [nothing_stays]
