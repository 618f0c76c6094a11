import type { Schema } from '../../src/cluster/schema/index.ts';

/** What each kind is, in our words: the first lines of `kubectl explain`. By `<group>/<kind>`. */
const kinds: Readonly<Record<string, string>> = {
  '/Binding': 'Puts a pod on a node; schedulers create it, nobody stores it.',
  '/ComponentStatus': 'The health of a part of the control plane. Kept for clients of old.',
  '/ConfigMap': 'Settings as keys and values that pods read as variables or files.',
  '/Endpoints': 'The addresses behind a Service. EndpointSlice says the same and more.',
  '/Event': 'Something that happened to an object, kept for a while.',
  '/LimitRange': 'Defaults and bounds for the resources of each pod, container or claim in a namespace.',
  '/Namespace': 'A room for names: objects in different namespaces may have the same name.',
  '/Node': 'A machine on which pods run.',
  '/PersistentVolume': 'A piece of storage that outlives pods.',
  '/PersistentVolumeClaim': 'A request for storage, which a PersistentVolume answers.',
  '/Pod': 'Containers that start, run and end together on one node.',
  '/PodTemplate': 'A pattern from which pods are made.',
  '/ReplicationController': 'Keeps a number of pods running. Deployment does the same and more.',
  '/ResourceQuota': 'Bounds for what all objects of a namespace may use together.',
  '/Secret': 'Small data that is not for everybody: passwords, keys, certificates.',
  '/Service': 'One name and address for a set of pods that changes.',
  '/ServiceAccount': 'Who a pod is when it talks to the API.',
  'admissionregistration.k8s.io/MutatingAdmissionPolicy':
    'Changes objects before they are stored, by expressions.',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding':
    'Says where a MutatingAdmissionPolicy holds and with which parameters.',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration':
    'Webhooks that may change objects before they are stored.',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': 'Accepts or refuses objects, by expressions.',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding':
    'Says where a ValidatingAdmissionPolicy holds and with which parameters.',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': 'Webhooks that accept or refuse objects.',
  'apiextensions.k8s.io/CustomResourceDefinition': 'A kind of your own: its names, versions and shape.',
  'apiregistration.k8s.io/APIService':
    'Who serves a version of a group: this server, or another behind a Service.',
  'apps/ControllerRevision': 'How a StatefulSet or DaemonSet looked before, so that it can go back.',
  'apps/DaemonSet': 'Keeps one pod on every node, or on those that match.',
  'apps/Deployment':
    'Keeps a number of equal pods running and replaces them step by step when their template changes.',
  'apps/ReplicaSet':
    'Keeps a number of equal pods running; a Deployment has one for each version of its template.',
  'apps/StatefulSet': 'Keeps pods running that have names and storage of their own.',
  'authentication.k8s.io/SelfSubjectReview': 'Asks who the caller is.',
  'authentication.k8s.io/TokenReview': 'Asks whose token this is.',
  'authorization.k8s.io/LocalSubjectAccessReview': 'Asks whether somebody may do something in one namespace.',
  'authorization.k8s.io/SelfSubjectAccessReview': 'Asks whether the caller may do something.',
  'authorization.k8s.io/SelfSubjectRulesReview': 'Asks for all that the caller may do in a namespace.',
  'authorization.k8s.io/SubjectAccessReview': 'Asks whether somebody may do something.',
  'autoscaling/HorizontalPodAutoscaler':
    'Changes the number of pods of a workload as metrics go up and down.',
  'batch/CronJob': 'Starts a Job at certain times.',
  'batch/Job': 'Runs pods until a number of them have succeeded.',
  'certificates.k8s.io/CertificateSigningRequest':
    'Asks a signer for a certificate; somebody approves it, the signer fills it in.',
  'certificates.k8s.io/ClusterTrustBundle': 'Certificates of authorities that whoever reads them may trust.',
  'certificates.k8s.io/PodCertificateRequest': 'Asks a signer for a certificate for one pod.',
  'coordination.k8s.io/Lease': 'Who holds something, and since when: how one of many is chosen to lead.',
  'discovery.k8s.io/EndpointSlice': 'Some of the addresses behind a Service, with their state.',
  'flowcontrol.apiserver.k8s.io/FlowSchema': 'Which requests belong to which level of priority.',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration':
    'How many requests of a level are served at the same time, and what becomes of the others.',
  'events.k8s.io/Event': 'Something that happened to an object, kept for a while.',
  'networking.k8s.io/Ingress': 'Routes from outside by host and path to Services.',
  'networking.k8s.io/IngressClass': 'Which controller serves an Ingress.',
  'networking.k8s.io/IPAddress': 'An address that is taken, and by whom.',
  'networking.k8s.io/NetworkPolicy': 'Who may talk to whom among pods.',
  'networking.k8s.io/ServiceCIDR': 'A range from which Services get addresses.',
  'node.k8s.io/RuntimeClass': 'A way to run containers, by the name of its handler on a node.',
  'policy/PodDisruptionBudget': 'How many pods of a set may be away at the same time for maintenance.',
  'rbac.authorization.k8s.io/ClusterRole': 'Rights on kinds, in all namespaces and on what has none.',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'Gives the rights of a ClusterRole to somebody everywhere.',
  'rbac.authorization.k8s.io/Role': 'Rights on kinds in one namespace.',
  'rbac.authorization.k8s.io/RoleBinding':
    'Gives the rights of a Role or ClusterRole to somebody in one namespace.',
  'scheduling.k8s.io/PriorityClass': 'How important pods are: those with a higher value are placed first.',
  'storage.k8s.io/CSIDriver': 'A driver for storage, and what it can do.',
  'storage.k8s.io/CSINode': 'The drivers for storage on a node.',
  'storage.k8s.io/CSIStorageCapacity': 'How much storage is left in a place.',
  'storage.k8s.io/StorageClass': 'A sort of storage: who provides it and how.',
  'storage.k8s.io/VolumeAttachment': 'A volume that is, or is to be, attached to a node.',
  'storage.k8s.io/VolumeAttributesClass': 'Properties of volumes that may change while they are used.',
  'storagemigration.k8s.io/StorageVersionMigration':
    'Writes all objects of a kind again, in the version that is stored today.',
  'gateway.networking.k8s.io/BackendTLSPolicy': 'How a gateway speaks TLS to what is behind it.',
  'gateway.networking.k8s.io/Gateway': 'Addresses and ports on which traffic comes in.',
  'gateway.networking.k8s.io/GatewayClass': 'Which controller serves a Gateway.',
  'gateway.networking.k8s.io/GRPCRoute': 'Routes of gRPC methods through a Gateway to Services.',
  'gateway.networking.k8s.io/HTTPRoute': 'Routes of HTTP requests through a Gateway to Services.',
  'gateway.networking.k8s.io/ListenerSet': 'Further listeners of a Gateway.',
  'gateway.networking.k8s.io/ReferenceGrant': 'Allows objects of other namespaces to name some of this one.',
  'gateway.networking.k8s.io/TLSRoute': 'Routes of TLS connections through a Gateway by the name asked for.',
  'networking.istio.io/VirtualService': 'Routes of requests by host, path and header, with weights.',
  'autoscaling.internal.knative.dev/Metric': 'What is measured of a revision. Made by Knative for itself.',
  'autoscaling.internal.knative.dev/PodAutoscaler':
    'How the pods of a revision follow its load. Made by Knative for itself.',
  'networking.internal.knative.dev/Certificate':
    'A certificate that Knative needs for a name. Made by Knative for itself.',
  'networking.internal.knative.dev/ClusterDomainClaim': 'Which namespace a domain belongs to.',
  'networking.internal.knative.dev/Ingress': 'Routes to revisions. Made by Knative for itself.',
  'networking.internal.knative.dev/ServerlessService':
    'The addresses of a revision, or of what holds its requests while it has no pods.',
  'serving.knative.dev/Configuration': 'What is to run; each change of it makes a Revision.',
  'serving.knative.dev/DomainMapping': 'A domain of your own for a Service.',
  'serving.knative.dev/Revision': 'What ran at one time: a Configuration that does not change any more.',
  'serving.knative.dev/Route': 'How requests are shared among Revisions.',
  'serving.knative.dev/Service': 'A Configuration and a Route in one: what runs and where requests go.',
  'serving.kserve.io/ClusterServingRuntime': 'How models of some formats are served, for all namespaces.',
  'serving.kserve.io/ClusterStorageContainer':
    'The container that fetches models from some sorts of storage.',
  'serving.kserve.io/InferenceGraph': 'Several models as one: in a row, at once, or by choice.',
  'serving.kserve.io/InferenceService':
    'A model that answers requests, with what stands before and behind it.',
  'serving.kserve.io/LLMInferenceService': 'A language model that answers requests, on one node or many.',
  'serving.kserve.io/LLMInferenceServiceConfig': 'Settings that several LLMInferenceServices share.',
  'serving.kserve.io/LocalModelCache': 'A model that is kept on nodes before it is asked for.',
  'serving.kserve.io/LocalModelNamespaceCache': 'A model that is kept on nodes for one namespace.',
  'serving.kserve.io/LocalModelNode': 'The models that a node keeps.',
  'serving.kserve.io/LocalModelNodeGroup': 'Nodes that keep models, and how much room they have for them.',
  'serving.kserve.io/ServingRuntime': 'How models of some formats are served in a namespace.',
  'serving.kserve.io/TrainedModel': 'A model that an InferenceService with room for several serves.',
};

/** What the fields of every object are. */
const fields: Readonly<Record<string, string>> = {
  apiVersion: 'APIVersion defines the group and version of the kind.',
  kind: 'The kind of the object.',
  metadata: "Standard object's metadata: its name, and what else every object has.",
  spec: 'What is wanted.',
  status: 'What is, as far as the controllers have seen.',
};

/** What the metadata of every object holds. */
const metadata: Readonly<Record<string, string>> = {
  annotations: 'Texts by name that programs keep with the object; nothing is selected by them.',
  creationTimestamp: 'CreationTimestamp is a timestamp: when the server created the object.',
  deletionGracePeriodSeconds: 'Seconds that the object may take to end, once it is being deleted.',
  deletionTimestamp: 'When the object is to be gone; set once somebody has deleted it.',
  finalizers: 'Who has to do something before the object may go.',
  generateName: 'The beginning of a name that the server completes, where none is given.',
  generation: 'A number that grows with each change of what is wanted.',
  labels: 'Short texts by name, by which objects are selected.',
  managedFields: 'Who owns which field, for server-side apply.',
  name: 'The name of the object, its own within its namespace and kind.',
  namespace: 'The namespace that the object is in.',
  ownerReferences: 'The objects that this one belongs to; it goes when all of them have gone.',
  resourceVersion: 'The revision of the object, by which changes are told from each other.',
  uid: 'The identity of the object: no other, before or after, has the same.',
};
const metadataOf = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The definition of the metadata with what its fields are; other definitions are as they were. */
export function withMetadata(name: string, schema: Schema): Schema {
  if (name !== metadataOf) return schema;
  const properties = Object.entries(schema.properties ?? {}).map(([field, property]) => [
    field,
    Object.hasOwn(metadata, field) ? { ...property, description: metadata[field] as string } : property,
  ]);
  const description = 'What every object has: its name and place, its labels, its history.';
  return { description, ...schema, properties: Object.fromEntries(properties) as Record<string, Schema> };
}

/** A definition of a kind with what it and its fields are; other definitions are as they were. */
export function described(group: string, kind: string, schema: Schema): Schema {
  const description = kinds[`${group}/${kind}`];
  if (description === undefined) return schema;
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    Object.hasOwn(fields, name) ? { ...property, description: fields[name] as string } : property,
  ]);
  return { description, ...schema, properties: Object.fromEntries(properties) as Record<string, Schema> };
}

/** Kinds that nothing is said about. */
export function undescribed(all: readonly (readonly [group: string, kind: string])[]): string[] {
  return all.map(([group, kind]) => `${group}/${kind}`).filter(name => !Object.hasOwn(kinds, name));
}
