import { forbidden, notFound, StatusError } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import type { Lookup } from './reading.ts';

/** Namespaces that are always there. */
const immortal = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Objects are created only in namespaces that exist and are not going, and the cluster's own namespaces are not removed (the
 * NamespaceLifecycle plugin). Questions that are asked in a namespace (`answers`) need none.
 */
export function namespaceLifecycle(lookup: Lookup, answers: (resource: string) => boolean): Admission {
  return {
    name: 'NamespaceLifecycle',
    concerns: ({ operation, kind, namespace }) =>
      (operation === 'CREATE' && kind.namespaced && namespace !== '' && !answers(kind.resource)) ||
      (operation === 'DELETE' && kind.resource === 'namespaces'),
    mutate: request => {
      checkPlace(lookup, request);
      return request.object as NonNullable<typeof request.object>;
    },
    validate: ({ operation, name }) => {
      if (operation !== 'DELETE' || !immortal.has(name)) return;
      throw forbidden({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted');
    },
  };
}

function checkPlace(lookup: Lookup, { operation, namespace, kind, name }: AdmissionRequest): void {
  if (operation !== 'CREATE') return;
  const found = lookup.get('namespaces', '', namespace);
  if (found === undefined) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const resource = { group: kind.group, resource: kind.plural };
  const detail = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const refusal = forbidden(resource, name, detail);
  throw new StatusError(403, 'Forbidden', refusal.message, {
    ...refusal.status.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}
