import { type FieldError, invalidValue, type KubeObject, qualifiedNameFaults } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty } from '../checks.ts';
import { specOf, statusOf, withMetadata, withSpec } from '../filling.ts';
import { updates } from '../strategy.ts';

interface Spec {
  readonly finalizers?: readonly string[];
}

const nameLabel = 'kubernetes.io/metadata.name';
const own = 'kubernetes';

/** Rules of Namespace (registry/core/namespace): a label with its name, a finalizer of its own, Active or Terminating. */
export const namespaces: Rules = {
  complete: labelled,
  prepareCreate: object => ({
    ...withSpec<Spec>(object, ({ finalizers = [], ...spec }) => ({
      ...spec,
      finalizers: finalizers.includes(own) ? finalizers : [...finalizers, own],
    })),
    status: { phase: 'Active' },
  }),
  prepareUpdate: (object, old, { subresource }) =>
    subresource === '' && old['spec'] !== undefined ? { ...object, spec: old['spec'] } : object,
  validateCreate: object => finalizerErrors(object),
  ...updates(() => [], statusErrors),
  terminate: object => ({
    ...object,
    status: { ...statusOf<object>(object), phase: 'Terminating' },
  }),
  held: object => (specOf<Spec>(object).finalizers ?? []).length > 0,
};

function labelled(object: KubeObject): KubeObject {
  const { name = '', labels } = object.metadata;
  if (name === '' || labels?.[nameLabel] === name) return object;
  return withMetadata(object, { labels: { ...labels, [nameLabel]: name } });
}

function finalizerErrors(object: KubeObject): FieldError[] {
  return (specOf<Spec>(object).finalizers ?? []).flatMap(name => {
    const errors = faulty(qualifiedNameFaults(name), 'spec.finalizers', name);
    if (name.includes('/') || [own, 'orphan', 'foregroundDeletion'].includes(name)) return errors;
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    return [...errors, invalidValue('spec.finalizers', name, detail)];
  });
}

function statusErrors(object: KubeObject): FieldError[] {
  const { phase = '' } = statusOf<{ phase?: string }>(object);
  const going = object.metadata.deletionTimestamp !== undefined;
  if (phase === (going ? 'Terminating' : 'Active')) return [];
  const detail = going
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [invalidValue('status.Phase', phase, detail)];
}
