"""What is known of KServe's tests: which are run, and why some do not pass."""

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

# By the end of a test's name, or a part of it.
REASONS = {}

LEFT_OUT = {}


def reason_of(name):
    """Why a test is not expected to pass; None when it is."""
    return next((why for part, why in REASONS.items() if part in name), None)
