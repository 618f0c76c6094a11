"""scikit-learn in-process, without a server: what a call on the forest costs.

    taskset -c 0 $PEERS_DIR/bare/bin/python bench/bare.py [--seconds 3] [--answers FILE]

Prints a JSON line for each call: wall microseconds (least, median, p99), the CPU microseconds of the median call, and
how many were timed. --answers writes what the calls returned.
"""

import argparse
import json
import os
import pathlib
import statistics
import time

import joblib
import numpy as np

MODELS = pathlib.Path(os.environ.get("PEERS_DIR") or pathlib.Path.home() / ".cache/peers") / "models"


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--answers", type=pathlib.Path)
    options = parser.parse_args()
    forest = joblib.load(MODELS / "forest/model.joblib").set_params(n_jobs=1)
    body = json.loads((MODELS / "requests/forest-1000.v2.json").read_text())["inputs"][0]
    rows = np.array(body["data"], np.float32).reshape(body["shape"])
    for method in ("predict", "predict_proba"):
        call = getattr(forest, method)
        for count in (1, 1000):
            some = rows[:count]
            print(json.dumps({"method": method, "rows": count, **timed(lambda: call(some), options.seconds)}), flush=True)
    if options.answers:
        methods = ("predict", "predict_proba")
        options.answers.write_text(json.dumps({m: getattr(forest, m)(rows).ravel().tolist() for m in methods}))


if __name__ == "__main__":
    main()
