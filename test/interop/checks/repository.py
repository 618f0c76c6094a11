"""tritonclient's control of the model repository, on a server with two serving threads."""

import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from checks.triton import input_of, output_of
from fleet import IRIS_LABELS
from harness import contains, equal, raises


def checks(servers):
    host = servers["workers"].host

    def asked(question):
        """The question over connections of its own, so that both serving threads are asked."""
        answers = []
        for _ in range(16):
            with triton.InferenceServerClient(host) as client:
                answers.append(question(client))
        return answers

    def everywhere(question, expected):
        equal(asked(question), [expected] * 16)

    def labels(client):
        return client.infer("iris", [input_of()], outputs=[output_of()]).as_numpy("predict").tolist()

    def index():
        """get_model_repository_index"""
        everywhere(
            lambda client: client.get_model_repository_index(),
            [{"name": "iris", "version": "1", "state": "READY", "reason": ""}],
        )

    def unload():
        """unload_model takes the model from both workers, and the server stays ready"""
        with triton.InferenceServerClient(host) as client:
            client.unload_model("iris")
        everywhere(lambda client: client.is_model_ready("iris"), False)
        everywhere(lambda client: client.is_server_ready(), True)
        everywhere(lambda client: client.get_model_repository_index()[0]["state"], "UNAVAILABLE")
        for error in asked(lambda client: raises(InferenceServerException, lambda: labels(client))):
            equal(error.status(), "503")
            contains(error.message(), "'iris'", "unloaded")

    def load():
        """load_model brings it back on both"""
        with triton.InferenceServerClient(host) as client:
            client.load_model("iris")
        everywhere(labels, IRIS_LABELS)

    def reload():
        """load_model of a model that is served loads it anew while it goes on answering"""
        with triton.InferenceServerClient(host, concurrency=2) as client:
            waiting = [client.async_infer("iris", [input_of()], outputs=[output_of()]) for _ in range(64)]
            client.load_model("iris")
            for request in waiting:
                equal(request.get_result().as_numpy("predict").tolist(), IRIS_LABELS)

    def load_refused():
        """load_model of an unknown model, or with a configuration or files, is refused"""
        with triton.InferenceServerClient(host) as client:
            contains(raises(InferenceServerException, lambda: client.load_model("nope")).message(), "'nope'")
            error = raises(InferenceServerException, lambda: client.load_model("iris", config="{}"))
            contains(error.message(), "parameters.config", "not served yet")
            equal(labels(client), IRIS_LABELS)

    return [index, unload, load, reload, load_refused]
