"""python-requests, the way most scripts call a model server."""

import gzip
import json
import zlib

import requests

from fleet import IRIS_INPUT, IRIS_LABELS, IRIS_ROWS
from harness import contains, equal

V1 = "/v1/models/iris-model:predict"
V2 = "/v2/models/iris-model/infer"
V1_BODY = {"instances": IRIS_ROWS}
V2_BODY = json.loads(IRIS_INPUT.read_text())


def checks(servers):
    url = servers["file"].url

    def labels(response):
        equal(response.status_code, 200, f"status of {response.text!r}")
        equal(response.headers["Content-Type"], "application/json", "content type")
        body = response.json()
        return body["predictions"] if "predictions" in body else body["outputs"][0]["data"]

    def refused(response, status, *parts):
        equal(response.status_code, status, f"status of {response.text!r}")
        equal(response.headers["Content-Type"], "application/json", "content type")
        contains(response.json()["error"], *parts)

    def v1():
        """V1 predict"""
        equal(labels(requests.post(url + V1, json=V1_BODY)), IRIS_LABELS)
        equal(labels(requests.post(url + V1, json={"inputs": IRIS_ROWS})), IRIS_LABELS, "inputs")

    def v2():
        """V2 infer"""
        equal(
            requests.post(url + V2, json={**V2_BODY, "id": "ä"}).json(),
            {
                "model_name": "iris-model",
                "model_version": "1",
                "id": "ä",
                "outputs": [{"name": "predict", "datatype": "INT64", "shape": [2], "data": IRIS_LABELS}],
            },
        )

    def lists():
        """lists of models, V1 and V2"""
        equal(requests.get(url + "/v1/models").json(), {"models": ["iris-model"]})
        equal(requests.get(url + "/v2/models").json(), {"models": ["iris-model"]})

    def keep_alive():
        """one connection for many requests, also after refused ones"""
        with requests.Session() as session:
            for _ in range(50):
                equal(labels(session.post(url + V2, json=V2_BODY)), IRIS_LABELS)
                refused(session.post(url + V2, data=b"{"), 400)
                refused(session.get(url + "/nowhere"), 404, "/nowhere")
            (pool,) = session.get_adapter(url).poolmanager.pools._container.values()
            equal(pool.num_connections, 1, "connections")
            equal(pool.num_requests, 150, "requests")

    def chunked():
        """a body in chunks"""
        body = json.dumps(V2_BODY).encode()
        for size in (1, 7, 1000):
            pieces = (body[at : at + size] for at in range(0, len(body), size))
            equal(labels(requests.post(url + V2, data=pieces)), IRIS_LABELS, f"pieces of {size}")

    def compressed():
        """Content-Encoding gzip and deflate, with a length and in chunks"""
        body = json.dumps(V1_BODY).encode()
        for encoding, packed in [("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))]:
            headers = {"Content-Encoding": encoding}
            equal(labels(requests.post(url + V1, data=packed, headers=headers)), IRIS_LABELS, encoding)
            equal(labels(requests.post(url + V1, data=iter([packed]), headers=headers)), IRIS_LABELS, encoding)

    def badly_compressed():
        """a body that is not what its Content-Encoding says, or in an encoding that is not served"""
        refused(requests.post(url + V1, data=b"{}", headers={"Content-Encoding": "gzip"}), 400)
        response = requests.post(url + V1, data=b"{}", headers={"Content-Encoding": "br"})
        refused(response, 415, "br", "gzip")

    def content_types():
        """JSON under any content type"""
        for kind in ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8", None]:
            headers = {"Content-Type": kind}
            equal(labels(requests.post(url + V1, data=json.dumps(V1_BODY), headers=headers)), IRIS_LABELS, kind)
            equal(labels(requests.post(url + V2, data=IRIS_INPUT.read_bytes(), headers=headers)), IRIS_LABELS, kind)

    def large():
        """20,000 rows in one request, V1 and V2"""
        rows = IRIS_ROWS * 10_000
        tensor = {"name": "input-0", "shape": [len(rows), 4], "datatype": "FP64", "data": rows}
        equal(set(labels(requests.post(url + V1, json={"instances": rows}))), {1})
        found = labels(requests.post(url + V2, json={"inputs": [tensor]}))
        equal((len(found), set(found)), (20_000, {1}))

    def errors():
        """errors name the field, what was found and what was expected"""
        refused(requests.post(url + V2, data=b'{"inputs": [}'), 400)
        refused(requests.post(url + V2, json={}), 400, "inputs")
        for change, parts in [
            ({"shape": [3, 4]}, ["inputs[0].data", "found 2", "expected 3"]),
            ({"shape": [3, 4], "data": sum(IRIS_ROWS, [])}, ["inputs[0].data", "8", "12"]),
            ({"datatype": "F32"}, ["inputs[0].datatype", "F32"]),
            ({"shape": [2, -4]}, ["inputs[0].shape", "-4"]),
        ]:
            refused(requests.post(url + V2, json={"inputs": [{**V2_BODY["inputs"][0], **change}]}), 400, *parts)
        refused(requests.post(url + V1, json={"instances": [[1, 2, 3, "four"]]}), 400, "instances")
        refused(requests.post(url + V1, json={"instances": [[1, 2], [3]]}), 400, "instances")

    def methods():
        """a method that a route has not is 405 and says which it has"""
        response = requests.get(url + V2)
        refused(response, 405, "GET")
        equal(response.headers["Allow"], "POST")
        refused(requests.delete(url + "/v2/models/iris-model"), 405, "DELETE")

    def metrics():
        """metrics count what was answered"""
        text = requests.get(url + "/metrics").text
        contains(text, 'davit_inference_requests_total{', 'model="iris-model"', 'outcome="success"')

    return [
        v1,
        v2,
        lists,
        keep_alive,
        chunked,
        compressed,
        badly_compressed,
        content_types,
        large,
        errors,
        methods,
        metrics,
    ]
