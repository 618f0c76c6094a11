"""Real clients of Kubernetes against Davit's API server. Started by run.sh, which sets up their environment.

    main.py [--record] [NAME…]     only what is named, transcripts and client suites alike

--record writes what is printed into the transcripts: for a real API server, which SERVER and AUTHORITY name.
"""

import argparse
import concurrent.futures
import io
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import besides  # noqa: E402
import cluster  # noqa: E402
import golang  # noqa: E402
import javascript  # noqa: E402
import python  # noqa: E402
import streams  # noqa: E402
import tools  # noqa: E402
import transcripts  # noqa: E402
from harness import Tally  # noqa: E402

CLIENTS = {"besides": besides, "python": python, "javascript": javascript, "go": golang, "streams": streams}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    total = Tally()
    with tempfile.TemporaryDirectory() as folder, cluster.running() as server:
        scratch = pathlib.Path(folder)
        kubectls = [tools.fetched()] if options.record else [tools.fetched(), tools.newer(scratch)]
        jobs = [
            lambda file=file: record(server, scratch, file, kubectls[0]) if options.record else compare(server, scratch, file, kubectls)
            for file in sorted((HERE / "transcripts").glob("*.txt"), key=lambda file: -file.stat().st_size)
            if not options.names or file.stem in options.names
        ]
        jobs += [
            lambda client=client: client_suite(server, scratch, client)
            for name, client in CLIENTS.items()
            if not options.record and (not options.names or name in options.names)
        ]
        # Two at a time: kubectl computes as much as the server does.
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for tally in pool.map(lambda job: job(), jobs):
                print(tally.out.getvalue(), end="", flush=True)
                total.passed += tally.passed
                total.failed += tally.failed
    if options.record:
        return 0
    return total.close()


def client_suite(server, scratch, client):
    tally = Tally(io.StringIO())
    tally.suite(client.TITLE, lambda: client.checks(server, scratch))
    return tally


def compare(server, scratch, file, kubectls):
    """Runs a transcript with each kubectl, one after the other: they use the same namespace."""
    tally = Tally(io.StringIO())
    for kubectl in kubectls:
        with transcripts.session(server, scratch, file.stem, kubectl) as session:
            every = transcripts.parse(file.read_text())
            steps = [step for step in every if session.concerns(step)]
            tally.suite(f"{file.stem}, kubectl {kubectl.version}", lambda: [session.check(step) for step in steps])
    return tally


def record(server, scratch, file, kubectl):
    with transcripts.session(server, scratch, file.stem, kubectl) as session:
        steps = transcripts.parse(file.read_text())
        for step in steps:
            if session.concerns(step):
                session.record(step)
    file.write_text("\n".join(line for step in steps for line in step.text()) + "\n")
    return Tally(io.StringIO(f"{file.stem}: recorded\n"))


if __name__ == "__main__":
    sys.exit(main())
