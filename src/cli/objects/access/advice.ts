import { ResourceClient } from '../../../cluster/client/index.ts';
import {
  callersAnnotation,
  directAnnotation,
  isStatusError,
  type KubeObject,
  publicAnnotation,
} from '../../../cluster/meta/index.ts';
import type { Session } from '../session.ts';
import { type Asked, isPrediction } from './asked.ts';

/** Annotations of an InferenceService that say who may call it, in the order in which they are shown. */
const annotations = [callersAnnotation, publicAnnotation, directAnnotation, 'sidecar.istio.io/inject'];
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' };
/** So many bindings are shown. */
const mostShown = 20;

/** What the service that is asked about says of its callers; nothing where whoever asks may not look. */
export async function annotationsOf(
  asked: Asked,
  { transport }: Session,
): Promise<readonly (readonly [name: string, value: string])[]> {
  const { group, version, resource, namespace, name } = asked;
  if (!isPrediction(asked) || name === '') return [];
  const client = new ResourceClient(transport, { group, version, plural: resource, namespaced: true });
  const service = await unlessHidden(client.get(namespace, name));
  const found = service?.metadata.annotations ?? {};
  return annotations.flatMap(key => (found[key] === undefined ? [] : [[key, found[key]] as const]));
}

interface Binding extends KubeObject {
  readonly roleRef?: { readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  }[];
}

/** Who has which role in the namespace; nothing where whoever asks may not look. */
export async function bindingsOf({ namespace }: Asked, { transport }: Session): Promise<readonly string[]> {
  if (namespace === '') return [];
  const resource = { ...rbac, plural: 'rolebindings', namespaced: true };
  const client = new ResourceClient<Binding>(transport, resource);
  const items = (await unlessHidden(client.list({ namespace })))?.items ?? [];
  const shown = items.slice(0, mostShown).map(bindingText);
  const more = items.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

function bindingText({ metadata, roleRef, subjects = [] }: Binding): string {
  const who = subjects.map(({ kind = '', name = '', namespace }) =>
    namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
  );
  return `${metadata.name} gives ${roleRef?.kind} ${roleRef?.name} to ${who.join(', ') || 'nobody'}`;
}

/**
 * What would make it allowed, as commands.
 * @param callers what the annotation of that name says now
 */
export function advice(asked: Asked, user: string, callers = 'namespace'): readonly string[] {
  const { namespace, name } = asked;
  if (user === 'system:anonymous') {
    if (!isPrediction(asked) || name === '') return [];
    return [`kubectl annotate isvc ${name} -n ${namespace} davit.dev/public-paths=PATH  # for everybody`];
  }
  if (!isPrediction(asked)) return [];
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  const subject =
    account === null ? `--user=${quoted(user)}` : `--serviceaccount=${account[1]}:${account[2]}`;
  const binding = `kubectl create rolebinding NAME -n ${namespace} --clusterrole=kubeflow-view ${subject}`;
  const term = account === null ? `user:${user}` : `serviceaccount:${account[1]}/${account[2]}`;
  const listed = `kubectl annotate isvc ${name} -n ${namespace} --overwrite davit.dev/callers=${quoted(`${callers},${term}`)}`;
  return name === ''
    ? [binding]
    : [`${binding}  # for all services of the namespace`, `${listed}  # for this one`];
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:@%+,=~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What may not be looked at, or is not there, is not told. */
async function unlessHidden<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isStatusError(error) || (error.code !== 403 && error.code !== 404)) throw error;
    return undefined;
  }
}
