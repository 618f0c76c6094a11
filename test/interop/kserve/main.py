"""Real clients of InferenceServices. Started by run.sh, which sets up their environment."""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "kubernetes")]

import guide  # noqa: E402
import logins  # noqa: E402
import sdk  # noqa: E402
import transformers  # noqa: E402
from harness import Tally  # noqa: E402

SUITES = {"guide": guide, "logins": logins, "sdk": sdk, "transformers": transformers}


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for name, suite in SUITES.items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            for title, running in suite.variants():
                scratch = pathlib.Path(folder) / title.replace(" ", "-").replace(",", "")
                scratch.mkdir()
                with running(scratch) as checks:
                    tally.suite(title, lambda checks=checks: checks)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
