import { Agent } from 'node:https';
import { type KubeObject, notFound, StatusError } from '../../meta/index.ts';
import type { Call } from '../call.ts';

/** By what an API server is known to kubelets, and by what it knows them; PEM. */
export interface NodeAccess {
  readonly certificate: string;
  readonly key: string;
  /** Has signed the certificates of kubelets. */
  readonly authority: string;
}

interface NodeStatus {
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
}

const usualPort = 10_250;

/** Kinds of addresses, the best first: names are nobody's on a single machine. */
const kinds = ['InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS', 'Hostname'];

/** The kubelets of the nodes, as a client with connections that are kept. */
export class Kubelets {
  readonly agent: Agent;

  constructor({ certificate, key, authority }: NodeAccess) {
    this.agent = new Agent({ keepAlive: true, cert: certificate, key, ca: authority });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Where the kubelet of a node answers: `https://127.0.0.1:10250`. */
export function kubeletOf(node: KubeObject): string {
  const { addresses = [], daemonEndpoints } = (node['status'] ?? {}) as NodeStatus;
  const found = kinds.map(type => addresses.find(one => one.type === type)?.address);
  const address = found.find(one => one !== undefined);
  if (address === undefined) {
    const known = addresses.map(one => `${one.type}:${one.address}`).join(' ');
    throw new StatusError(500, 'InternalError', `no preferred addresses found; known addresses: [${known}]`);
  }
  const host = address.includes(':') ? `[${address}]` : address;
  return `https://${host}:${daemonEndpoints?.kubeletEndpoint?.Port ?? usualPort}`;
}

/** @throws StatusError 404 */
export function nodeNamed(call: Call, name: string): KubeObject {
  const node = call.parts.store.get({ resource: 'nodes', namespace: '', name })?.object;
  if (node === undefined) throw notFound({ group: '', resource: 'nodes' }, name);
  return node;
}

/** What a server that reaches no kubelets cannot do. */
export function notHere(what: string): StatusError {
  const message = `${what} needs a node that runs pods; this server has none`;
  return new StatusError(501, 'NotImplemented', message);
}
