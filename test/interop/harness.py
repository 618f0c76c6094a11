"""Named checks: each prints `✔ name` or `✖ name` with the reason, and the tally is the closing line."""

import pathlib
import sys
import textwrap
import time
import traceback

HERE = f"{pathlib.Path(__file__).resolve().parent}/"

class Tally:
    """Runs checks one after another and counts them; a check that raises has failed."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.passed = 0
        self.failed = 0

    def run(self, name, check):
        started = time.monotonic()
        try:
            check()
        except Exception as error:  # any exception of a client library is a failed check, and the next one still runs
            self._fail(name, error)
        else:
            self.passed += 1
            print(f"✔ {name} ({(time.monotonic() - started) * 1000:.0f} ms)", file=self.out, flush=True)

    def suite(self, title, checks):
        """Runs what `checks()` gives, by the names in their docstrings; a server that is not there fails the suite."""
        print(f"\n{title}", file=self.out, flush=True)
        try:
            found = checks()
        except Exception as error:
            self._fail("its server", error)
            return
        for check in found:
            self.run(check.__doc__.strip(), check)

    def _fail(self, name, error):
        self.failed += 1
        print(f"✖ {name}\n  {reason_of(error)}", file=self.out, flush=True)

    def close(self):
        """Prints the closing line. Returns the exit status."""
        print(f"\n{self.passed} passed, {self.failed} failed", file=self.out)
        return 0 if self.failed == 0 and self.passed > 0 else 1


class Difference(AssertionError):
    """A failed check whose reason is lines of a difference, shown as they are."""


def reason_of(error):
    """In a line: what was found and expected, or what a client raised and the check's line that made it do so."""
    if isinstance(error, Difference):
        return str(error)[:10_000]
    text = textwrap.shorten(str(error), 1000, placeholder=" …")
    if isinstance(error, AssertionError) and text:
        return text
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(HERE)]
    return f"{type(error).__name__}: {text} (at {own[-1].filename.removeprefix(HERE)}:{own[-1].lineno})"


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
