"""`davit up`, started as its user starts it."""

import functools
import json
import os
import pathlib
import re
import signal
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
DAVIT = ROOT / "bin" / "davit"

# Only a bound on hanging.
SECONDS = 60

# Blocks that no other cluster of this machine is likely to use.
PART = os.getpid() % 250


@functools.cache
def offers(flag):
    """Whether this Davit has a flag."""
    said = subprocess.run([DAVIT, "up", "--help"], check=True, capture_output=True, encoding="utf-8").stdout
    return f"{flag} " in said


def places(number=0):
    """Settings by environment that keep a cluster apart from every other."""
    return {
        "DAVIT_API_PORT": "0",
        "DAVIT_GATEWAY_PORT": "0",
        "DAVIT_SERVICE_ADDRESSES": f"127.{123 + 2 * number}.{PART}.0/24",
        "DAVIT_POD_ADDRESSES": f"127.{124 + 2 * number}.{PART}.0/24",
        "DAVIT_LOG_FORMAT": "json",
    }


def without_login():
    """The flag that turns off the login of the gateway, where there is one."""
    return ["--no-auth"] if offers("--no-auth") else []


class Log:
    """Lines of JSON that a process writes, and who waits for one."""

    def __init__(self, stream):
        self.events = []
        self.text = ""
        self._changed = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, args=[stream], daemon=True)
        self._reader.start()

    def _read(self, stream):
        for line in stream:
            with self._changed:
                self.text += line
                if line.startswith("{"):
                    self.events.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def event(self, words):
        """The first event whose text holds `words`."""

        def found():
            return next((one for one in self.events if words in str(one.get("event"))), None)

        with self._changed:
            self._changed.wait_for(lambda: found() or self._ended, SECONDS)
            assert found(), f"davit never logged {words!r}: {self.text[-2000:]}"
            return found()

    def wait(self, words):
        """All that was printed, once `words` are in it."""
        with self._changed:
            self._changed.wait_for(lambda: words in self.text or self._ended, SECONDS)
            assert words in self.text, f"davit never said {words!r}: {self.text[-2000:]}"
            return self.text


class Up:
    """A running platform. `as_user` wraps the command line of a process in what makes it another user's."""

    def __init__(self, folder, *words, number=0, login=False, environment=None, as_user=lambda words: words):
        self.folder = pathlib.Path(folder)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not re.match("DAVIT_|KUBECONFIG", name)},
            **places(number),
            "DAVIT_DATA_DIR": str(self.folder),
            **(environment or {}),
        }
        command = as_user([str(DAVIT), "up", *([] if login else without_login()), *words])
        self.process = subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self.log = Log(self.process.stdout)

    @property
    def kubeconfig(self):
        return self.log.event("the Kubernetes API is up")["kubeconfig"]

    @property
    def gateway(self):
        """Its address, as HOST:PORT."""
        return self.log.event("the gateway is up")["url"].removeprefix("http://")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SECONDS)
        finally:
            self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
