"""Logs, commands, terminals, files and ports of pods: kubectl, and the official Python and JavaScript clients."""

import atexit
import fcntl
import functools
import json
import os
import pathlib
import pty
import re
import shutil
import socket
import struct
import subprocess
import termios
import threading
import time

import tools
from cluster import NODE, ROOT
from harness import contains, equal
from kubernetes import client, config
from kubernetes.stream import portforward, stream

TITLE = "streams of pods: kubectl, Python, JavaScript"
HOST = ROOT / "test" / "host" / "streams" / "host.ts"

# Only a bound on hanging.
SECONDS = 30

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "shell"},
    "spec": {
        "terminationGracePeriodSeconds": 0,
        "volumes": [{"name": "models", "emptyDir": {}}],
        "containers": [
            {
                "name": "main",
                "image": "busybox",
                "command": ["sh", "-c", "echo one; echo two; exec sleep 1000"],
                "volumeMounts": [{"name": "models", "mountPath": "/mnt/models"}],
            },
            {"name": "side", "image": "busybox", "command": ["sh", "-c", "echo side; exec sleep 1000"]},
        ],
    },
}


class Host:
    """A server of our own, with a node whose pods are processes."""

    def __init__(self):
        self.process = subprocess.Popen([NODE, HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        atexit.register(self.stop)
        self.kubeconfig = json.loads(self.process.stdout.readline())["kubeconfig"]
        self.kubectl = tools.fetched().path / "kubectl"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(SECONDS)

    def start(self, *words, **options):
        environment = {**os.environ, "KUBECONFIG": self.kubeconfig, **options.pop("env", {})}
        return subprocess.Popen([self.kubectl, *words], env=environment, stdin=options.pop("stdin", subprocess.DEVNULL), **options)

    def run(self, *words, input=b"", env={}):
        """Exit status, output and errors of kubectl."""
        process = self.start(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        out, errors = process.communicate(input, SECONDS)
        return process.returncode, out, errors.decode()

    def out(self, *words, **options):
        status, out, errors = self.run(*words, **options)
        assert status == 0, f"kubectl {words}: exit status {status}: {errors}"
        return out.decode()


def checks(server, scratch):
    host = Host()
    host.out("create", "-f", "-", input=json.dumps(POD).encode())
    host.out("wait", "--for=condition=Ready", "pod/shell", "--timeout=20s")
    address = host.out("get", "pod", "shell", "-o", "jsonpath={.status.podIP}")
    port = echo(address)
    folder = scratch / "streams"
    folder.mkdir()

    def logs():
        """kubectl logs: a container, the last lines, times, all containers"""
        equal(host.out("logs", "shell", "-c", "main"), "one\ntwo\n")
        equal(host.out("logs", "shell", "--tail=1"), "two\n")
        stamped = host.out("logs", "shell", "--timestamps").splitlines()
        assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z (one|two)$", line) for line in stamped), stamped
        equal(sorted(host.out("logs", "shell", "--all-containers", "--prefix").splitlines()), [
            "[pod/shell/main] one", "[pod/shell/main] two", "[pod/shell/side] side",
        ])
        status, _, errors = host.run("logs", "shell", "--previous")
        equal(status, 1)
        contains(errors, 'Error from server (BadRequest): previous terminated container "main" in pod "shell" not found')

    def follow():
        """kubectl logs -f, until the pod has ended"""
        words = ["run", "talker", "--image=busybox", "--restart=Never", "--command", "--"]
        host.out(*words, "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.3; done")
        host.out("wait", "--for=jsonpath={.status.phase}=Running", "pod/talker", "--timeout=20s")
        equal(host.out("logs", "-f", "talker"), "1\n2\n3\n")

    def carriers(check):
        """What is checked over a WebSocket and over SPDY, which older kubectls speak."""
        for websockets in ["true", "false"]:
            check({"KUBECTL_REMOTE_COMMAND_WEBSOCKETS": websockets, "KUBECTL_PORT_FORWARD_WEBSOCKETS": websockets})

    def execute():
        """kubectl exec: output, errors, input, exit codes, commands that are not there"""

        def check(env):
            status, out, errors = host.run("exec", "shell", "-c", "side", "--", "sh", "-c", "echo out; echo wrong >&2; exit 3", env=env)
            equal((status, out), (3, b"out\n"))
            equal(errors, "wrong\ncommand terminated with exit code 3\n")
            data = os.urandom(3_000_000)
            status, out, _ = host.run("exec", "-i", "shell", "--", "cat", input=data, env=env)
            equal((status, out == data), (0, True))
            status, _, errors = host.run("exec", "shell", "--", "nosuch", env=env)
            equal(status, 1)
            contains(errors, 'exec: "nosuch": executable file not found in $PATH')
            status, _, errors = host.run("exec", "shell", "-c", "none", "--", "true", env=env)
            contains(errors, "container none is not valid for pod shell")

        carriers(check)

    def terminal():
        """kubectl exec --stdin --tty: a shell, its size, Ctrl-C, its exit code"""

        def check(env):
            with Terminal(host, env, "exec", "--stdin", "--tty", "shell", "--", "/bin/sh") as shell:
                shell.type("tty; stty size\n")
                shell.expect(rb"/dev/pts/\d+\r\n33 101\r\n")
                shell.resize(20, 50)
                shell.type("until [ \"$(stty size)\" = \"20 50\" ]; do sleep 0.05; done; echo $((40 + 2))\n")
                shell.expect(rb"42\r\n")
                shell.type("trap 'echo caught' INT; echo rea''dy; while :; do sleep 0.05; done\n")
                shell.expect(rb"ready\r\n")
                shell.type("\x03")
                shell.expect(rb"caught")
            with Terminal(host, env, "exec", "-it", "shell", "--", "/bin/sh") as shell:
                shell.type("exit 7\n")
                equal(shell.process.wait(SECONDS), 7)

        carriers(check)

    def goes():
        """a kubectl that is killed takes its command with it"""
        mark = folder / "pid"
        process = host.start("exec", "-i", "shell", "--", "sh", "-c", f"echo $$ >{mark}; exec sleep 1000", stdin=subprocess.PIPE)
        until(lambda: mark.exists() and mark.read_text().strip())
        pid = int(mark.read_text())
        process.kill()
        process.wait(SECONDS)
        until(lambda: not alive(pid))

    def attach():
        """kubectl attach and kubectl run -i: what a container writes and reads"""
        words = ["run", "reader", "--image=busybox", "--restart=Never", "-i", "--rm", "--quiet", "--command", "--"]
        out = host.out(*words, "sh", "-c", 'while read line; do echo "got $line"; done; echo done', input=b"a\nb\n")
        contains(out, "got a\ngot b\ndone\n")
        words = ["run", "guest", "--image=busybox", "--restart=Never", "-it", "--rm", "--quiet", "--command", "--", "/bin/sh"]
        with Terminal(host, {}, *words) as shell:
            shell.type("tty; until [ \"$(stty size)\" = \"33 101\" ]; do sleep 0.05; done; echo $((40 + 2))\n")
            shell.expect(rb"/dev/pts/\d+\r\n42\r\n")
            shell.type("exit 6\n")
            shell.expect(rb"exit 6\r\n")
            equal(shell.process.wait(SECONDS), 6)

    def copy():
        """kubectl cp: a file and a folder, both ways, also of a volume"""
        here, there, back = folder / "here", folder / "there", folder / "back"
        (here / "inner").mkdir(parents=True)
        (here / "a.bin").write_bytes(os.urandom(2_000_000))
        (here / "inner" / "b.txt").write_text("b")
        host.out("cp", f"{here}", f"shell:{there}")
        host.out("cp", f"shell:{there}", f"{back}", "-c", "side")
        equal((back / "a.bin").read_bytes() == (here / "a.bin").read_bytes(), True)
        equal((back / "inner" / "b.txt").read_text(), "b")
        shutil.rmtree(there)
        host.out("cp", f"{here}/a.bin", "shell:/mnt/models/a.bin")
        host.out("cp", f"{here}/inner", "shell:/mnt/models/inner")
        host.out("cp", "shell:/mnt/models", f"{folder}/models")
        host.out("cp", "shell:/mnt/models/inner/b.txt", f"{folder}/b.txt")
        equal((folder / "models" / "a.bin").read_bytes() == (here / "a.bin").read_bytes(), True)
        equal((folder / "models" / "inner" / "b.txt").read_text(), "b")
        equal((folder / "b.txt").read_text(), "b")

    def ports():
        """kubectl port-forward: connections side by side, a port that nobody has"""

        def check(env):
            process = host.start("port-forward", "pod/shell", f":{port}", ":1", stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=env)
            try:
                lines = [process.stdout.readline() for _ in range(4)]
                locals = [int(number) for number in re.findall(r"127\.0\.0\.1:(\d+) ->", "".join(lines))]
                results = []
                threads = [threading.Thread(target=through, args=(locals[0], results)) for _ in range(8)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(SECONDS)
                equal(results, [True] * 8)
                with socket.create_connection(("127.0.0.1", locals[1]), SECONDS) as closed:
                    equal(closed.recv(1), b"")
                contains(process.stderr.readline(), "connection refused")
            finally:
                process.kill()
                process.wait()

        carriers(check)

    @functools.cache
    def core():
        return client.CoreV1Api(config.new_client_from_config(host.kubeconfig))

    def python_exec():
        """the Python client: exec, its exit code, its input"""
        method = core().connect_get_namespaced_pod_exec
        common = {"container": "main", "stderr": True, "stdout": True, "tty": False}
        response = stream(method, "shell", "default", command=["sh", "-c", "echo out; exit 4"], stdin=False, _preload_content=False, **common)
        response.run_forever(timeout=SECONDS)
        equal((response.read_stdout(), response.returncode), ("out\n", 4))
        response = stream(method, "shell", "default", command=["sh", "-c", "read line; echo got $line"], stdin=True, _preload_content=False, **common)
        response.write_stdin("x\n")
        response.run_forever(timeout=SECONDS)
        equal((response.read_stdout(), response.returncode), ("got x\n", 0))

    def python_ports():
        """the Python client: port-forward, logs"""
        forwarded = portforward(core().connect_get_namespaced_pod_portforward, "shell", "default", ports=f"{port}")
        connection = forwarded.socket(port)
        connection.setblocking(True)
        connection.sendall(b"through")
        equal(connection.recv(7), b"through")
        connection.close()
        equal(core().read_namespaced_pod_log("shell", "default", container="main", tail_lines=1), "two\n")

    def javascript():
        """the JavaScript client: exec, a terminal, logs, port-forward"""
        copy = pathlib.Path(os.environ["CLIENTS"]).resolve() / "streams.mjs"
        copy.write_text((pathlib.Path(__file__).resolve().parent / "javascript" / "streams.mjs").read_text())
        words = [NODE, copy, host.kubeconfig, "shell", "main", f"{port}"]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=SECONDS)
        assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr.strip()[-800:]}"
        equal(json.loads(done.stdout), {
            "exec": ["out\n", "wrong\n", "NonZeroExitCode", "3"],
            "exec with input": "hello",
            "exec at a terminal": "terminal\r\n",
            "log": "two\n",
            "port-forward": "through",
        })

    return [logs, follow, execute, terminal, goes, attach, copy, ports, python_exec, python_ports, javascript]


class Terminal:
    """kubectl at a terminal of 33 lines and 101 columns."""

    def __init__(self, host, env, *words):
        self.master, slave = pty.openpty()
        self.resize(33, 101)
        self.process = host.start(*words, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True,
                                  preexec_fn=lambda: own_terminal(slave))
        os.close(slave)
        self.said = b""

    def resize(self, lines, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def expect(self, pattern):
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            while not re.search(pattern, self.said):
                self.said += os.read(self.master, 4096)
        except OSError:
            raise AssertionError(f"found {self.said!r}, expected {pattern!r}")
        finally:
            timer.cancel()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


def own_terminal(slave):
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def echo(address):
    """A server that gives back what it gets, at the address of a pod. Returns its port."""
    server = socket.create_server((address, 0))

    def serve(connection):
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)

    def accept():
        while True:
            threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def through(port, results):
    data = os.urandom(300_000)
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        def send():
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)

        sending = threading.Thread(target=send)
        sending.start()
        got = b"".join(iter(lambda: connection.recv(65536), b""))
        sending.join()
    results.append(got == data)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(true):
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.02)
