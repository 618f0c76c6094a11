"""What is known of KServe's tests: which are run, and why some do not pass."""

import re

FILES = [
    "predictor/test_sklearn.py",
    "predictor/test_xgboost.py",
    "predictor/test_lightgbm.py",
    "predictor/test_predictive.py",
    "predictor/test_raw_deployment.py",
    "predictor/test_multi_model_serving.py",
    "predictor/test_autoscaling.py",
    "predictor/test_pod_watch.py",
    "batcher/test_batcher.py",
    "batcher/test_batcher_custom_port.py",
    "batcher/test_raw_batcher.py",
    "logger/test_logger.py",
    "logger/test_raw_logger.py",
    "credentials/test_set_creds.py",
]

# What is looked for in a test's name, and why such a test does not pass.
REASONS = [
    (r"_grpc$", "gRPC is not served yet"),
    (r"test_sklearn_runtime_kserve", "the model (20 newsgroups) and its number belong to the original file"),
    (r"test_sklearn_v2_mixed", "the model (prices of houses) and its number belong to the original file"),
    (r"test_sklearn_v2$", "binary tensors are not served yet"),
    (r"test_lightgbm_v2_(runtime_mlserver|kserve)", "its numbers belong to the original file"),
    (r"multiple_container_port", "an image of its own, which needs a container engine, over gRPC"),
    (r"test_sklearn_kserve_cpu", "KServe skips it"),
    (r"keda_", "KEDA is refused in the status: it is not part of Davit"),
    (r"logger", "what receives its events is an image without a command, which needs a container engine"),
]

LEFT_OUT = {
    "predictor/test_{tensorflow,torchserve,triton,huggingface,vllm,paddle,pmml,mlflow,autogluon}*": "runtimes that are not served yet, or that need their own images",
    "predictor/test_canary.py": "models of TensorFlow",
    "predictor/test_grpc.py, test_output.py, test_response_headers.py; custom; transformer; explainer": "images of their own, which need a container engine",
    "graph": "InferenceGraphs are not served yet",
    "storagespec; logger/test_marshaller.py": "a server of S3 with names and credentials of KServe's own cluster",
    "helm; qpext; modelcache; storage; llmisvc": "other charts, extensions and kinds",
}


def reason_of(name):
    """Why a test is not expected to pass; None when it is."""
    return next((why for pattern, why in REASONS if re.search(pattern, name)), None)
