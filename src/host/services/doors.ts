import type { KubeObject } from '../../cluster/meta/index.ts';

/** The parts of a Service that decide where it can be reached. */
export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly sessionAffinity?: string;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly protocol?: string;
      readonly nodePort?: number;
    }[];
  };
}

/** The parts of an EndpointSlice that say what stands behind a Service. */
export interface Slice extends KubeObject {
  readonly addressType?: string;
  readonly ports?:
    | readonly {
        readonly name?: string | null;
        readonly port?: number | null;
        readonly protocol?: string;
      }[]
    | null;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean | null };
      }[]
    | null;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A place where clients of a Service connect, and what is behind it. */
export interface Door {
  readonly at: Address;
  /** Port of the Service that it belongs to; node ports too. */
  readonly servicePort: number;
  readonly endpoints: readonly Address[];
  /** Whether one client is to meet the same endpoint again. */
  readonly sticky: boolean;
}

export function nameOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The doors of a Service: its cluster address, and the node's for its node ports. One without a ready endpoint has none, so that a
 * client is refused at once, as behind kube-proxy. Pure.
 */
export function doorsOf({ spec }: Service, slices: readonly Slice[], node: string): Door[] {
  const { type = 'ClusterIP', clusterIP = '', ports = [], sessionAffinity } = spec;
  if (type === 'ExternalName' || clusterIP === '' || clusterIP === 'None') return [];
  const sticky = sessionAffinity === 'ClientIP';
  return ports.flatMap(({ name = '', port, protocol = 'TCP', nodePort }) => {
    if (protocol !== 'TCP') return [];
    const endpoints = endpointsOf(slices, name);
    if (endpoints.length === 0) return [];
    const one = { servicePort: port, endpoints, sticky };
    const own = { ...one, at: { host: clusterIP, port } };
    return nodePort === undefined ? [own] : [own, { ...one, at: { host: node, port: nodePort } }];
  });
}

function endpointsOf(slices: readonly Slice[], name: string): Address[] {
  const found = new Map<string, Address>();
  for (const { ports, endpoints } of slices) {
    const port = ports?.find(one => (one.name ?? '') === name && (one.protocol ?? 'TCP') === 'TCP')?.port;
    if (port === undefined || port === null) continue;
    for (const { addresses, conditions } of endpoints ?? []) {
      if (conditions?.ready === false) continue;
      for (const host of addresses) found.set(`${host} ${port}`, { host, port });
    }
  }
  return [...found.values()];
}
