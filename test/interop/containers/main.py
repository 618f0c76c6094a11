"""Containers of real engines in pods. Started by run.sh."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "kubernetes"), str(HERE.parent / "kserve")]

import engines  # noqa: E402
import pods  # noqa: E402
from harness import Tally  # noqa: E402


ENGINES = {"podman": engines.podman, "docker": engines.docker}


def run(tally, engine, scratch, number):
    scratch.mkdir()
    platform = pods.Platform(engine, scratch / "data", number)
    try:
        tally.suite(f"pods in containers of {engine.name}", lambda: pods.checks(platform))
        tally.suite("afterwards", lambda: pods.closing(platform))
    finally:
        platform.up.stop()


def main():
    tally = Tally()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="davit-containers-"))
    wanted = sys.argv[1:] or list(ENGINES)
    try:
        for number, name in enumerate(wanted):
            engine = ENGINES[name](scratch)
            if isinstance(engine, str):
                print(f"(containers of {name} are skipped: {engine})", flush=True)
                continue
            run(tally, engine, scratch / f"{name}-pods", number + 4)
    finally:
        # What an engine has mounted is its own to take away.
        subprocess.run(["umount", "-R", scratch / "images"], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(scratch, ignore_errors=True)
    status = tally.close()
    return 0 if tally.passed + tally.failed == 0 else status


if __name__ == "__main__":
    sys.exit(main())
