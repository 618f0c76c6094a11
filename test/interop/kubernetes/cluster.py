"""The API server under test, as the clients know it: a kubeconfig."""

import contextlib
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
HOST = ROOT / "test" / "conformance" / "kubernetes" / "host.ts"
NODE = ROOT / "node_modules" / ".bin" / "node"

# Only a bound on hanging.
SECONDS = 60


class Cluster:
    def __init__(self, server, authority):
        self.server = server
        self.authority = authority

    def kubeconfig(self, file, namespace):
        """Writes a kubeconfig with the users admin (who may do everything) and alice (who may do nothing)."""
        users = [{"name": name, "user": {"token": f"{name}-token"}} for name in ["admin", "alice"]]
        contexts = [
            {"name": name, "context": {"cluster": "davit", "user": name, "namespace": namespace}}
            for name in ["admin", "alice"]
        ]
        where = {"server": self.server, "certificate-authority": str(self.authority)}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "davit", "cluster": where}],
            "users": users,
            "contexts": contexts,
            "current-context": "admin",
        }
        file.write_text(json.dumps(config))
        return file


@contextlib.contextmanager
def running():
    """A server of our own on a free port, or the one that SERVER and AUTHORITY (a file) name."""
    if os.environ.get("SERVER"):
        yield Cluster(os.environ["SERVER"], pathlib.Path(os.environ["AUTHORITY"]).expanduser())
        return
    process = subprocess.Popen([NODE, HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        line = process.stdout.readline()
        assert line, f"the API server did not start: exit status {process.wait(SECONDS)}"
        place = json.loads(line)
        yield Cluster(f"https://127.0.0.1:{place['port']}", pathlib.Path(place["ca"]))
    finally:
        process.stdin.close()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
