import { tellsIdentity } from '../../../base/access/index.ts';
import { type Field, prepareHead } from '../../../base/net/index.ts';
import { notFound } from '../../meta/index.ts';
import type { ActionHandler, KindCall } from '../call.ts';
import { type Kubelets, kubeletOf, nodeNamed, notHere } from '../nodes/kubelets.ts';
import { podPlace, proxyName, servicePlace } from '../nodes/places.ts';
import { askOnward, passOn, requestFields } from '../nodes/relay.ts';
import { placeOf, resourceOf } from '../reads/read.ts';
import { answeredWith, commonFields } from '../server.ts';

/** What whoever is behind a proxy must not see of a client: how it is known to this server. */
const withheld = new Set([
  'host',
  'authorization',
  'impersonate-user',
  'impersonate-group',
  'impersonate-uid',
  'x-auth-token',
]);

/** Nor may it be told who asks by whoever asks. */
function isTold([name]: Field): boolean {
  const lower = name.toLowerCase();
  return tellsIdentity(lower) || lower.startsWith('impersonate-extra-');
}

/** The path behind `/proxy`, as it was sent; undefined when not even a slash is there. */
function behindProxy({ path }: KindCall['info']): string | undefined {
  return /^\/api\/v1\/(?:namespaces\/[^/]+\/)?[a-z]+\/[^/]+\/proxy(\/.*)$/.exec(path)?.[1];
}

/** Passes a request on to `origin`. */
async function proxied(call: KindCall, origin: string, kubelets?: Kubelets): Promise<undefined> {
  const path = behindProxy(call.info);
  const query = call.query.size === 0 ? '' : `?${call.query.toString()}`;
  if (path === undefined) {
    const fields: Field[] = [['Location', `${call.info.path}/${query}`]];
    call.sink.send(prepareHead(301, [...commonFields(call), ...fields]), '');
    answeredWith(call, 301);
    return undefined;
  }
  const upgrade = call.sink.upgrade === undefined ? undefined : call.head.header('upgrade');
  const fields = requestFields(call, withheld).filter(field => !isTold(field));
  if (upgrade !== undefined) fields.push(['Connection', 'Upgrade'], ['Upgrade', upgrade]);
  const url = `${origin}${path}${query}`;
  const { method, body } = call;
  passOn(call, await askOnward(call, { method, url, fields, body, agent: kubelets?.agent }));
  return undefined;
}

/** Answers `pods/proxy`. */
export const podProxy: ActionHandler = call => {
  const { scheme, name, port } = proxyName(call.info.name);
  const pod = call.parts.store.get(placeOf(call, name))?.object;
  if (pod === undefined) throw notFound(resourceOf(call.kind), name);
  return proxied(call, `${scheme}://${podPlace(pod, port)}`);
};

/** Answers `services/proxy`. */
export const serviceProxy: ActionHandler = call => {
  const asked = proxyName(call.info.name);
  return proxied(call, `${asked.scheme}://${servicePlace(call, asked)}`);
};

/** Answers `nodes/proxy`: what the node's kubelet says. */
export function nodeProxy(kubelets: Kubelets | undefined): ActionHandler {
  return call => {
    const node = nodeNamed(call, proxyName(call.info.name).name);
    if (kubelets === undefined) throw notHere('asking a node');
    return proxied(call, kubeletOf(node), kubelets);
  };
}
