import { Controller, keyOf, splitKey } from '../../client/index.ts';
import { isStatusError, type KubeObject, selectorOf } from '../../meta/index.ts';
import type { Cluster } from './cluster.ts';
import { controlledBy, isReady, type Pod } from './objects.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
  };
}

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean };
  readonly targetRef: unknown;
  readonly nodeName?: string;
}

/** The pods behind a set of ports: pods may give one named port different numbers. */
export interface Slice {
  readonly ports: readonly Port[];
  readonly endpoints: readonly Endpoint[];
}

/** Endpoints in a slice at most. */
const largest = 100;

/** The slices that a service is to have. Pure. */
export function slicesOf(service: Service, pods: readonly Pod[]): Slice[] {
  const byPorts = new Map<string, { ports: Port[]; endpoints: Endpoint[] }>();
  for (const pod of pods) {
    const address = pod.status?.podIP ?? '';
    const ended = ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
    if (address === '' || ended) continue;
    const ports = portsFor(service, pod);
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
    const key = JSON.stringify(ports);
    const group = byPorts.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(service, pod, address));
    byPorts.set(key, group);
  }
  if (byPorts.size === 0) return [{ ports: [], endpoints: [] }];
  return [...byPorts.values()].flatMap(({ ports, endpoints }) => cut(ports, endpoints));
}

function cut(ports: readonly Port[], endpoints: readonly Endpoint[]): Slice[] {
  const slices: Slice[] = [];
  for (let at = 0; at < endpoints.length; at += largest) {
    slices.push({ ports, endpoints: endpoints.slice(at, at + largest) });
  }
  return slices;
}

function portsFor({ spec }: Service, pod: Pod): Port[] {
  return (spec.ports ?? []).flatMap(({ name, port, protocol = 'TCP', targetPort = port, appProtocol }) => {
    const number = portNumber(targetPort, protocol, pod);
    if (number === undefined) return [];
    return [
      {
        name: name ?? '',
        port: number,
        protocol,
        ...(appProtocol !== undefined && { appProtocol }),
      },
    ];
  });
}

function portNumber(target: number | string, protocol: string, pod: Pod): number | undefined {
  if (typeof target === 'number') return target;
  for (const { ports = [] } of pod.spec.containers) {
    const found = ports.find(one => one.name === target && (one.protocol ?? 'TCP') === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

function endpointOf(service: Service, pod: Pod, address: string): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { name, namespace, uid } = pod.metadata;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec.nodeName !== undefined && { nodeName: pod.spec.nodeName }),
  };
}

interface EndpointSlice extends KubeObject {
  readonly ports?: readonly Port[] | null;
  readonly endpoints?: readonly Endpoint[] | null;
}

const serviceLabel = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';

/** Keeps EndpointSlices and Endpoints of services with a selector (two controllers of kube-controller-manager). */
export function endpointsController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const services = cluster.informer<Service>('services');
  const pods = cluster.informer<Pod>('pods');
  const slices = cluster.informer<EndpointSlice>('endpointslices');
  cluster.informer('endpoints');
  const controller = new Controller({
    name: 'endpointslice',
    workers: 5,
    onError,
    reconcile: async key => {
      const service = services.get(key);
      if (service === undefined || service.spec.selector === undefined) return;
      const selector = selectorOf({ matchLabels: service.spec.selector });
      const { namespace } = splitKey(key);
      const behind = pods.inNamespace(namespace).filter(pod => selector.matches(pod.metadata.labels));
      const wanted = slicesOf(
        service,
        behind.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      );
      await writeSlices(cluster, service, wanted);
      await writeEndpoints(cluster, service, wanted);
    },
  });
  const add = (service: Service): void => controller.queue.add(keyOf(service));
  services.on({ onAdd: add, onUpdate: (_, service) => add(service), onDelete: add });
  const ofPod = (pod: Pod): void => {
    for (const service of services.inNamespace(pod.metadata.namespace ?? '')) {
      const { selector } = service.spec;
      if (selector !== undefined && selectorOf({ matchLabels: selector }).matches(pod.metadata.labels))
        add(service);
    }
  };
  pods.on({
    onAdd: ofPod,
    onUpdate: (old, pod) => {
      ofPod(old);
      ofPod(pod);
    },
    onDelete: ofPod,
  });
  const ofSlice = ({ metadata }: EndpointSlice): void => {
    const name = metadata.labels?.[serviceLabel];
    if (name !== undefined) controller.queue.add(`${metadata.namespace}/${name}`);
  };
  slices.on({ onUpdate: (_, slice) => ofSlice(slice), onDelete: ofSlice });
  return controller;
}

async function writeSlices(cluster: Cluster, service: Service, wanted: readonly Slice[]): Promise<void> {
  const { name = '', namespace = '' } = service.metadata;
  const client = cluster.client<EndpointSlice>('endpointslices');
  const mine = cluster
    .informer<EndpointSlice>('endpointslices')
    .inNamespace(namespace)
    .filter(
      ({ metadata }) => metadata.labels?.[serviceLabel] === name && metadata.labels[managedBy] === manager,
    )
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const [index, slice] of wanted.entries()) {
    const old = mine[index];
    if (old === undefined) await unlessEnding(() => client.create(sliceObject(service, slice)));
    else if (!sameSlice(old, slice)) {
      const body = { ports: slice.ports, endpoints: slice.endpoints };
      await unlessEnding(() => client.update({ ...old, ...body }));
    }
  }
  for (const old of mine.slice(wanted.length)) {
    await unlessEnding(() => client.delete(namespace, old.metadata.name ?? ''));
  }
}

function sliceObject(service: Service, { ports, endpoints }: Slice): EndpointSlice {
  const { name = '', namespace = '', labels = {} } = service.metadata;
  const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [serviceLabel]: name, [managedBy]: manager, ...headless },
      ownerReferences: [controlledBy(service)],
    },
    addressType: 'IPv4',
    ports,
    endpoints,
  };
}

function sameSlice(old: EndpointSlice, { ports, endpoints }: Slice): boolean {
  return (
    JSON.stringify(old.ports ?? []) === JSON.stringify(ports) &&
    JSON.stringify(old.endpoints ?? []) === JSON.stringify(endpoints)
  );
}

/** The old form of the same: subsets of ready and not ready addresses. Pure. */
export function subsetsOf(slices: readonly Slice[]): unknown[] {
  return slices
    .filter(slice => slice.endpoints.length > 0)
    .map(({ ports, endpoints }) => {
      const address = ({ addresses, targetRef, nodeName }: Endpoint): unknown => ({
        ip: addresses[0],
        ...(nodeName !== undefined && { nodeName }),
        targetRef,
      });
      const ready = endpoints.filter(one => one.conditions.ready).map(address);
      const others = endpoints
        .filter(one => !one.conditions.ready && !one.conditions.terminating)
        .map(address);
      const named = ports.map(({ name, port, protocol }) => ({
        ...(name !== undefined && name !== '' && { name }),
        port,
        protocol,
      }));
      return {
        ...(ready.length > 0 && { addresses: ready }),
        ...(others.length > 0 && { notReadyAddresses: others }),
        ports: named,
      };
    });
}

async function writeEndpoints(cluster: Cluster, service: Service, slices: readonly Slice[]): Promise<void> {
  const { name = '', namespace = '', labels = {} } = service.metadata;
  const client = cluster.client('endpoints');
  const old = cluster.informer('endpoints').get(`${namespace}/${name}`);
  const subsets = subsetsOf(slices);
  const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  const wanted = { ...labels, ...headless, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
  if (old === undefined) {
    await unlessEnding(() =>
      client.create({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name, namespace, labels: wanted },
        ...(subsets.length > 0 && { subsets }),
      }),
    );
  } else if (JSON.stringify(old['subsets'] ?? []) !== JSON.stringify(subsets)) {
    const { subsets: _, ...rest } = old;
    const next = { ...rest, ...(subsets.length > 0 && { subsets }) } as KubeObject;
    await unlessEnding(() => client.update(next));
  }
}

async function unlessEnding(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isStatusError(error)) throw error;
    const { reason, message } = error;
    if (reason === 'NotFound' || reason === 'AlreadyExists') return;
    if (!message.includes('because it is being terminated')) throw error;
  }
}
