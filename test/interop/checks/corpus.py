"""Answers over the wire beside those that scikit-learn gave, as numpy arrays; the server has PREDICT_PROBA=true."""

import json

import numpy
import pandas
import requests
import tritonclient.http as triton

import goldens
from fleet import GOLDEN_CASES
from harness import equal

DATATYPES = {"float64": "FP64", "float32": "FP32", "int64": "INT64"}


def checks(servers):
    url = servers["goldens"].url
    client = triton.InferenceServerClient(servers["goldens"].host)

    def all_methods(version, case, name):
        rows, expected = goldens.run(version, case, name)
        tensor = triton.InferInput("input-0", list(rows.shape), DATATYPES[name])
        tensor.set_data_from_numpy(rows, binary_data=False)
        outputs = [triton.InferRequestedOutput(method, binary_data=False) for method in expected]
        result = client.infer(case, [tensor], outputs=outputs)
        for method, values in expected.items():
            goldens.same(result.as_numpy(method), values)

    def of_case(version, case):
        def check():
            for name in DATATYPES:
                all_methods(version, case, name)

        check.__doc__ = f"{case} of scikit-learn {version}, every method, through tritonclient"
        return check

    def probabilities():
        """PREDICT_PROBA=true: V1 answers probabilities"""
        for version, case in [("1.9.1", "svc-proba-iris"), ("1.4.2", "forest-three"), ("0.20.4", "bayes-wine")]:
            rows, expected = goldens.run(version, case, "float64")
            answer = requests.post(f"{url}/v1/models/{case}:predict", json={"instances": rows.tolist()}).json()
            goldens.same(answer["predictions"], expected["predict_proba"])

    def missing_values():
        """NaN goes in and out as numpy has it, V1 and V2"""
        rows, expected = goldens.run("1.9.1", "scaler-missing", "missing")
        body = json.dumps({"instances": rows.tolist()})
        assert "NaN" in body
        answer = requests.post(f"{url}/v1/models/scaler-missing:predict", data=body).json()
        goldens.same(answer["predictions"], expected["transform"])
        tensor = {"name": "x", "shape": rows.shape, "datatype": "FP64", "data": rows.ravel().tolist()}
        answer = requests.post(f"{url}/v2/models/scaler-missing/infer", data=json.dumps({"inputs": [tensor]})).json()
        goldens.same(numpy.reshape(answer["outputs"][0]["data"], rows.shape), expected["transform"])

    def frame():
        rows, expected = goldens.run("1.9.1", "logistic-frame", "float64")
        return pandas.DataFrame(rows, columns=goldens.columns("1.9.1", "logistic-frame")), expected["predict_proba"]

    def data_frame_v2():
        """a pandas frame as one tensor per column, in another order, content_type pd"""
        table, expected = frame()
        tensors = [
            {"name": name, "shape": [len(table)], "datatype": "FP64", "data": table[name].tolist()}
            for name in reversed(table.columns)
        ]
        body = {"parameters": {"content_type": "pd"}, "inputs": tensors}
        answer = requests.post(f"{url}/v2/models/logistic-frame/infer", json=body).json()
        output = answer["outputs"][0]
        equal((output["name"], output["datatype"]), ("predict_proba", "FP64"))
        goldens.same(numpy.reshape(output["data"], output["shape"]), expected)

    def data_frame_v1():
        """a pandas frame as V1 records, and as KServe wants them: one list per column"""
        table, expected = frame()
        asked = f"{url}/v1/models/logistic-frame:predict"
        records = table.iloc[:, ::-1].to_dict("records")
        lists = [{name: [value] for name, value in record.items()} for record in records]
        for instances in (records, lists):
            answer = requests.post(asked, json={"instances": instances})
            equal(answer.status_code, 200, answer.text)
            goldens.same(answer.json()["predictions"], expected)

    return [
        *(of_case(version, case) for version, case in GOLDEN_CASES),
        probabilities,
        missing_values,
        data_frame_v2,
        data_frame_v1,
    ]
