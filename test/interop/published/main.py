"""Model files of others: does Davit open them, and does it answer as the library that wrote them?

  run.sh FOLDER [--python PYTHON]… [--json FILE]

Each file of FOLDER is read by Davit. A process that is thrown away, without network, home folder or rights, loads it
with the PYTHON whose libraries are nearest to the file's, makes up 60 rows, and answers them; Davit is asked the same over V2.
Right is: labels equal, numbers to a millionth of the largest. Prints a table by library and version, and what is wrong.
"""

import argparse
import collections
import concurrent.futures
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "random-pipelines"))
from server import ROOT, Server  # noqa: E402

SEED = 20261126
SECONDS = 120
MEMORY_KILOBYTES = 8 << 20
TOLERANCE = 1e-6
AT_ONCE = 2
PACKAGES = {"XGBoost": "xgboost", "LightGBM": "lightgbm"}
VERSIONS = """import json, sys
try:
    from importlib.metadata import version
except ImportError:
    from pkg_resources import get_distribution
    version = lambda name: get_distribution(name).version
found = {"python": list(sys.version_info[:3]), "base": sys.base_prefix, "path": [one for one in sys.path if one]}
for name, package in {"sklearn": "scikit-learn", "xgboost": "xgboost", "lightgbm": "lightgbm", "imblearn": "imbalanced-learn"}.items():
    try:
        found[name] = version(package)
    except Exception:
        pass
print(json.dumps(found))"""


def numbers_of(version):
    if (version or "").startswith("before 1.0"):
        return (0, 90)
    return tuple(int(part) for part in re.findall(r"\d+", version or "")[:3])


def environments(pythons):
    found = []
    for python in pythons:
        answer = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True).stdout
        found.append({"command": python, **json.loads(answer)})
    return sorted(found, key=lambda each: numbers_of(each.get("sklearn")), reverse=True)


def distance(wanted, had):
    """How far apart two versions are; the first part counts most, and newer is nearer than older."""
    if not wanted:
        return (0, 0, 0)
    wanted, had = wanted + (0,) * 3, had + (0,) * 3
    return (abs(wanted[0] - had[0]), abs(wanted[1] - had[1]) * 2 - (had[1] > wanted[1]), abs(wanted[2] - had[2]))


def nearest(one, known):
    """Environments that have the library, the nearest first."""
    package = PACKAGES.get(one.get("library"), "sklearn")
    needed = {package} | {name for name in ("xgboost", "lightgbm", "imblearn") if any(name in each for each in one["classes"])}
    able = [each for each in known if needed <= set(each)]
    return sorted(able, key=lambda each: distance(numbers_of(one.get("version")), numbers_of(each[package])))


def schema_of(one):
    """How rows look: a kind a column, with names where there are some."""
    inputs = one["inputs"]
    if len(inputs) > 1:
        return {"form": "columns", "names": [each["name"] for each in inputs], "kinds": [each["datatype"] for each in inputs]}
    only = inputs[0]
    if len(only["shape"]) == 1:
        return {"form": "vector", "kinds": [only["datatype"]], "names": [only["name"]]}
    width = only["shape"][1]
    if width < 0:
        return None
    return {"form": "one" if width == 1 else "matrix", "kinds": [only["datatype"]] * width, "names": one.get("names")}


def confined(environment, file):
    """The command that runs ask.py where a file can do no harm."""
    bound = ["/usr", "/lib", "/lib64", "/bin", str(Path(environment["command"]).parents[1]), environment["base"], *environment["path"], str(HERE)]
    binds = [part for path in dict.fromkeys(bound) if Path(path).exists() for part in ("--ro-bind", path, path)]
    shut = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--uid", "65534", "--gid", "65534"]
    rooms = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    threads = [part for name in ("OMP", "OPENBLAS") for part in ("--setenv", f"{name}_NUM_THREADS", "1")]
    command = ["bwrap", *shut, *rooms, *binds, "--ro-bind", str(file), "/model/" + file.name, *threads, "--setenv", "PYTHONDONTWRITEBYTECODE", "1", "--chdir", str(HERE)]
    return ["bash", "-c", f"ulimit -v {MEMORY_KILOBYTES}; exec \"$@\"", "bash", *command, environment["command"], "ask.py"]


def ask(environment, one, schema):
    request = {"path": "/model/" + Path(one["file"]).name, "format": one.get("format"), "schema": schema}
    request |= {"outputs": one.get("outputs"), "seed": SEED, "class": (one["classes"] or [None])[0]}
    try:
        done = subprocess.run(
            confined(environment, Path(one["file"])), input=json.dumps(request), capture_output=True, text=True, timeout=SECONDS
        )
        return json.loads(done.stdout[done.stdout.index("{") :])
    except subprocess.TimeoutExpired:
        return {"unanswered": f"took more than {SECONDS} s", "slow": True}
    except ValueError:
        return {"unloaded": f"ended with {done.returncode}: {done.stderr[-200:]}"}


def library(one, known):
    """What the nearest library that loads the file says."""
    schema = schema_of(one) if one.get("inputs") else None
    reasons = []
    for environment in nearest(one, known)[: 1 if schema is None else 3]:
        said = ask(environment, one, schema)
        said["by"] = {name: version for name, version in environment.items() if name in ("sklearn", "xgboost", "lightgbm")}
        if "unloaded" not in said and "unanswered" not in said:
            return said
        reasons.append(said)
        if said.get("slow"):
            break
    return reasons[0] if reasons else {"unloaded": "no library at hand"}


class Davit:
    """A running server with one model, whose file is another one at each load."""

    def __init__(self, folder):
        import urllib.request

        self._open = urllib.request.urlopen
        self._request = urllib.request.Request
        self.file = Path(folder) / "model.joblib"
        self.file.write_bytes((ROOT / "examples" / "iris" / "iris-model.joblib").read_bytes())
        self._server = Server(f"--model=m={self.file}", "--http-port=0").wait()

    def load(self, file):
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(Path(file).read_bytes())
        fresh.replace(self.file)
        self._post("/v2/repository/models/m/load", {})

    def answers(self, schema, columns, methods):
        outputs = [{"name": name} for name in methods]
        answer = self._post("/v2/models/m/infer", {"inputs": tensors(schema, columns), "outputs": outputs})
        return {output["name"]: output for output in answer["outputs"]}

    def _post(self, path, body):
        import urllib.error

        data = json.dumps(body).encode()
        try:
            with self._open(self._request(self._server.url + path, data, {"content-type": "application/json"}), timeout=SECONDS) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise ValueError(json.loads(error.read())["error"]) from None

    def close(self):
        self._server.kill()


def tensors(schema, columns):
    if schema["form"] == "columns":
        return [
            {"name": name, "shape": [len(column)], "datatype": kind, "data": column}
            for name, kind, column in zip(schema["names"], schema["kinds"], columns)
        ]
    if schema["form"] == "vector":
        return [{"name": schema["names"][0], "shape": [len(columns[0])], "datatype": schema["kinds"][0], "data": columns[0]}]
    data = [value for row in zip(*columns) for value in row]
    return [{"name": "input-0", "shape": [len(columns[0]), len(columns)], "datatype": schema["kinds"][0], "data": data}]


def number(value):
    return float(value) if value is not None else float("nan")


def difference(found, wanted):
    """How an answer differs from the library's; None where it does not."""
    if found["shape"] != wanted["shape"]:
        return f"shape {found['shape']}, the library's {wanted['shape']}"
    pairs = list(zip(found["data"], wanted["data"]))
    if wanted["kind"] != "f":
        wrong = [pair for pair in pairs if str(pair[0]).lower() != str(pair[1]).lower() and not equal(*pair)]
    else:
        values = [(number(left), number(right)) for left, right in pairs]
        largest = max((abs(right) for _, right in values if abs(right) < float("inf")), default=0.0)
        wrong = [pair for pair in values if not near(*pair, largest)]
    return f"{len(wrong)} of {len(pairs)} values, first {wrong[0][0]!r}, the library's {wrong[0][1]!r}" if wrong else None


def equal(left, right):
    return isinstance(left, (int, float)) and isinstance(right, (int, float)) and left == right


def near(left, right, largest):
    return left == right or (left != left and right != right) or abs(left - right) <= TOLERANCE * largest


def judge(one, said, davit):
    if one.get("refusal"):
        return "refused", one["refusal"]["reason"]
    if "answers" not in said:
        return "not compared", said.get("unloaded") or said.get("unanswered") or "rows of any width"
    schema = schema_of(one)
    try:
        davit.load(one["file"])
        found = davit.answers(schema, said["columns"], list(said["answers"]))
    except ValueError as error:
        return "wrong", f"the library answers, Davit says: {error}"
    differs = {name: difference(found[name], wanted) for name, wanted in said["answers"].items()}
    reasons = [f"{name}: {reason}" for name, reason in differs.items() if reason]
    return ("wrong", "; ".join(reasons)) if reasons else ("right", ", ".join(differs))


def row_of(one):
    library_, version = one.get("library"), numbers_of(one.get("version"))
    if library_ is None:
        return "nothing that could be read"
    return f"{library_} {'.'.join(map(str, version[:2])) or 'version untold'}"


def table(judged):
    kinds = ["right", "wrong", "not compared", "refused"]
    counts = collections.defaultdict(collections.Counter)
    for one in judged:
        counts[row_of(one)][one["verdict"]] += 1
        counts["all"][one["verdict"]] += 1
    lines = ["| Library that wrote it | Files | Right | Wrong | Not compared | Refused |", "| --- | --- | --- | --- | --- | --- |"]
    for name in sorted(counts, key=lambda each: (each == "all", each)):
        lines.append(f"| {name} | {sum(counts[name].values())} | " + " | ".join(str(counts[name][kind]) for kind in kinds) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", action="append", default=[], help="one with libraries; may be given several times")
    parser.add_argument("--json", type=Path, help="where to write what became of each file")
    options = parser.parse_args()
    files = sorted(str(path) for path in options.folder.resolve().iterdir() if path.is_file())
    examined = subprocess.run(["node", str(HERE / "examine.ts"), *files], capture_output=True, text=True, check=True).stdout
    known = environments(options.python)
    judged = [json.loads(line) for line in examined.splitlines()]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        davit = Davit(folder)
        try:
            for one, said in zip(judged, pool.map(lambda each: library(each, known), judged)):
                one["verdict"], one["why"] = judge(one, said, davit)
                one["said"] = {key: value for key, value in said.items() if key not in ("columns", "answers")}
                if one["verdict"] not in ("right",):
                    print(f"{one['verdict']}: {Path(one['file']).name} ({row_of(one)}): {one['why']}", flush=True)
        finally:
            davit.close()
    if options.json:
        options.json.write_text(json.dumps(judged, indent=1))
    print(table(judged))
    return 1 if any(one["verdict"] == "wrong" for one in judged) else 0


if __name__ == "__main__":
    sys.exit(main())
