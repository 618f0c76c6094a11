"""Real clients against running servers. Started by run.sh, which sets up their environment."""

import sys

import fleet
from harness import Tally


def main():
    tally = Tally()
    with fleet.running() as servers:
        # Imported while the servers start: the clients take longer.
        from checks import corpus, curl, events, kserve, models, repository, requests, stopping, triton

        for title, suite in [
            ("tritonclient.http", triton),
            ("tritonclient's model repository, two workers", repository),
            ("kserve.InferenceRESTClient", kserve),
            ("requests", requests),
            ("curl", curl),
            ("scikit-learn's answers", corpus),
            ("models that cannot be loaded, and KServe's start line", models),
            ("events of a pod, read by cloudevents, and its batches", events),
            ("stopping", stopping),
        ]:
            tally.suite(title, lambda suite=suite: suite.checks(servers))
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
