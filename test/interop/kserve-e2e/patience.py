"""A plugin of pytest: the SDK asks every second whether a service is ready, and gives up after DAVIT_PATIENCE seconds.

It would ask every ten seconds, and wait ten minutes for what does not come. The tests themselves stay as they are.
"""

import functools
import os

from kserve import KServeClient

SECONDS = int(os.environ.get("DAVIT_PATIENCE", "90"))


def pytest_configure():
    waiting = KServeClient.wait_isvc_ready

    @functools.wraps(waiting)
    def wait(self, *arguments, timeout_seconds=SECONDS, polling_interval=1, **named):
        return waiting(self, *arguments, timeout_seconds=timeout_seconds, polling_interval=polling_interval, **named)

    KServeClient.wait_isvc_ready = wait
