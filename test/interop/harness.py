"""Named checks: each prints `✔ name` or `✖ name` with the reason, and the tally is the closing line."""

import sys
import time
import traceback

EXPECTED = (AssertionError,)


class Tally:
    """Runs checks one after another and counts them; a check that raises has failed."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def run(self, name, check):
        started = time.monotonic()
        try:
            check()
        except Exception as error:  # any exception of a client library is a failed check, and the next one still runs
            self.failed += 1
            reason = str(error) if isinstance(error, EXPECTED) else traceback.format_exc(limit=-3)
            print(f"✖ {name}\n  " + reason.strip().replace("\n", "\n  "))
        else:
            self.passed += 1
            print(f"✔ {name} ({(time.monotonic() - started) * 1000:.0f} ms)")
        sys.stdout.flush()

    def suite(self, title, checks):
        print(f"\n{title}")
        for check in checks:
            self.run((check.__doc__ or check.__name__).strip(), check)

    def close(self):
        """Prints the closing line. Returns the exit status."""
        print(f"\n{self.passed} passed, {self.failed} failed")
        return 0 if self.failed == 0 and self.passed > 0 else 1


def equal(found, expected, place="answer"):
    assert found == expected, f"{place}: found {found!r}, expected {expected!r}"


def contains(text, *parts):
    for part in parts:
        assert part in text, f"found {text!r}, expected it to contain {part!r}"


def raises(kind, action):
    """The exception of `kind` that `action` raises; a failed check when it raises none."""
    try:
        value = action()
    except kind as error:
        return error
    raise AssertionError(f"found the answer {value!r}, expected {kind.__name__}")
