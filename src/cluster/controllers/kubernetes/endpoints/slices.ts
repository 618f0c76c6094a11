import { foundAt, type KubeObject } from '../../../meta/index.ts';
import { isReady, type Pod } from '../../../view/index.ts';

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

export interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

export interface Endpoint {
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

/** Pods that share an address have their ports elsewhere than they say. */
function portNumber(target: number | string, protocol: string, pod: Pod): number | undefined {
  const said = portSaid(target, protocol, pod);
  return said === undefined ? undefined : foundAt(pod.metadata, said);
}

function portSaid(target: number | string, protocol: string, pod: Pod): number | undefined {
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

/** The old form of the same: for each set of ports its ready addresses and the others. Pure. */
export function subsetsOf(slices: readonly Slice[]): unknown[] {
  const byPorts = new Map<string, { ports: readonly Port[]; endpoints: Endpoint[] }>();
  for (const { ports, endpoints } of slices) {
    const key = JSON.stringify(ports);
    const group = byPorts.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(...endpoints.filter(one => one.conditions.ready || !one.conditions.terminating));
    byPorts.set(key, group);
  }
  return [...byPorts.values()].filter(({ endpoints }) => endpoints.length > 0).map(subset);
}

function subset({ ports, endpoints }: { ports: readonly Port[]; endpoints: readonly Endpoint[] }): unknown {
  const ready = endpoints.filter(one => one.conditions.ready).map(addressOf);
  const others = endpoints.filter(one => !one.conditions.ready).map(addressOf);
  const named = ports.map(({ name, ...rest }) => ({
    ...(name !== undefined && name !== '' && { name }),
    ...rest,
  }));
  return {
    ...(ready.length > 0 && { addresses: ready }),
    ...(others.length > 0 && { notReadyAddresses: others }),
    ...(named.length > 0 && { ports: named }),
  };
}

function addressOf({ addresses, targetRef, nodeName }: Endpoint): unknown {
  return { ip: addresses[0], ...(nodeName !== undefined && { nodeName }), targetRef };
}
