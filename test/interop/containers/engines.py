"""The container engines of this machine that work, each with images of its own that nobody else sees."""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
IMAGE = "docker.io/library/ubuntu:latest"
PROGRAMS = ["bash", "sh", "curl", "ls", "cat", "sleep", "stty", "id", "env", "head", "tail", "touch", "grep", "rm", "mkdir", "mv", "ln"]

# Some machines let a process raise no limits, and run no container with those that Podman would have; and not every runtime takes every
# arrangement of cgroups.
LIMITS = '[containers]\ndefault_ulimits = ["nofile=1024:4096", "nproc=1024:4096"]\n'
SETTINGS = ["", LIMITS, f'[engine]\nruntime = "runc"\n{LIMITS}']

# Only a bound on hanging.
SECONDS = 120


class Engine:
    def __init__(self, name, environment):
        self.name = name
        self.environment = environment

    def run(self, *words, check=True):
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            [self.name, *words], env=environment, check=check, capture_output=True, encoding="utf-8", timeout=SECONDS
        )

    def names(self):
        return self.run("ps", "--all", "--format", "{{.Names}}").stdout.split()


def image_file(scratch):
    """An archive of a root that holds a shell, curl and a few more."""
    root, archive = scratch / "root", scratch / "root.tar"
    subprocess.run([HERE / "image.sh", root, *PROGRAMS], check=True)
    subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
    return archive


def podman(scratch):
    """Podman with a storage of its own, and settings with which containers run here; or why there is none."""
    if shutil.which("podman") is None:
        return "there is no podman"
    storage = scratch / "storage.conf"
    places = f'graphroot = "{scratch}/images"\nrunroot = "{scratch}/running"\n'
    storage.write_text(f'[storage]\ndriver = "overlay"\n{places}')
    why = ""
    archive = image_file(scratch)
    for number, settings in enumerate(SETTINGS):
        conf = scratch / f"containers-{number}.conf"
        conf.write_text(settings)
        environment = {"CONTAINERS_STORAGE_CONF": str(storage)}
        if settings:
            environment["CONTAINERS_CONF"] = str(conf)
        engine = Engine("podman", environment)
        imported = engine.run("import", "--quiet", str(archive), IMAGE, check=False)
        tried = engine.run("run", "--rm", "--network", "host", IMAGE, "sh", "-c", "exit 7", check=False)
        if tried.returncode == 7:
            return engine
        why = (imported.stderr + tried.stderr).strip()
    return f"podman runs no container: {why}"


def docker(scratch):
    """Docker with its daemon; or why there is none."""
    if shutil.which("docker") is None:
        return "there is no docker"
    engine = Engine("docker", {})
    tried = engine.run("version", check=False)
    if tried.returncode != 0:
        return f"docker does not work: {tried.stderr.strip()}"
    folder = scratch / "docker"
    folder.mkdir()
    engine.run("import", str(image_file(folder)), IMAGE)
    return engine
