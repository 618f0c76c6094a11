import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { settled } from '../kserve/children/settled.ts';
import type { Recorded } from './recorded.ts';

/** An object in the form of the recordings. */
export function shown(object: KubeObject, kind: string): Recorded {
  const { apiVersion, kind: _kind, metadata, ...rest } = object;
  const { name = '', labels, annotations, finalizers, generation, ownerReferences = [] } = metadata;
  const managers = (metadata.managedFields ?? []).map(
    one => `${one.manager}:${one.operation}${(one.subresource ?? '') === '' ? '' : `/${one.subresource}`}`,
  );
  return {
    apiVersion,
    kind,
    name,
    owners: ownerReferences.map(
      one =>
        `${one.apiVersion} ${one.kind}/${one.name}${one.controller === true ? ' controller' : ''}${one.blockOwnerDeletion === true ? ' blocks' : ''}`,
    ),
    ...present({ labels, annotations, finalizers, generation }),
    managers: [...new Set(managers)].toSorted(),
    ...rest,
  } as unknown as Recorded;
}

function present(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && JSON.stringify(value) !== '{}'),
  );
}

/** Without what varies from run to run, what others wrote, and whom the Services were made for. */
export function comparable(object: Recorded, namespace: string): unknown {
  const { owners, managers, ...rest } = object;
  const own = (managers as readonly string[]).filter(one => one.startsWith('kn-'));
  const given = object.kind === 'Service' && object.apiVersion.startsWith('serving.knative.dev');
  return placeless(settled({ ...rest, managers: own, ...(!given && { owners }) }, namespace));
}

const varying: Readonly<Record<string, string>> = {
  'serving.knative.dev/serviceUID': '<uid>',
  'serving.knative.dev/configurationUID': '<uid>',
  'serving.knative.dev/revisionUID': '<uid>',
  'serving.knative.dev/routingStateModified': '<time>',
};

function placeless(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/(ReplicaSet "[a-z0-9-]+-deployment)-[^"]*"/g, '$1-<hash>"');
  }
  if (Array.isArray(value)) return value.map(placeless);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, varying[key] ?? placeless(inner)]),
  );
}
