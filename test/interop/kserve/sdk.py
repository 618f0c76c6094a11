"""KServe's own Python SDK: an InferenceService from its creation to its end, in both deployment modes."""

import asyncio
import contextlib
import io
import logging
import shutil
import urllib.parse

from harness import contains, equal, raises
from kserve import (
    InferenceRESTClient,
    KServeClient,
    RESTConfig,
    V1beta1InferenceService,
    V1beta1InferenceServiceSpec,
    V1beta1ModelFormat,
    V1beta1ModelSpec,
    V1beta1PredictorSpec,
    V1beta1SKLearnSpec,
    constants,
)
from kubernetes import client, config, watch
from running import ROOT, SECONDS, Up

NAMESPACE = "kserve-test"
IRIS = ROOT / "examples" / "iris" / "iris-model.joblib"
ROWS = [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]
MODE = "serving.kserve.io/deploymentMode"

for each in ["kserve", "httpx"]:
    logging.getLogger(each).setLevel(logging.WARNING)


def variants():
    yield "KServe's Python SDK", running


@contextlib.contextmanager
def running(scratch):
    model = scratch / "models" / "iris" / "model.joblib"
    model.parent.mkdir(parents=True)
    shutil.copy(IRIS, model)
    with Up(scratch / "data", number=2) as up:
        kubeconfig = up.kubeconfig
        config.load_kube_config(kubeconfig)
        made = client.CoreV1Api().create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NAMESPACE)))
        equal(made.status.phase, "Active")
        credentials = scratch / "credentials"
        credentials.write_text("[default]\naws_access_key_id = a2V5\naws_secret_access_key = c2VjcmV0\n")
        yield checks(KServeClient(config_file=kubeconfig), up.gateway, f"file://{model.parent}", str(credentials))


def service(name, predictor, **annotations):
    return V1beta1InferenceService(
        api_version=constants.KSERVE_V1BETA1,
        kind=constants.KSERVE_KIND_INFERENCESERVICE,
        metadata=client.V1ObjectMeta(name=name, namespace=NAMESPACE, annotations=annotations or None),
        spec=V1beta1InferenceServiceSpec(predictor=predictor),
    )


def sklearn(uri, **fields):
    return V1beta1PredictorSpec(min_replicas=1, sklearn=V1beta1SKLearnSpec(storage_uri=uri, **fields))


def checks(kserve, gateway, uri, credentials):
    def ready(name, generation=None):
        kserve.wait_isvc_ready(name, namespace=NAMESPACE, timeout_seconds=SECONDS, polling_interval=0.2, expected_generation=generation)

    def predict(name, body, protocol="v1"):
        host = urllib.parse.urlparse(kserve.get(name, namespace=NAMESPACE)["status"]["url"]).netloc

        async def ask():
            async with InferenceRESTClient(RESTConfig(protocol=protocol, verify=False)) as rest:
                return await rest.infer(f"http://{gateway}", body, name, headers={"Host": host})

        return asyncio.run(ask())

    def create():
        """create, wait_isvc_ready, predict over V1 through the gateway"""
        made = kserve.create(service("iris", sklearn(uri)))
        equal(made["metadata"]["name"], "iris")
        ready("iris")
        equal(kserve.is_isvc_ready("iris", namespace=NAMESPACE), True)
        equal(predict("iris", {"instances": ROWS}), {"predictions": [1, 1]})
        equal(kserve.get("iris", namespace=NAMESPACE)["status"]["url"], f"http://iris.{NAMESPACE}.example.com")

    def watching():
        """create with watch=True, of the V2 protocol: the SDK's table ends once it is ready"""
        printed = io.StringIO()
        fields = {"name": "sklearn"}
        model = V1beta1ModelSpec(model_format=V1beta1ModelFormat(**fields), protocol_version="v2", storage_uri=uri)
        with contextlib.redirect_stdout(printed):
            kserve.create(service("iris-v2", V1beta1PredictorSpec(min_replicas=1, model=model)), watch=True, timeout_seconds=SECONDS)
        contains(printed.getvalue(), "iris-v2", "True")
        body = {"inputs": [{"name": "input-0", "shape": [2, 4], "datatype": "FP32", "data": ROWS}]}
        equal(predict("iris-v2", body, "v2").outputs[0].data, [1, 1])

    def patch():
        """patch: a new revision, ready in its generation, and the requests go on"""
        changed = kserve.patch("iris", service("iris", V1beta1PredictorSpec(min_replicas=2, sklearn=V1beta1SKLearnSpec(storage_uri=f"{uri}/model.joblib"))))
        ready("iris", changed["metadata"]["generation"])
        spec = kserve.get("iris", namespace=NAMESPACE)["spec"]["predictor"]
        equal((spec["minReplicas"], spec["model"]["storageUri"]), (2, f"{uri}/model.joblib"))
        equal(predict("iris", {"instances": ROWS}), {"predictions": [1, 1]})

    def replace():
        """replace, with the resource version that the SDK reads itself"""
        fresh = service("iris", sklearn(uri))
        changed = kserve.replace("iris", fresh, namespace=NAMESPACE)
        ready("iris", changed["metadata"]["generation"])
        equal(kserve.get("iris", namespace=NAMESPACE)["spec"]["predictor"]["minReplicas"], 1)

    def standard():
        """Standard mode: a Deployment and a Service, the host that the status names"""
        kserve.create(service("iris-standard", sklearn(uri), **{MODE: "Standard"}))
        ready("iris-standard")
        equal(kserve.get("iris-standard", namespace=NAMESPACE)["status"]["url"], f"http://iris-standard-{NAMESPACE}.example.com")
        deployment = client.AppsV1Api().read_namespaced_deployment("iris-standard-predictor", NAMESPACE)
        equal(deployment.status.ready_replicas, 1)
        equal(predict("iris-standard", {"instances": ROWS}), {"predictions": [1, 1]})

    def failing():
        """a model that is not there: is_isvc_ready stays False, get says why"""
        kserve.create(service("missing", sklearn(f"{uri}/nowhere")))
        listing = client.CustomObjectsApi().list_namespaced_custom_object
        stream = watch.Watch()
        reason = None
        for event in stream.stream(listing, constants.KSERVE_GROUP, "v1beta1", NAMESPACE, "inferenceservices", timeout_seconds=SECONDS):
            if event["object"]["metadata"]["name"] != "missing":
                continue
            reason = event["object"].get("status", {}).get("modelStatus", {}).get("lastFailureInfo", {})
            if reason.get("reason") == "ModelLoadFailed":
                stream.stop()
        contains(reason["message"], "nowhere")
        equal(kserve.is_isvc_ready("missing", namespace=NAMESPACE), False)
        kserve.delete("missing", NAMESPACE)

    def refused():
        """what is refused is an error that says why"""
        error = raises(RuntimeError, lambda: kserve.create(service("Upper", sklearn(uri))))
        contains(str(error), "Upper", "metadata.name")
        error = raises(RuntimeError, lambda: kserve.get("nope", namespace=NAMESPACE))
        contains(str(error), "404", "not found")

    def secret():
        """set_credentials writes the Secret and the ServiceAccount that the storage initializer takes them from"""
        kserve.set_credentials(
            "S3", namespace=NAMESPACE, credentials_file=credentials, service_account="reader",
            s3_endpoint="127.0.0.1:1", s3_use_https="0", s3_region="us-east-1",
        )
        account = client.CoreV1Api().read_namespaced_service_account("reader", NAMESPACE)
        made = client.CoreV1Api().read_namespaced_secret(account.secrets[0].name, NAMESPACE)
        equal(sorted(made.data), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
        equal(made.metadata.annotations["serving.kserve.io/s3-endpoint"], "127.0.0.1:1")

    def delete():
        """delete: the pods go, and the name answers 404"""
        for name in ["iris", "iris-v2", "iris-standard"]:
            kserve.delete(name, NAMESPACE)
        core = client.CoreV1Api()
        stream = watch.Watch()
        listed = core.list_namespaced_pod(NAMESPACE)
        left = {pod.metadata.name for pod in listed.items}
        since = listed.metadata.resource_version
        for event in stream.stream(core.list_namespaced_pod, NAMESPACE, resource_version=since, timeout_seconds=SECONDS) if left else []:
            name = event["object"].metadata.name
            left = left - {name} if event["type"] == "DELETED" else left | {name}
            if not left:
                stream.stop()
        equal(left, set(), "pods that are left")
        contains(str(raises(RuntimeError, lambda: kserve.get("iris", namespace=NAMESPACE))), "404")

    return [create, watching, patch, replace, standard, failing, refused, secret, delete]
