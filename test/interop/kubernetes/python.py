"""The official Python client: typed, dynamic, watching, electing a leader."""

import datetime
import threading

from harness import contains, equal, raises
from kubernetes import client, config, dynamic, watch
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

TITLE = "the official Python client"
NAMESPACE = "python"

# Only a bound on hanging.
SECONDS = 30


def checks(server, scratch):
    folder = scratch / "python"
    folder.mkdir()
    kubeconfig = str(server.kubeconfig(folder / "kubeconfig", NAMESPACE))
    api = config.new_client_from_config(kubeconfig)
    core = client.CoreV1Api(api)
    apps = client.AppsV1Api(api)

    def namespace():
        """a namespace"""
        made = core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=NAMESPACE)))
        equal(made.status.phase, "Active")
        assert isinstance(made.metadata.creation_timestamp, datetime.datetime), made.metadata

    def objects():
        """create, read, list, replace, patch in its forms, delete"""
        body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="a", labels={"n": "1"}), data={"k": "v"})
        made = core.create_namespaced_config_map(NAMESPACE, body)
        made.data["k"] = "w"
        equal(core.replace_namespaced_config_map("a", NAMESPACE, made).data, {"k": "w"})
        conflict = raises(client.ApiException, lambda: core.replace_namespaced_config_map("a", NAMESPACE, made))
        equal((conflict.status, conflict.reason), (409, "Conflict"))
        merged = core.patch_namespaced_config_map("a", NAMESPACE, {"data": {"k": None, "l": "x"}})
        equal(merged.data, {"l": "x"})
        operations = [{"op": "add", "path": "/data/m", "value": "y"}]
        equal(core.patch_namespaced_config_map("a", NAMESPACE, operations).data, {"l": "x", "m": "y"})
        listed = core.list_namespaced_config_map(NAMESPACE, label_selector="n=1")
        equal([item.metadata.name for item in listed.items], ["a"])
        gone = core.delete_namespaced_config_map("a", NAMESPACE)
        equal((gone["status"], gone["details"]["name"]), ("Success", "a"))
        missing = raises(client.ApiException, lambda: core.read_namespaced_config_map("a", NAMESPACE))
        equal(missing.status, 404)
        contains(missing.body, 'configmaps \\"a\\" not found')

    def pages():
        """a list in pages"""
        for number in range(5):
            body = client.V1Secret(metadata=client.V1ObjectMeta(name=f"s{number}"), string_data={"k": "v"})
            core.create_namespaced_secret(NAMESPACE, body)
        names, more = [], None
        while more != "":
            page = core.list_namespaced_secret(NAMESPACE, limit=2, **({"_continue": more} if more else {}))
            assert len(page.items) <= 2, page
            names += [item.metadata.name for item in page.items]
            more = page.metadata._continue or ""
        equal(names, [f"s{number}" for number in range(5)])
        core.delete_collection_namespaced_secret(NAMESPACE)
        equal(core.list_namespaced_secret(NAMESPACE).items, [])

    def watching():
        """a watch from a list's revision on"""
        start = core.list_namespaced_config_map(NAMESPACE).metadata.resource_version
        core.create_namespaced_config_map(NAMESPACE, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="w")))
        core.patch_namespaced_config_map("w", NAMESPACE, {"data": {"k": "v"}})
        core.delete_namespaced_config_map("w", NAMESPACE)
        stream = watch.Watch()
        seen = []
        for event in stream.stream(
            core.list_namespaced_config_map, NAMESPACE, resource_version=start, field_selector="metadata.name=w", timeout_seconds=SECONDS
        ):
            seen.append((event["type"], event["object"].data))
            if event["type"] == "DELETED":
                stream.stop()
        equal(seen, [("ADDED", None), ("MODIFIED", {"k": "v"}), ("DELETED", {"k": "v"})])

    def workload():
        """a deployment until it is available"""
        labels = {"app": "web"}
        container = client.V1Container(name="web", image="web:1")
        template = client.V1PodTemplateSpec(
            metadata=client.V1ObjectMeta(labels=labels), spec=client.V1PodSpec(containers=[container])
        )
        spec = client.V1DeploymentSpec(
            replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template
        )
        apps.create_namespaced_deployment(
            NAMESPACE, client.V1Deployment(metadata=client.V1ObjectMeta(name="web"), spec=spec)
        )
        stream = watch.Watch()
        ready = None
        for event in stream.stream(apps.list_namespaced_deployment, NAMESPACE, timeout_seconds=SECONDS):
            ready = event["object"].status.ready_replicas
            if ready == 2:
                stream.stop()
        equal(ready, 2)
        equal(apps.read_namespaced_deployment_scale("web", NAMESPACE).spec.replicas, 2)
        pods = core.list_namespaced_pod(NAMESPACE, label_selector="app=web").items
        equal({pod.status.phase for pod in pods}, {"Running"})

    def dynamically():
        """the dynamic client: discovery, server-side apply, errors"""
        anything = dynamic.DynamicClient(api)
        maps = anything.resources.get(api_version="v1", kind="ConfigMap")
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "d"},
            "data": {"k": "v"},
        }
        applied = anything.server_side_apply(maps, body=body, name="d", namespace=NAMESPACE, field_manager="python")
        equal(applied.metadata.managedFields[0].manager, "python")
        body["data"] = {"k": "w"}
        conflict = raises(
            dynamic.exceptions.ConflictError,
            lambda: anything.server_side_apply(maps, body=body, name="d", namespace=NAMESPACE, field_manager="other"),
        )
        contains(conflict.summary(), 'Apply failed with 1 conflict: conflict with "python": .data.k')
        equal(maps.get(name="d", namespace=NAMESPACE).data.k, "v")
        deployments = anything.resources.get(api_version="apps/v1", kind="Deployment")
        equal([item.metadata.name for item in deployments.get(namespace=NAMESPACE).items], ["web"])
        raises(dynamic.exceptions.ResourceNotFoundError, lambda: anything.resources.get(api_version="v1", kind="Nothing"))

    def election():
        """leader election: one leads, and gives up when it is told to"""
        led = threading.Event()
        lock = ConfigMapLock("leader", NAMESPACE, "first")
        lock.api_instance = core
        settings = electionconfig.Config(lock, 17, 15, 5, onstarted_leading=led.set, onstopped_leading=None)
        threading.Thread(target=leaderelection.LeaderElection(settings).run, daemon=True).start()
        assert led.wait(SECONDS), "nobody leads"
        record = core.read_namespaced_config_map("leader", NAMESPACE).metadata.annotations
        contains(record["control-plane.alpha.kubernetes.io/leader"], '"holderIdentity": "first"')

    def leaving():
        """the namespace goes, and all that is in it"""
        start = core.read_namespace(NAMESPACE).metadata.resource_version
        core.delete_namespace(NAMESPACE)
        stream = watch.Watch()
        named = f"metadata.name={NAMESPACE}"
        for event in stream.stream(
            core.list_namespace, field_selector=named, resource_version=start, timeout_seconds=SECONDS
        ):
            if event["type"] == "DELETED":
                stream.stop()
        equal(raises(client.ApiException, lambda: core.read_namespace(NAMESPACE)).status, 404)
        equal(core.list_namespaced_pod(NAMESPACE).items, [])

    return [namespace, objects, pages, watching, workload, dynamically, election, leaving]
