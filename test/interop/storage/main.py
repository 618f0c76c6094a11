"""Models fetched from real servers of S3 and Google Cloud Storage. Started by run.sh, which sets up its environment."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "kserve"), str(HERE)]

from harness import Tally, equal  # noqa: E402
from running import Up  # noqa: E402
from servers import KEY, SECONDS, gcs_server, s3_server  # noqa: E402

MODEL = (ROOT / "examples" / "iris" / "iris-model.joblib").read_bytes()
LARGE = os.urandom(24 * 2**20)
# Names of objects, and what is in them.
OBJECTS = {
    "iris/model.joblib": MODEL,
    "iris/notes/with space+plus.txt": b"notes",
    "iris-2/other.joblib": b"another model",
    "alone.joblib": b"a model at the top",
    "large/model.bin": LARGE,
    **{f"many/{count:04d}.txt": b"one of many" for count in range(1200)},
}


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, s3_server(OBJECTS) as s3, gcs_server(OBJECTS) as gcs:
        scratch = pathlib.Path(folder)
        tally.suite("S3 (moto)", lambda: s3_checks(scratch / "s3", s3))
        tally.suite("Google Cloud Storage (gcp-storage-emulator)", lambda: gcs_checks(scratch / "gcs", gcs))
        with Up(scratch / "up", number=6) as up:
            tally.suite("an InferenceService", lambda: service_checks(up, scratch, s3))
    return tally.close()


class Initializer:
    """`davit storage-initializer` with a cache of its own."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        self.count = 0

    def start(self, uri, **environment):
        self.count += 1
        target = self.folder / str(self.count)
        target.mkdir(parents=True)
        words = [ROOT / "bin" / "davit", "storage-initializer", uri, str(target)]
        env = {**self.environment, **environment}
        return subprocess.Popen(words, env=env, stderr=subprocess.PIPE, encoding="utf-8"), target

    def fetch(self, uri, **environment):
        process, target = self.start(uri, **environment)
        _, error = process.communicate(timeout=SECONDS)
        files = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}
        return process.returncode, files, error.strip().splitlines()[-1]


def shared_checks(folder, scheme, environment):
    initializer = Initializer(folder, environment)

    def of(prefix):
        return {name[len(prefix):]: content for name, content in OBJECTS.items() if name.startswith(prefix)}

    def folder_check():
        """a folder, and nothing of another whose name begins alike"""
        equal(initializer.fetch(f"{scheme}://models/iris")[:2], (0, of("iris/")))
        equal(initializer.fetch(f"{scheme}://models/iris/")[:2], (0, of("iris/")))

    def object_check():
        """one object"""
        equal(initializer.fetch(f"{scheme}://models/iris/model.joblib")[:2], (0, {"model.joblib": MODEL}))
        equal(initializer.fetch(f"{scheme}://models/alone.joblib")[:2], (0, {"alone.joblib": b"a model at the top"}))

    def many():
        """more objects than a page has"""
        equal(initializer.fetch(f"{scheme}://models/many")[:2], (0, of("many/")))

    def patterns():
        """patterns of what is wanted and what is not"""
        allowed = initializer.fetch(f"{scheme}://models/iris", STORAGE_ALLOW_PATTERNS='["*.joblib"]')
        equal(list(allowed[1]), ["model.joblib"])
        ignored = initializer.fetch(f"{scheme}://models/iris", STORAGE_IGNORE_PATTERNS="*.joblib")
        equal(list(ignored[1]), ["notes/with space+plus.txt"])

    def missing():
        """what is not there is said"""
        uri = f"{scheme}://models/nothing/here"
        equal(initializer.fetch(uri), (1, {}, f"Failed to fetch model. No model found in {uri}."))
        status, files, error = initializer.fetch(f"{scheme}://no-such-bucket/model")
        equal((status, files), (1, {}))
        assert "no-such-bucket" in error and "404" in error, error

    def killed():
        """killed at any moment, the next one has it all"""
        for attempt in range(8):
            process, _ = initializer.start(f"{scheme}://models/large", DAVIT_CACHE=str(folder / "killed"))
            time.sleep(0.15 + attempt * 0.03)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stderr.close()
        equal(initializer.fetch(f"{scheme}://models/large", DAVIT_CACHE=str(folder / "killed"))[:2], (0, {"model.bin": LARGE}))

    return [folder_check, object_check, many, patterns, missing, killed], initializer


def s3_checks(folder, url):
    checks, initializer = shared_checks(folder, "s3", {**KEY, "AWS_ENDPOINT_URL": url})

    def spec():
        """credentials of a storage secret"""
        config = {"type": "s3", "access_key_id": "key", "secret_access_key": "secret", "endpoint_url": url}
        bare = Initializer(folder / "bare", {"STORAGE_CONFIG": json.dumps(config)})
        equal(bare.fetch("s3://models/alone.joblib")[0], 0)

    def endpoint():
        """an endpoint as KServe names it, and nobody in particular"""
        host = url.removeprefix("http://")
        bare = Initializer(folder / "nobody", {"S3_ENDPOINT": host, "S3_USE_HTTPS": "0", "awsAnonymousCredential": "true"})
        status, _, error = bare.fetch("s3://models/alone.joblib")
        # The server lets nobody in without a key; that it was asked, and answered so, is what counts.
        assert status == 0 or "403" in error, error

    def half():
        """half a key is not enough"""
        bare = Initializer(folder / "half", {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "key"})
        status, _, error = bare.fetch("s3://models/alone.joblib")
        equal(status, 1)
        assert "AWS_SECRET_ACCESS_KEY" in error, error

    return [*checks, spec, endpoint, half]


def gcs_checks(folder, url):
    checks, initializer = shared_checks(folder, "gs", {"STORAGE_EMULATOR_HOST": url})

    def bare_host():
        """an emulator named without a scheme"""
        status, files, _ = initializer.fetch("gs://models/alone.joblib", STORAGE_EMULATOR_HOST=url.removeprefix("http://"))
        equal((status, list(files)), (0, ["alone.joblib"]))

    def typo():
        """gcs:// is a slip"""
        status, _, error = initializer.fetch("gcs://models/alone.joblib")
        equal(status, 1)
        assert error.endswith("did you mean gs://?"), error

    return [*checks, bare_host, typo]


# As KServe's documentation has it: a Secret with the address of the server in its annotations, an account that names it.
SERVICE = """
apiVersion: v1
kind: Secret
metadata:
  name: s3creds
  annotations:
    serving.kserve.io/s3-endpoint: ENDPOINT
    serving.kserve.io/s3-usehttps: "0"
    serving.kserve.io/s3-region: us-east-1
type: Opaque
stringData: {AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
secrets: [{name: s3creds}]
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: from-s3}
spec:
  predictor:
    serviceAccountName: reader
    sklearn: {protocolVersion: v2, storageUri: "s3://models/iris/model.joblib"}
"""


def service_checks(up, folder, s3):
    def davit(*words):
        done = subprocess.run([ROOT / "bin" / "davit", *words], env=up.environment, capture_output=True, encoding="utf-8", timeout=2 * SECONDS)
        assert done.returncode == 0, f"davit {' '.join(words)}: {done.stdout[-500:]}{done.stderr[-1000:]}"
        return done.stdout

    def answers():
        """its model comes from S3, whose address and credentials a Secret of its account has, and it answers"""
        assert up.gateway
        file = folder / "from-s3.yaml"
        file.write_text(SERVICE.replace("ENDPOINT", s3.removeprefix("http://")))
        davit("apply", "-f", str(file))
        davit("wait", "isvc/from-s3", "--for=condition=Ready", f"--timeout={SECONDS}s")
        found = json.loads(davit("predict", "from-s3", "-f", str(ROOT / "examples" / "iris" / "iris-input.json")))
        equal(found["outputs"][0]["data"], [1, 1])

    return [answers]


if __name__ == "__main__":
    sys.exit(main())
