"""Trains random pipelines and compares the library's answers with Davit's. Started by run.sh, which has its flags."""

import argparse
import collections
import contextlib
import datetime
import os
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

import joblib
import numpy
from scipy import sparse

import census
import pipelines
from compare import differences, library
from davit import ROOT, Davit, Refused

FIT_SECONDS = 4
WIDE_COMPARISON_SECONDS = 120  # it may ask the library once more in another process
# What Davit may do without, and says so; each time is counted.
OPTIONAL = {"score_samples"}
KEPT = ROOT / ".cache" / "random-pipelines-failed"


class TooSlow(Exception):
    pass


@contextlib.contextmanager
def guard(seconds=FIT_SECONDS):
    """Stops a fit that takes too long, and keeps its warnings to itself."""

    def stop(*_):
        raise TooSlow(f"took more than {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        with warnings.catch_warnings(), numpy.errstate(all="ignore"), open(os.devnull, "w") as nowhere:
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(nowhere):
                yield
    finally:
        signal.alarm(0)


class Tally:
    def __init__(self, seed, wide):
        self.seed = seed
        self.wide = wide
        self.passed = 0
        self.failed = 0
        self.borders = 0
        self.skipped = collections.Counter()
        self.tried = collections.Counter()

    def fail(self, number, what, reason, kept):
        """Prints the failure with the line that repeats it, and keeps the file."""
        self.failed += 1
        KEPT.mkdir(parents=True, exist_ok=True)
        path = KEPT / f"{self.seed}-{number}.joblib"
        joblib.dump(kept, path)
        repeat = (" --wide" if self.wide else "") + (f" --only {number}" if isinstance(number, int) else "")
        print(f"✖ {number}: {what}\n  {reason}\n  kept: {path}, {{'model', 'rows'}}", flush=True)
        print(f"  again: test/interop/random-pipelines/run.sh --seed {self.seed}{repeat}", flush=True)


def run_one(number, known, davit, tally):
    random = numpy.random.default_rng([tally.seed, number])
    try:
        with guard():
            drawn = pipelines.draw(random, known.served, known.wide)
            model = drawn.model.fit(drawn.rows.train, drawn.targets)
    except Exception as error:  # what was drawn does not go together
        tally.skipped[f"the library does not fit it ({type(error).__name__})"] += 1
        return
    try:
        with guard():
            ask, expected = answered(model, drawn.rows.ask)
    except Exception as error:  # rows that the library refuses, or stumbles over
        tally.skipped[f"the library does not answer ({type(error).__name__})"] += 1
        return
    what = " ".join(str(model).split())
    compare_one(number, model, ask, expected, known, davit, tally, what)


def answered(model, rows):
    """Rows as they were asked, and the library's answers: sparse rows as a matrix, which a request is, where the model takes one."""
    if sparse.issparse(rows):
        with contextlib.suppress(ValueError, TypeError):
            return rows.toarray(), library(model, rows.toarray())
    return rows, library(model, rows)


def compare_one(number, model, ask, expected, known, davit, tally, what):
    kept = {"model": model, "rows": ask}
    try:
        davit.load(model)
        for method in OPTIONAL - set(davit.offers()):
            if expected.pop(method, None) is not None:
                tally.skipped[f"no {method} of {pipelines.last_of(model)}"] += 1
        found = davit.ask(ask, list(expected))
    except Refused as refusal:
        if refusal.code in census.REFUSALS:
            tally.skipped[f"refused at load: {refusal.code}"] += 1
        else:
            tally.fail(number, what, f"{refusal.code or refusal.status}: {refusal}", kept)
        return
    try:
        with guard(WIDE_COMPARISON_SECONDS if known.wide else FIT_SECONDS):
            problems, borders = differences(model, ask, expected, found, known.wide)
    except TooSlow as slow:
        problems, borders = [f"looking whether a row is at a border {slow}"], 0
    tally.borders += borders
    if problems:
        tally.fail(number, what, "; ".join(problems[:3]), kept)
        return
    tally.passed += 1
    tally.tried.update(pipelines.names_in(model))


def listed(counts):
    words = {name: f" {one}" if isinstance(one, int) else f" ({one})" for name, one in counts.items()}
    return ", ".join(name + words[name] for name in sorted(words))


def report_census(known, tally):
    counts = len(known.served), len(known.refused), len(known.unfitted)
    print("%d classes are served; %d are refused at load; %d were not fitted" % counts)
    print(f"refused: {listed(known.refused)}")
    print(f"not fitted: {listed(known.unfitted)}", flush=True)
    for name, reason, model in known.failures:
        tally.fail(name, f"{name} with its defaults", reason, {"model": model, "rows": None})


def report(tally, known):
    print(f"\nleft out: {listed(tally.skipped)}")
    print(f"rows at a border, where the library itself wavers: {tally.borders}")
    never = sorted(set(known.served) - set(tally.tried))
    print(f"classes compared: {len(tally.tried)} of {len(known.served)}; not drawn this time: {', '.join(never)}")
    print(f"\n{tally.passed} passed, {tally.failed} failed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(datetime.date.today().strftime("%Y%m%d")))
    parser.add_argument("--only", type=int)
    parser.add_argument("--count", type=int, help="pipelines to try, in place of a time")
    parser.add_argument(
        "--wide",
        action="store_true",
        help="draw also sparse rows, texts beside numbers, encoders of category_encoders and several targets; "
        "leave out distances between truths, ball trees of KernelDensity, what clusterers say of words that are all unknown, "
        "and documents at a border. What is drawn without stays the same",
    )
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    tally = Tally(options.seed, options.wide)
    with tempfile.TemporaryDirectory() as folder:
        davit = Davit(folder)
        try:
            known = census.take(davit, guard, options.wide)
            report_census(known, tally)
            if options.only is not None:
                run_one(options.only, known, davit, tally)
            number = 0
            end = time.monotonic() + options.seconds
            while options.only is None and (number < options.count if options.count else time.monotonic() < end):
                run_one(number, known, davit, tally)
                number += 1
        finally:
            davit.close()
    report(tally, known)
    return 0 if tally.failed == 0 and tally.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
