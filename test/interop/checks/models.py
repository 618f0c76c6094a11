"""A server with a model that cannot be loaded, and one started as KServe starts its own."""

import requests

from fleet import IRIS_LABELS, IRIS_ROWS
from harness import contains, equal

BODY = {"instances": IRIS_ROWS}


def checks(servers):
    partial = servers["partial"].url
    kserve = servers["kserve"].url
    complaints = [event for event in servers["partial"].errors() if event.get("model") == "b"]
    reason = complaints[0]["reason"] if complaints else "no reason in the log"

    def refusal():
        """the model that cannot be loaded: 503 with the reason, in its readiness and its answers"""
        for response in [
            requests.get(f"{partial}/v2/models/b/ready"),
            requests.post(f"{partial}/v1/models/b:predict", json=BODY),
            requests.get(f"{partial}/v1/models/b"),
        ]:
            equal(response.status_code, 503, response.text)
            contains(response.json()["error"], "'b'", reason)

    def live():
        """the server is live, not ready, and says whose fault it is"""
        equal(requests.get(f"{partial}/v2/health/live").json(), {"live": True})
        response = requests.get(f"{partial}/v2/health/ready")
        equal(response.status_code, 503)
        contains(response.json()["error"], "model 'b'", reason)

    def others():
        """the other model is served all the same"""
        equal(requests.get(f"{partial}/v2/models/a/ready").status_code, 200)
        equal(requests.post(f"{partial}/v1/models/a:predict", json=BODY).json(), {"predictions": IRIS_LABELS})

    def index():
        """the repository index has both, with the reason; asked for ready ones, only the one"""
        both = {one["name"]: one for one in requests.post(f"{partial}/v2/repository/index").json()}
        equal({name: one["state"] for name, one in both.items()}, {"a": "READY", "b": "UNAVAILABLE"})
        contains(both["b"]["reason"], reason)
        ready = requests.post(f"{partial}/v2/repository/index", json={"ready": True}).json()
        equal([one["name"] for one in ready], ["a"])

    def logged():
        """the log says once which file it was and what is wrong with it"""
        equal([event["code"] for event in complaints], ["pickle-truncated"])
        contains(complaints[0]["path"], "bad.joblib")

    def start_line():
        """KServe's start line serves the directory's one model under the name it gives"""
        equal(requests.get(kserve + "/").json(), {"status": "alive"})
        equal(requests.get(f"{kserve}/v1/models").json(), {"models": ["iris"]})
        equal(requests.get(f"{kserve}/v1/models/iris").json(), {"name": "iris", "ready": True})
        equal(requests.post(f"{kserve}/v1/models/iris:predict", json=BODY).json(), {"predictions": IRIS_LABELS})

    def told():
        """what has no effect is in the log: gRPC, and the page of documentation"""
        events = " ".join(event["event"] for event in servers["kserve"].events)
        contains(events, "gRPC is not served yet", "enable-docs-url")

    return [refusal, live, others, index, logged, start_line, told]
