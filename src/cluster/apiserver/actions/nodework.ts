import type { Field } from '../../../base/net/index.ts';
import { badRequest, notFound, StatusError } from '../../meta/index.ts';
import type { ActionHandler, Answer, KindCall } from '../call.ts';
import { type Kubelets, kubeletOf, nodeNamed, notHere } from '../nodes/kubelets.ts';
import { logQuery } from '../nodes/logquery.ts';
import { askOnward, failureText, passBody, passOn } from '../nodes/relay.ts';
import { placeOf, resourceOf } from '../reads/read.ts';
import { authorize } from '../requests/authorize.ts';
import { isTrue } from '../requests/request.ts';

interface PodSpec {
  readonly nodeName?: string;
  readonly containers?: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

function specOf(call: KindCall): PodSpec {
  const pod = call.parts.store.get(placeOf(call))?.object;
  if (pod === undefined) throw notFound(resourceOf(call.kind), call.info.name);
  return pod['spec'] ?? {};
}

/** The container that a request is about: the one it names, or the only one. */
function containerOf(call: KindCall, { containers = [], initContainers = [] }: PodSpec): string {
  const names = containers.map(container => container.name);
  const initial = initContainers.map(container => container.name);
  const asked = call.query.get('container') ?? '';
  if (asked !== '' && ![...names, ...initial].includes(asked)) {
    throw badRequest(`container ${asked} is not valid for pod ${call.info.name}`);
  }
  if (asked !== '') return asked;
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const must = `a container name must be specified for pod ${call.info.name}`;
  if (only === undefined) throw badRequest(must);
  const others = initial.length === 0 ? '' : ` or one of the init containers: [${initial.join(' ')}]`;
  throw badRequest(`${must}, choose one of: [${names.join(' ')}]${others}`);
}

/** Answers `log`: nothing as long as a pod has no node. */
export function podLog(kubelets: Kubelets | undefined): ActionHandler {
  return async (call): Promise<Answer | undefined> => {
    const spec = specOf(call);
    const query = logQuery(call.info.name, call.query);
    const container = containerOf(call, spec);
    const { nodeName = '' } = spec;
    if (nodeName === '') return { status: 204, object: undefined };
    if (kubelets === undefined) throw notHere('reading logs');
    const { namespace, name } = call.info;
    const path = ['containerLogs', namespace, name, container].map(encodeURIComponent).join('/');
    const url = `${kubeletOf(nodeNamed(call, nodeName))}/${path}?${query.toString()}`;
    const { answer } = await askOnward(call, { method: 'GET', url, fields: [], agent: kubelets.agent });
    const status = answer.statusCode ?? 500;
    if (status >= 400) throw kubeletFailure(status, await failureText(answer));
    passBody(call, answer, 200, [['Content-Type', 'text/plain']], 'endless');
    return undefined;
  };
}

/** What a kubelet refuses, as a Status. */
function kubeletFailure(status: number, text: string): StatusError {
  if (status === 400) return badRequest(text);
  if (status === 500) return new StatusError(500, 'InternalError', `Internal error occurred: ${text}`);
  const reason = status === 404 ? 'NotFound' : status === 422 ? 'Invalid' : undefined;
  return new StatusError(status, reason, text);
}

/** How a kubelet calls what a client asks for. */
const parameters = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
] as const;

const kubeletPaths = new Map([
  ['exec', 'exec'],
  ['attach', 'attach'],
  ['portforward', 'portForward'],
]);

/** Fields of a request that asks for another protocol, which the kubelet must see. */
const upgradeFields = [
  'Upgrade',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Protocol',
  'X-Stream-Protocol-Version',
];

/** Answers `exec`, `attach` and `portforward`: the client's connection becomes one with the node's kubelet. */
export function podStream(kubelets: Kubelets | undefined): ActionHandler {
  return async (call): Promise<undefined> => {
    const spec = specOf(call);
    const action = call.subresource?.name ?? '';
    const container = action === 'portforward' ? [] : [containerOf(call, spec)];
    const { nodeName = '' } = spec;
    if (nodeName === '') throw badRequest(`pod ${call.info.name} does not have a host assigned`);
    if (kubelets === undefined) throw notHere(action);
    if ((call.head.header('upgrade') ?? '') === '' || call.sink.upgrade === undefined) {
      throw badRequest('Upgrade request required');
    }
    // A WebSocket opens with GET, which must not be all that somebody who may only read needs.
    authorize(call.parts, { ...call.info, verb: 'create' }, call.user);
    const { namespace, name } = call.info;
    const path = [kubeletPaths.get(action) ?? action, namespace, name, ...container];
    const query = action === 'portforward' ? portQuery(call.query) : remoteQuery(call.query);
    const url = `${kubeletOf(nodeNamed(call, nodeName))}/${path.map(encodeURIComponent).join('/')}?${query}`;
    const fields: Field[] = [['Connection', 'Upgrade']];
    for (const field of upgradeFields) {
      const value = call.head.header(field);
      if (value !== undefined) fields.push([field, value]);
    }
    passOn(call, await askOnward(call, { method: call.method, url, fields, agent: kubelets.agent }));
    return undefined;
  };
}

function remoteQuery(query: URLSearchParams): string {
  const onward = new URLSearchParams();
  for (const [asked, said] of parameters) if (isTrue(query.get(asked))) onward.set(said, '1');
  for (const word of query.getAll('command')) onward.append('command', word);
  return onward.toString();
}

function portQuery(query: URLSearchParams): string {
  const onward = new URLSearchParams();
  for (const ports of query.getAll('ports')) onward.append('ports', ports);
  return onward.toString();
}
