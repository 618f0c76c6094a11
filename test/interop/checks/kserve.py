"""KServe's own client (httpx underneath), V1 and V2."""

import asyncio
import logging

import httpx
import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

from fleet import IRIS_LABELS, IRIS_ROWS
from harness import contains, equal, raises

NAME = "iris-model"
V1_BODY = {"instances": IRIS_ROWS}

logging.getLogger("kserve").setLevel(logging.WARNING)
logging.getLogger("httpx").setLevel(logging.WARNING)


def asking(protocol, question):
    """Runs one question with a client of its own; its connections belong to the question's event loop."""

    async def ask():
        # Without TLS there is nothing to verify, and reading the machine's certificates takes most of the time.
        async with InferenceRESTClient(RESTConfig(protocol=protocol, verify=False)) as client:
            return await question(client)

    return asyncio.run(ask())


def request_of(rows=IRIS_ROWS, binary=False):
    rows = numpy.array(rows, dtype=numpy.float32)
    tensor = InferInput("input-0", list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return InferRequest(NAME, [tensor], request_id="42")


def checks(servers):
    url = servers["file"].url

    def v1(question):
        return asking("v1", question)

    def v2(question):
        return asking("v2", question)

    def refused(protocol, status, body, *parts, model=NAME):
        error = raises(httpx.HTTPStatusError, lambda: asking(protocol, lambda client: client.infer(url, body, model)))
        equal(error.response.status_code, status, "status")
        contains(str(error), *parts)

    def health():
        """V2 is_server_live, is_server_ready, is_model_ready"""
        equal(v2(lambda client: client.is_server_live(url)), True)
        equal(v2(lambda client: client.is_server_ready(url)), True)
        equal(v2(lambda client: client.is_model_ready(url, NAME)), True)
        equal(v2(lambda client: client.is_model_ready(url, "nope")), False, "an unknown model")

    def v1_health():
        """V1 is_server_live, is_model_ready"""
        equal(v1(lambda client: client.is_server_live(url)), True)
        equal(v1(lambda client: client.is_model_ready(url, NAME)), True)
        error = raises(httpx.HTTPStatusError, lambda: v1(lambda client: client.is_model_ready(url, "nope")))
        equal(error.response.status_code, 404, "an unknown model")

    def not_ready():
        """is_model_ready is False, V1 and V2, for a model that did not load"""
        partial = servers["partial"].url
        equal(v1(lambda client: client.is_model_ready(partial, "b")), False)
        equal(v2(lambda client: client.is_model_ready(partial, "b")), False)
        equal(v2(lambda client: client.is_model_ready(partial, "a")), True, "the one that did")

    def v1_predict():
        """V1 predict"""
        equal(v1(lambda client: client.infer(url, V1_BODY, NAME)), {"predictions": IRIS_LABELS})

    def infer():
        """V2 infer with InferRequest and InferInput, JSON"""
        response = v2(lambda client: client.infer(url, request_of(), NAME))
        equal((response.model_name, response.id), (NAME, "42"))
        equal([output.name for output in response.outputs], ["predict"])
        equal(response.outputs[0].as_numpy().tolist(), IRIS_LABELS)
        equal((response.outputs[0].datatype, response.outputs[0].shape), ("INT64", [2]))

    def infer_dict():
        """V2 infer with a dict, and base URL with a slash at the end"""
        body = {"inputs": [{"name": "input-0", "shape": [2, 4], "datatype": "FP32", "data": IRIS_ROWS}]}
        response = v2(lambda client: client.infer(url + "/", body, NAME))
        equal(response.outputs[0].data, IRIS_LABELS)

    def errors_v1():
        """V1 errors reach the caller as text"""
        refused("v1", 400, {"instances": [[1.0, 2.0, 3.0]]}, "3", "4")
        refused("v1", 400, {"rows": IRIS_ROWS}, "instances")
        refused("v1", 404, V1_BODY, "'nope'", model="nope")

    def errors_v2():
        """V2 errors reach the caller as text"""
        refused("v2", 400, request_of([[1.0, 2.0, 3.0]]), "3", "4")
        refused("v2", 404, request_of(), "'nope'", model="nope")
        refused("v2", 415, request_of(binary=True), "Inference-Header-Content-Length")

    def at_once():
        """a hundred requests at once from one client"""

        async def ask(client):
            return await asyncio.gather(*(client.infer(url, V1_BODY, NAME) for _ in range(100)))

        equal(v1(ask), [{"predictions": IRIS_LABELS}] * 100)

    return [health, v1_health, not_ready, v1_predict, infer, infer_dict, errors_v1, errors_v2, at_once]
