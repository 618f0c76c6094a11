import { badRequest, foundAt, type KubeObject, notFound, StatusError } from '../../meta/index.ts';
import type { KindCall } from '../call.ts';
import { resourceOf } from '../reads/read.ts';

/** What a proxy's name says: `https:name:port`, of which the name alone must be there. */
export interface ProxyName {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  readonly port: string;
}

/** @throws StatusError 400 for a name with more colons than that */
export function proxyName(text: string): ProxyName {
  const parts = text.split(':');
  const [first = '', ...rest] = parts;
  const schemed = parts.length === 3 && (first === 'http' || first === 'https');
  if (parts.length > 2 && !schemed) throw badRequest(`invalid pod request ${JSON.stringify(text)}`);
  const [name = '', port = ''] = schemed ? rest : parts;
  return { scheme: first === 'https' && schemed ? 'https' : 'http', name, port };
}

interface PodParts {
  readonly spec: {
    readonly containers?: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
  readonly status?: { readonly podIP?: string };
}

/** Host and port of a pod, the first of its declared ports when none is asked for. */
export function podPlace(pod: KubeObject, port: string): string {
  const { spec, status } = pod as unknown as PodParts;
  const address = status?.podIP ?? '';
  if (address === '') throw badRequest('address not allowed');
  const declared = spec.containers?.flatMap(one => one.ports ?? [])[0]?.containerPort;
  const chosen = port === '' ? declared : Number(port);
  const host = address.includes(':') ? `[${address}]` : address;
  if (chosen === undefined || Number.isNaN(chosen)) return host;
  return `${host}:${foundAt(pod.metadata, chosen)}`;
}

interface ServiceParts {
  readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
}

interface EndpointsParts {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  }[];
}

/**
 * Host and port of one of the pods behind a service.
 * @throws StatusError 404 without such a service, 503 when no pod is ready or it has no such port
 */
export function servicePlace(call: KindCall, { name, port }: ProxyName): string {
  const { store } = call.parts;
  const { namespace } = call.info;
  const service = store.get({ resource: 'services', namespace, name })?.object;
  if (service === undefined) throw notFound(resourceOf(call.kind), name);
  const { ports = [] } = (service as unknown as ServiceParts).spec ?? {};
  const wanted =
    port === '' && ports.length === 1
      ? ports[0]
      : ports.find(one => (one.name ?? '') === port || `${one.port}` === port);
  const endpoints = store.get({ resource: 'endpoints', namespace, name })?.object;
  const { subsets = [] } = (endpoints ?? {}) as EndpointsParts;
  const places = subsets.flatMap(({ addresses = [], ports: open = [] }) => {
    const found = open.find(one => (one.name ?? '') === (wanted?.name ?? ''));
    return found === undefined ? [] : addresses.map(({ ip }) => hostPort(ip, found.port));
  });
  const place = wanted === undefined ? undefined : places[Math.floor(Math.random() * places.length)];
  if (place === undefined) {
    const message = `no endpoints available for service ${JSON.stringify(call.info.name)}`;
    throw new StatusError(503, 'ServiceUnavailable', message);
  }
  return place;
}

function hostPort(ip: string, port: number): string {
  return `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}
