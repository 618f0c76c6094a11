"""A library in-process, without a server: what a call costs on one thread. The twin of call.ts.

    taskset -c 0 $PEERS_DIR/bare/bin/python bench/tabular/call.py MODEL [--rows 1,32,10000] [--seconds 3] [--answers FILE]

Prints a JSON line for each number of rows: wall microseconds (least, median, p99), the CPU microseconds of the median
call, and how many were timed. --answers writes what a call on the first 1,000 rows returns.
"""

import argparse
import json
import os
import pathlib
import statistics
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

MODELS = pathlib.Path(os.environ.get("PEERS_DIR") or pathlib.Path.home() / ".cache/peers") / "models/tabular"


def timed(call, seconds):
    call(), call()
    wall, cpu, end = [], [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(wall) < 3:
        c, t = time.process_time_ns(), time.perf_counter_ns()
        call()
        wall.append((time.perf_counter_ns() - t) / 1000)
        cpu.append((time.process_time_ns() - c) / 1000)
    wall.sort()
    return {
        "least": wall[0],
        "median": statistics.median(wall),
        "p99": wall[-(-len(wall) * 99 // 100) - 1],
        "cpu": statistics.median(cpu),
        "calls": len(wall),
    }


def opened(folder, about):
    """The fastest call that the library documents for a plain array."""
    path = str(folder / about["file"])
    if path.endswith(".json"):
        import xgboost

        booster = xgboost.Booster({"nthread": 1}, model_file=path)
        return booster.inplace_predict
    if path.endswith(".txt"):
        import lightgbm

        booster = lightgbm.Booster(model_file=path)
        return lambda rows: booster.predict(rows, num_threads=1)
    import joblib

    return getattr(joblib.load(path), about["method"])


def rows_of(folder, about):
    if "features" in about:
        return np.fromfile(folder / "rows.f64").reshape(-1, about["features"])
    return json.loads((folder / "texts.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--rows", default="1,32,10000")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--answers", type=pathlib.Path)
    options = parser.parse_args()
    folder = MODELS / options.model
    about = json.loads((folder / "about.json").read_text())
    call, rows = opened(folder, about), rows_of(folder, about)
    for count in map(int, options.rows.split(",")):
        some = rows[:count]
        print(json.dumps({"rows": count, **timed(lambda: call(some), options.seconds)}), flush=True)
    if options.answers:
        options.answers.write_text(json.dumps(np.ravel(call(rows[:1000])).astype(float).tolist()))


if __name__ == "__main__":
    main()
