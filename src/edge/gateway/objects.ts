import { certificateName } from '../../base/access/index.ts';
import { Controller, Informer, ResourceClient, type Transport } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../cluster/meta/index.ts';
import { type Cluster, resourceOf, timestamp } from '../../cluster/view/index.ts';

/** The gateway as the cluster sees it. */
export interface OwnObjects {
  readonly node: { readonly name: string; readonly address: string };
  /** Where it listens for requests, at the address of the node at least. */
  readonly port: number;
  /** Where what is inside the cluster comes in. */
  readonly localPort: number;
  /** Whether people come over https, and the name in the certificate then. */
  readonly secure: false | { readonly name: string };
  /** Where it tells how it is. */
  readonly statusPort: number;
  readonly version: string;
  readonly now: () => number;
}

const namespace = 'istio-system';
const name = 'istio-ingressgateway';
const localName = 'knative-local-gateway';
const ownNames = new Set([name, localName]);
const account = 'istio-ingressgateway-service-account';
const labels = { app: name, istio: 'ingressgateway' };
/** A pod that a program of the node shows, not one that a kubelet is to start. */
const mirror = 'kubernetes.io/config.mirror';

/** Makes the Pod and the Services by which clients know the gateway, or brings them up to date. */
export async function ensureOwnObjects(transport: Transport, own: OwnObjects): Promise<void> {
  await ensureNamespace(transport);
  await ensureAccount(transport);
  const pods = new ResourceClient(transport, resourceOf('pods'));
  const services = new ResourceClient(transport, resourceOf('services'));
  const pod = podOf(own);
  const podName = pod.metadata.name ?? '';
  await ensure(pods, pod, { metadata: pod.metadata });
  await pods.patch(namespace, podName, 'merge', { status: statusOf(own, pod) }, 'status');
  const ingress = [{ ip: own.node.address, ipMode: 'VIP' }];
  await ensure(
    services,
    serviceOf(own),
    withName(serviceOf(own), own.secure === false ? null : own.secure.name),
  );
  await services.patch(namespace, name, 'merge', { status: { loadBalancer: { ingress } } }, 'status');
  await ensure(services, localServiceOf(own));
}

/** Makes again what somebody deletes of these objects, as long as the gateway runs. */
export function keepOwnObjects(
  cluster: Cluster,
  own: OwnObjects,
  onError: (key: string, error: unknown) => void,
): { stop(): Promise<void> } {
  const controller = new Controller({
    name: 'gateway',
    onError,
    reconcile: async () => {
      const pod = pods.get(`${namespace}/${podName}`);
      // No kubelet ends it: whoever shows it does.
      if (pod?.metadata.deletionTimestamp !== undefined) await retireOwnPod(cluster.transport, own);
      await ensureOwnObjects(cluster.transport, own);
    },
  });
  const podName = podOf(own).metadata.name ?? '';
  const fieldSelector = `metadata.name=${podName}`;
  const pods = cluster.follow(new Informer(cluster.client('pods'), { namespace, fieldSelector }));
  const again = (): void => controller.queue.add(name);
  pods.on({
    onUpdate: (_, pod) => void (pod.metadata.deletionTimestamp !== undefined && again()),
    onDelete: again,
  });
  cluster.informer('services').on({
    onDelete: ({ metadata }) => {
      if (metadata.namespace === namespace && ownNames.has(metadata.name ?? '')) again();
    },
  });
  pods.start();
  controller.start();
  return controller;
}

/** Takes the Pod out of service, so that nobody is sent to a gateway that has gone. */
export async function retireOwnPod(transport: Transport, { node }: Pick<OwnObjects, 'node'>): Promise<void> {
  const pods = new ResourceClient(transport, resourceOf('pods'));
  await pods.delete(namespace, `${name}-${node.name}`, { gracePeriodSeconds: 0 });
}

async function ensureNamespace(transport: Transport): Promise<void> {
  const namespaces = new ResourceClient(transport, resourceOf('namespaces'));
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await namespaces.create(object).catch(unlessThere);
}

/** An account of its own, as Istio's gateway has: that of every namespace may not be there yet. */
async function ensureAccount(transport: Transport): Promise<void> {
  const accounts = new ResourceClient(transport, resourceOf('serviceaccounts'));
  const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } };
  await accounts.create(object).catch(unlessThere);
}

async function ensure(client: ResourceClient, object: KubeObject, patch: object = object): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    unlessThere(error);
    await client.patch(namespace, object.metadata.name ?? '', 'merge', patch);
  }
}

function unlessThere(error: unknown): void {
  if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
}

function podOf({ node, port, statusPort, version }: OwnObjects): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${node.name}`, namespace, labels, annotations: { [mirror]: 'davit-gateway' } },
    spec: {
      nodeName: node.name,
      hostNetwork: true,
      serviceAccountName: account,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'istio-proxy',
          image: `davit/gateway:${version}`,
          ports: [
            { name: 'http2', containerPort: port, hostPort: port, protocol: 'TCP' },
            { name: 'status-port', containerPort: statusPort, hostPort: statusPort, protocol: 'TCP' },
          ],
        },
      ],
    },
  };
}

function statusOf({ node, version, now }: OwnObjects, pod: KubeObject): object {
  const time = timestamp(now());
  const types = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  const image = `davit/gateway:${version}`;
  return {
    phase: 'Running',
    hostIP: node.address,
    hostIPs: [{ ip: node.address }],
    podIP: node.address,
    podIPs: [{ ip: node.address }],
    startTime: time,
    qosClass: 'BestEffort',
    conditions: types.map(type => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: time })),
    containerStatuses: [
      {
        name: 'istio-proxy',
        image,
        imageID: image,
        containerID: `davit://${pod.metadata.name}`,
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: time } },
        lastState: {},
      },
    ],
  };
}

/** An annotation; null takes away the one of a gateway before. */
function withName(service: KubeObject, value: string | null): object {
  return { ...service, metadata: { ...service.metadata, annotations: { [certificateName]: value } } };
}

function serviceOf({ port, secure, statusPort }: OwnObjects): KubeObject {
  const annotations = secure === false ? {} : { annotations: { [certificateName]: secure.name } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels, ...annotations },
    spec: {
      type: 'LoadBalancer',
      selector: labels,
      ports: [
        { name: 'status-port', port: 15_021, protocol: 'TCP', targetPort: statusPort },
        secure !== false
          ? { name: 'https', port: 443, protocol: 'TCP', targetPort: port }
          : { name: 'http2', port: 80, protocol: 'TCP', targetPort: port },
      ],
    },
  };
}

/** Where the names of services inside the cluster lead. */
function localServiceOf({ localPort }: OwnObjects): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: localName, namespace },
    spec: {
      type: 'ClusterIP',
      selector: labels,
      ports: [{ name: 'http2', port: 80, protocol: 'TCP', targetPort: localPort }],
    },
  };
}
