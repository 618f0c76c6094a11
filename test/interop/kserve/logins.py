"""KServe's quick start for people who log in: kubectl by `davit login`, and models called with a bearer token."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.request

import tools
from harness import contains, equal
from running import DAVIT, ROOT, SECONDS, Up

IRIS = ROOT / "examples" / "iris" / "iris-model.joblib"
OWNER = "user@example.com"
OTHER = "ada@example.com"
NAMESPACE = "kubeflow-user-example-com"
PASSWORD = "a long enough password"
ROWS = {"instances": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}

# As the quick start has it, with a model of this machine.
SERVICE = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: sklearn-iris
spec:
  predictor:
    model:
      modelFormat:
        name: sklearn
      storageUri: "file://{folder}/iris-model.joblib"
"""


def variants():
    yield "the quick start with logins", running


@contextlib.contextmanager
def running(scratch):
    shutil.copy(IRIS, scratch)
    environment = {"DAVIT_LOGIN_CACHE": str(scratch / "logins"), "HOME": str(scratch)}
    with Up(scratch / "data", number=3, login=True, environment=environment) as up:
        assert up.gateway
        yield Place(scratch, up).checks()


class Place:
    def __init__(self, scratch, up):
        self.scratch = scratch
        self.up = up
        self.environment = {**up.environment, "KUBECONFIG": up.kubeconfig}
        self.kubectl_program = tools.fetched().path / "kubectl"

    def run(self, *words, said=None, config=None, fails=False):
        environment = self.environment if config is None else {**self.environment, "KUBECONFIG": str(config)}
        done = subprocess.run(
            [str(word) for word in words], input=said, env=environment, capture_output=True, encoding="utf-8", timeout=2 * SECONDS
        )
        assert (done.returncode != 0) == fails, f"exit status {done.returncode}: {done.stdout[-500:]}{done.stderr[-1000:]}"
        return done.stdout if not fails else done.stderr

    def davit(self, *words, **options):
        return self.run(DAVIT, *words, **options)

    def kubectl(self, *words, **options):
        return self.run(self.kubectl_program, *words, **options)

    def personal(self, email):
        """A kubeconfig by which kubectl logs somebody in."""
        file = self.scratch / f"{email}.kubeconfig"
        file.write_text(self.davit("kubeconfig", "--user", email))
        return file

    def log_in(self, email, password, **options):
        (user,) = json.loads(self.personal(email).read_text())["users"]
        return self.davit(*user["user"]["exec"]["args"], "--password-stdin", said=f"{password}\n", **options)

    def told_where(self, config):
        """What kubectl shows of a login that it waits for."""
        environment = {**self.environment, "KUBECONFIG": str(config), "DAVIT_LOGIN_BROWSER": "false"}
        words = [str(self.kubectl_program), "get", "isvc", "-n", NAMESPACE]
        # A session of its own: the login that it starts ends with it.
        started = subprocess.Popen(
            words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
        )
        late = threading.Timer(SECONDS, lambda: os.killpg(started.pid, signal.SIGKILL))
        late.start()
        try:
            return next((line for line in started.stderr if "http://" in line), "nothing")
        finally:
            late.cancel()
            # Not by what Ctrl-C sends: where these tests run in the background, their children do not hear it.
            os.killpg(started.pid, signal.SIGTERM)
            started.wait(timeout=SECONDS)

    def predict(self, token):
        """Status and answer of the quick start's request."""
        url = self.kubectl("get", "isvc", "sklearn-iris", "-n", NAMESPACE, "-o", "jsonpath={.status.url}")
        headers = {"Host": url.split("/")[2], "Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        asked = urllib.request.Request(
            f"http://{self.up.gateway}/v1/models/sklearn-iris:predict", json.dumps(ROWS).encode(), headers
        )
        try:
            with urllib.request.build_opener(Stays).open(asked, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def checks(self):
        config = self.personal(OWNER)

        def nobody():
            """kubectl of somebody who has not logged in tells him where to"""
            contains(self.told_where(config), "/dex/auth?")

        def logs_in():
            """davit login with the first password, and kubectl starts it by itself"""
            password = (self.up.folder / "initial-password").read_text().strip()
            contains(self.log_in(OWNER, password), f"You are {OWNER} until ")
            equal(self.kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}", config=config), OWNER)

        def wrong():
            """a wrong password logs nobody in"""
            contains(self.log_in(OWNER, "wrong", fails=True), "the e-mail address or the password is wrong")

        def creates():
            """kubectl apply of the quick start's InferenceService, as whoever has logged in"""
            made = self.kubectl("apply", "-n", NAMESPACE, "-f", "-", said=SERVICE.format(folder=self.scratch), config=config)
            equal(made, "inferenceservice.serving.kserve.io/sklearn-iris created\n")
            waited = ("wait", "--for=condition=Ready", "isvc/sklearn-iris", "-n", NAMESPACE, f"--timeout={SECONDS}s")
            self.kubectl(*waited, config=config)
            contains(self.kubectl("get", "inferenceservices", "sklearn-iris", "-n", NAMESPACE, config=config), "True")

        def no_token():
            """its request without a token leads to the login"""
            equal(self.predict(None)[0], 302)
            equal(self.predict("invalid-token")[0], 401)

        def tokens():
            """its request with an ID token, an API token and a service account's token: the same answer"""
            name = ("login", "--user", OWNER, "--print-token")
            account = self.kubectl("create", "token", "default-editor", "-n", NAMESPACE, config=config)
            for token in [self.davit(*name), self.davit("token", "create", "--name", "quick"), account]:
                equal(self.predict(token.strip()), (200, '{"predictions":[1,1]}'))

        def stranger():
            """somebody else logs in, and may do nothing here until he is let in"""
            self.davit("user", "add", OTHER, "--password-stdin", said=f"{PASSWORD}\n")
            self.log_in(OTHER, PASSWORD)
            other = self.personal(OTHER)
            contains(self.kubectl("get", "isvc", "-n", NAMESPACE, config=other, fails=True), "is forbidden")
            token = self.davit("login", "--user", OTHER, "--print-token").strip()
            equal(self.predict(token)[0], 404)
            binding = ("create", "rolebinding", "ada", "-n", NAMESPACE, "--clusterrole=kubeflow-view", f"--user={OTHER}")
            self.kubectl(*binding, config=config)
            contains(self.kubectl("get", "isvc", "-n", NAMESPACE, config=other), "sklearn-iris")
            equal(self.predict(token)[0], 200)

        def removed():
            """who is removed is nobody to kubectl, though a login of his is kept"""
            self.davit("user", "remove", OTHER)
            told = self.kubectl("get", "isvc", "-n", NAMESPACE, config=self.personal(OTHER), fails=True)
            assert "Unauthorized" in told or "logged in" in told, told

        def forgets():
            """davit login --forget: kubectl has to log in again"""
            self.davit("login", "--user", OWNER, "--forget")
            contains(self.told_where(config), "/dex/auth?")

        return [nobody, wrong, logs_in, creates, no_token, tokens, stranger, removed, forgets]


class Stays(urllib.request.HTTPRedirectHandler):
    """Follows nobody, as curl does."""

    def redirect_request(self, *_):
        return None
