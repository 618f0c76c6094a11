"""tritonclient.http, whose default is binary tensors both ways, and its asyncio sibling that MLServer's client uses."""

import asyncio

import gevent
import numpy
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from tritonclient.utils import InferenceServerException

from fleet import IRIS_LABELS, IRIS_ROWS
from harness import contains, equal, raises

NAME = "iris-model"
ROWS = numpy.array(IRIS_ROWS, dtype=numpy.float32)

# What goes wrong in its greenlets is raised where the answer is awaited; no need to print it there as well.
gevent.get_hub().NOT_ERROR = (Exception,)


def input_of(rows=ROWS, datatype="FP32", binary=False):
    tensor = triton.InferInput("input-0", list(rows.shape), datatype)
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return tensor


def output_of(name="predict", binary=False):
    return triton.InferRequestedOutput(name, binary_data=binary)


def checks(servers):
    client = triton.InferenceServerClient(servers["file"].host)

    def infer(inputs=None, outputs=None, **more):
        model = more.pop("model_name", NAME)
        return client.infer(model, inputs or [input_of()], outputs=outputs or [output_of()], **more)

    def refused(action, status, *parts):
        error = raises(InferenceServerException, action)
        equal(error.status(), str(status), "status")
        contains(error.message(), *parts)
        equal(infer().as_numpy("predict").tolist(), IRIS_LABELS, "the next request")

    def health():
        """is_server_live, is_server_ready, is_model_ready"""
        equal(client.is_server_live(), True)
        equal(client.is_server_ready(), True)
        equal(client.is_model_ready(NAME), True)
        equal(client.is_model_ready(NAME, "1"), True, "version 1")
        equal(client.is_model_ready(NAME, "2"), False, "version 2")
        equal(client.is_model_ready("nope"), False, "an unknown model")

    def server_metadata():
        """get_server_metadata"""
        found = client.get_server_metadata()
        equal(found["name"], "davit")
        contains(found["extensions"], "model_repository")
        assert "binary_tensor_data" not in found["extensions"], "binary tensors are not served yet"

    def model_metadata():
        """get_model_metadata has the model's real schema"""
        found = client.get_model_metadata(NAME)
        equal((found["name"], found["versions"]), (NAME, ["1"]))
        equal([(one["datatype"], one["shape"]) for one in found["inputs"]], [("FP64", [-1, 4])])
        equal(found["outputs"][0], {"name": "predict", "datatype": "INT64", "shape": [-1]})

    def json_both_ways():
        """infer with binary_data=False both ways"""
        result = infer(request_id="42")
        labels = result.as_numpy("predict")
        equal((labels.dtype, labels.tolist()), (numpy.dtype("int64"), IRIS_LABELS))
        equal(result.get_output("predict")["shape"], [2])
        response = result.get_response()
        equal((response["id"], response["model_name"], response["model_version"]), ("42", NAME, "1"))

    def other_datatypes():
        """infer with FP64, INT32 and UINT8 rows"""
        for kind, datatype in [("float64", "FP64"), ("int32", "INT32"), ("uint8", "UINT8")]:
            result = infer([input_of(ROWS.round().astype(kind), datatype)])
            equal(result.as_numpy("predict").tolist(), IRIS_LABELS, datatype)

    def compressed_requests():
        """infer with a gzip and a deflate request, asking for compressed answers"""
        for algorithm in ("gzip", "deflate"):
            result = infer(request_compression_algorithm=algorithm, response_compression_algorithm=algorithm)
            equal(result.as_numpy("predict").tolist(), IRIS_LABELS, algorithm)

    def decision_function():
        """infer with a method's output asked for by name"""
        result = infer(outputs=[output_of("decision_function"), output_of()])
        equal(result.as_numpy("decision_function").shape, (2, 3))
        equal(result.as_numpy("predict").tolist(), IRIS_LABELS)

    def at_once():
        """async_infer over several connections"""
        with triton.InferenceServerClient(servers["file"].host, concurrency=4) as several:
            waiting = [several.async_infer(NAME, [input_of()], outputs=[output_of()]) for _ in range(64)]
            for request in waiting:
                equal(request.get_result().as_numpy("predict").tolist(), IRIS_LABELS)

    def asyncio_client():
        """tritonclient.http.aio"""

        async def ask():
            async with triton_aio.InferenceServerClient(servers["file"].host) as client:
                equal(await client.is_server_ready(), True)
                result = await client.infer(NAME, [input_of()], outputs=[output_of()])
                equal(result.as_numpy("predict").tolist(), IRIS_LABELS)

        asyncio.run(ask())

    def binary_input():
        """infer with a binary input is refused with how to send it, and the server goes on"""
        refused(lambda: infer([input_of(binary=True)]), 415, "Inference-Header-Content-Length", "JSON")

    def binary_output():
        """infer that asks for binary output is refused, and the server goes on"""
        refused(lambda: infer(outputs=[output_of(binary=True)]), 415, "binary_data")

    def binary_defaults():
        """infer as the client does it by default is refused, and the server goes on"""
        refused(lambda: client.infer(NAME, [input_of(binary=True)]), 415, "JSON")
        refused(lambda: client.infer(NAME, [input_of()]), 415, "binary_data_output")

    def no_probabilities():
        """infer for predict_proba, which this SVC has not, names what it has"""
        refused(lambda: infer(outputs=[output_of("predict_proba")]), 400, "predict_proba", "decision_function")

    def wrong_shape():
        """infer with three features names the four that were expected"""
        refused(lambda: infer([input_of(ROWS[:, :3].copy())]), 400, "3", "4")

    def unknown():
        """an unknown model, and an unknown version, in Triton's words"""
        refused(lambda: infer(model_name="nope"), 404, "Request for unknown model: 'nope' is not found")
        refused(lambda: client.get_model_metadata("nope"), 404, "Request for unknown model")
        refused(lambda: infer(model_version="7"), 404, "Request for unknown model", "version 7")

    def not_served():
        """statistics, configuration, shared memory and trace settings are refused in a sentence"""
        refused(client.get_inference_statistics, 501, "not served yet")
        refused(lambda: client.get_model_config(NAME), 501, "not served yet")
        refused(client.get_system_shared_memory_status, 501, "not served yet")
        refused(client.get_trace_settings, 501, "not served yet")

    return [
        health,
        server_metadata,
        model_metadata,
        json_both_ways,
        other_datatypes,
        compressed_requests,
        decision_function,
        at_once,
        asyncio_client,
        binary_input,
        binary_output,
        binary_defaults,
        no_probabilities,
        wrong_shape,
        unknown,
        not_served,
    ]
