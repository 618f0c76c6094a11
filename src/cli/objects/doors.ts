import { certificateName } from '../../base/access/index.ts';
import { reachedAt } from '../../cluster/allocation/index.ts';
import { pathOf, type Resource, throwIfFailed } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { bearerFor } from './callers.ts';
import { exchange } from './exchanges.ts';
import { Complaint } from './failures.ts';
import { progressOf, serviceGroup } from './services.ts';
import type { Session } from './session.ts';

/** Where an InferenceService is asked: an address, and the name by which the gateway knows it. */
export interface Door {
  /** `http://127.96.0.9:80`; over https with the name that the certificate is good for, where that is told. */
  readonly base: string;
  /** Where connections go, where `base` names another place. */
  readonly at?: { readonly host: string; readonly port: number } | undefined;
  readonly host: string;
  /** What the gateway demands, where it does: a bearer. */
  readonly bearer: string | undefined;
  /** PEM of the authorities of its certificate, besides those of the system. */
  readonly ca: string | undefined;
}

const isvc: Resource = {
  group: serviceGroup,
  version: 'v1beta1',
  plural: 'inferenceservices',
  namespaced: true,
};
const services: Resource = { group: '', version: 'v1', plural: 'services', namespaced: true };
const gateway = { namespace: 'istio-system', name: 'istio-ingressgateway', port: 80, securePort: 443 };

/**
 * The way to an InferenceService through the gateway of the cluster.
 * @throws NotFound, Complaint when it has no address yet, or the cluster has no gateway.
 */
export async function doorOf(name: string, session: Session): Promise<Door> {
  const service = await read(isvc, session.namespace, name, session);
  const { url } = (service['status'] ?? {}) as { url?: string };
  if (url === undefined) {
    throw new Complaint(
      `inferenceservices.${serviceGroup} "${name}" cannot be asked yet: ${progressOf(service).text}`,
    );
  }
  const found = await read(services, gateway.namespace, gateway.name, session);
  const { ports = [] } = (found['spec'] ?? {}) as { ports?: readonly { readonly name?: string }[] };
  const secure = ports.some(port => port.name === 'https');
  const at = reachedAt(found, secure ? gateway.securePort : gateway.port);
  if (at === undefined) throw new Complaint(`the Service ${gateway.name} has no address`);
  const named = secure ? found.metadata.annotations?.[certificateName] : undefined;
  const base = `http${secure ? 's' : ''}://${named ?? at.host}:${at.port}`;
  const door = { base, host: new URL(url).host, ca: session.ca, at: named === undefined ? undefined : at };
  const asks = await asksWho(door);
  return { ...door, bearer: asks ? await bearerFor(session, session.namespace) : undefined };
}

/** Whether the gateway wants to know who asks: a service may be open to all, and so may a gateway. */
async function asksWho(door: Omit<Door, 'bearer'>): Promise<boolean> {
  const { status } = await exchange(`${door.base}/`, { ...door, bearer: undefined });
  return status === 401;
}

async function read(
  resource: Resource,
  namespace: string,
  name: string,
  { transport }: Session,
): Promise<KubeObject> {
  const reply = await transport.ask({ method: 'GET', path: pathOf(resource, namespace, name) });
  throwIfFailed(reply);
  return reply.body as KubeObject;
}
