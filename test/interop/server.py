"""A running `davit serve`, as its user starts it: what it prints is all that is known of it."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAVIT = ROOT / "bin" / "davit"

# Only a bound on hanging: a start that takes this long has failed.
START_SECONDS = 60
STOP_SECONDS = 60


class Server:
    """Starts bin/davit on a port that the system chooses. `events` are the log's lines, parsed."""

    def __init__(self, *arguments, environment=None):
        self.events = []
        self.url = None
        self._served = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [str(DAVIT), "serve", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            try:
                event = json.loads(line)
            except ValueError:
                event = {"level": "error", "event": f"not a line of JSON: {line.rstrip()}"}
            self.events.append(event)
            if "url" in event:
                self._served.put(event["url"])
        # Ended: whoever waits for a URL, now or later, gets none.
        self._served.put(None)

    def wait(self):
        """Until the log names the URL, which is the case whether or not all models are ready."""
        if self.url is not None:
            return self
        try:
            self.url = self._served.get(timeout=START_SECONDS)
        except queue.Empty:
            self.kill()
        assert self.url is not None, f"davit serve did not start: {self.events}"
        return self

    @property
    def host(self):
        return self.url.removeprefix("http://")

    def errors(self):
        return [event for event in self.events if event["level"] == "error"]

    def stop(self):
        """SIGTERM, as an orchestrator sends it. Returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOP_SECONDS)
        self._reader.join()
        return status

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
