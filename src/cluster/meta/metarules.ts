import {
  elementOf,
  type FieldError,
  forbiddenField,
  invalidValue,
  quoted,
  requiredValue,
  tooLong,
} from './fields.ts';
import { labelFaults, labelValueFaults, qualifiedNameFaults } from './names.ts';
import { parseApiVersion, type ObjectMeta, type OwnerReference } from './object.ts';

/** What a name must be: gives what is wrong with it. `prefix` when it is the beginning of a generated name. */
export type NameFaults = (name: string, prefix: boolean) => readonly string[];

const annotationBytes = 256 * 1024;
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Rules of metadata at create and update (apimachinery's `ValidateObjectMeta`). */
export function validateMeta(meta: ObjectMeta, namespaced: boolean, nameFaults: NameFaults): FieldError[] {
  return [
    ...nameErrors(meta, nameFaults),
    ...namespaceErrors(meta.namespace ?? '', namespaced),
    ...labelErrors(meta.labels, 'metadata.labels'),
    ...annotationErrors(meta.annotations, 'metadata.annotations'),
    ...ownerErrors(meta.ownerReferences ?? []),
    ...finalizerErrors(meta.finalizers ?? []),
  ];
}

function nameErrors({ name = '', generateName = '' }: ObjectMeta, nameFaults: NameFaults): FieldError[] {
  const errors =
    generateName === ''
      ? []
      : nameFaults(generateName, true).map(fault =>
          invalidValue('metadata.generateName', generateName, fault),
        );
  if (name === '') return [...errors, requiredValue('metadata.name', 'name or generateName is required')];
  return [...errors, ...nameFaults(name, false).map(fault => invalidValue('metadata.name', name, fault))];
}

function namespaceErrors(namespace: string, namespaced: boolean): FieldError[] {
  if (!namespaced) {
    return namespace === '' ? [] : [forbiddenField('metadata.namespace', 'not allowed on this type')];
  }
  if (namespace === '') return [requiredValue('metadata.namespace')];
  return labelFaults(namespace).map(fault => invalidValue('metadata.namespace', namespace, fault));
}

/** Rules of labels, wherever they stand. */
export function labelErrors(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameFaults(key).map(fault => invalidValue(field, key, fault)),
    ...labelValueFaults(value).map(fault => invalidValue(field, value, fault)),
  ]);
}

/** Rules of annotations, wherever they stand. */
export function annotationErrors(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) =>
    qualifiedNameFaults(key.toLowerCase()).map(fault => invalidValue(field, key, fault)),
  );
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return bytes > annotationBytes ? [...errors, tooLong(field, annotationBytes)] : errors;
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const field = 'metadata.ownerReferences';
  const errors = owners.flatMap((owner, index) => ownerFaults(owner, elementOf(field, index)));
  const controllers = owners.filter(owner => owner.controller === true);
  for (const other of controllers.slice(1)) {
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${ownerName(controllers[0] as OwnerReference)} and ${ownerName(other)}`;
    errors.push(invalidValue(field, owners, detail));
  }
  return errors;
}

function ownerName({ kind, name }: OwnerReference): string {
  return `${kind}/${name}`;
}

function ownerFaults(owner: OwnerReference, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { group, version } = parseApiVersion(owner.apiVersion ?? '');
  if (version === '')
    errors.push(invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
  if ((owner.kind ?? '') === '') errors.push(requiredValue(`${field}.kind`, 'must not be empty'));
  if ((owner.name ?? '') === '') errors.push(requiredValue(`${field}.name`, 'must not be empty'));
  if ((owner.uid ?? '') === '') errors.push(requiredValue(`${field}.uid`, 'must not be empty'));
  if (group === '' && owner.kind === 'Event') {
    errors.push(invalidValue(field, owner, `/${version}, Kind=Event is disallowed from being an owner`));
  }
  return errors;
}

function finalizerErrors(finalizers: readonly string[]): FieldError[] {
  const field = 'metadata.finalizers';
  const errors = finalizers.flatMap((name, index) => {
    const at = elementOf(field, index);
    return qualifiedNameFaults(name).map(fault => invalidValue(at, name, fault));
  });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalidValue(field, finalizers, detail));
  }
  return errors;
}

const fixed = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Further rules at update (apimachinery's `ValidateObjectMetaUpdate`). */
export function validateMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const known = new Set(old.finalizers);
  const added = (meta.finalizers ?? []).filter(name => !known.has(name));
  if (old.deletionTimestamp !== undefined && added.length > 0) {
    const list = added.map(quoted).join(', ');
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
    errors.push(forbiddenField('metadata.finalizers', detail));
  }
  for (const name of fixed) {
    if (meta[name] !== old[name])
      errors.push(invalidValue(`metadata.${name}`, meta[name], 'field is immutable'));
  }
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalidValue('metadata.generation', meta.generation ?? 0, 'must not be decremented'));
  }
  return errors;
}

/** What Kubernetes asks of finalizers on its own kinds besides: a group, or a name that it knows. */
export function ownFinalizerErrors({ finalizers = [] }: ObjectMeta): FieldError[] {
  return finalizers.flatMap((name, index) => {
    if (name.includes('/') || standardFinalizers.has(name)) return [];
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalidValue(elementOf('metadata.finalizers', index), name, detail)];
  });
}
