import { isIPv4 } from 'node:net';
import { reachedAt } from '../../../cluster/allocation/index.ts';
import type { Address, Service } from '../doors.ts';
import { serviceErrors } from '../errors.ts';

/** What there is in the cluster, as names are looked up in it. */
export interface Known {
  service(namespace: string, name: string): Service | undefined;
  /** The Service that has an address. */
  serviceAt(address: string): Service | undefined;
  /** Whether an address and port is a ready endpoint of a Service. */
  isEndpoint(address: Address): boolean;
}

const domain = '.cluster.local';
const usualPort = 80;
/** Names that lead to names, at most. */
const mostSteps = 4;

/**
 * Where a request for `NAME.NAMESPACE.svc.cluster.local:PORT`, shorter forms of it, or an address of a Service goes. Pure.
 * @param home namespace of whoever asks, for a name without one; undefined when it is not known
 * @throws `name-not-in-cluster`, `name-unknown`
 */
export function meaningOf(authority: string, home: string | undefined, known: Known): Address {
  let [host, port] = partsOf(authority);
  for (let step = 0; step < mostSteps; step++) {
    if (isIPv4(host)) return addressed({ host, port }, known);
    const service = named(host, home, known);
    if (service.spec.type !== 'ExternalName') return reached(service, port);
    const { externalName = '' } = service.spec;
    // Another name of the cluster may stand behind it, and nothing else.
    if (!bare(externalName).endsWith(`.svc${domain}`)) throw foreign(externalName);
    host = bare(externalName);
    port = usualPort;
  }
  throw serviceErrors.make['name-unknown'](`${JSON.stringify(authority)} leads from name to name to no end`);
}

function partsOf(authority: string): [host: string, port: number] {
  const found = /^([\w.-]{1,253})(?::(\d{1,5}))?$/.exec(authority);
  const port = Number(found?.[2] ?? usualPort);
  if (found === null || port < 1 || port > 65_535) throw foreign(authority);
  return [bare(found[1] ?? ''), port];
}

function bare(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function foreign(host: string): Error {
  return serviceErrors.make['name-not-in-cluster'](
    `found the host ${JSON.stringify(host.slice(0, 253))}, expected a Service of the cluster: NAME.NAMESPACE.svc.cluster.local`,
  );
}

function addressed(address: Address, known: Known): Address {
  const service = known.serviceAt(address.host);
  if (service !== undefined) return reached(service, address.port);
  if (known.isEndpoint(address)) return address;
  throw foreign(address.host);
}

function named(host: string, home: string | undefined, known: Known): Service {
  const inside = host.endsWith(domain) ? host.slice(0, -domain.length) : host;
  const parts = (inside.endsWith('.svc') ? inside.slice(0, -'.svc'.length) : inside).split('.');
  const [name = '', namespace = home, ...more] = parts;
  // `example.com` has the form of NAME.NAMESPACE: it is told as what it most likely is.
  const service = namespace === undefined || more.length > 0 ? undefined : known.service(namespace, name);
  if (service !== undefined) return service;
  if (inside === host && !host.endsWith('.svc')) throw foreign(host);
  throw serviceErrors.make['name-unknown'](`there is no Service for the host ${JSON.stringify(host)}`);
}

function reached(service: Service, port: number): Address {
  const { ports = [], clusterIP = '' } = service.spec;
  const { namespace = '', name = '' } = service.metadata;
  const one = ports.find(each => each.port === port && (each.protocol ?? 'TCP') === 'TCP');
  const at = one === undefined ? undefined : reachedAt(service, port);
  if (at !== undefined) return at;
  const why =
    clusterIP === 'None'
      ? 'is headless: it has no address'
      : `has no port ${port}, but ${ports.map(each => each.port).join(', ')}`;
  throw serviceErrors.make['name-unknown'](`the Service ${namespace}/${name} ${why}`);
}
