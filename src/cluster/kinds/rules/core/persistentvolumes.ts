import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  parseQuantity,
  quantityIn,
  requiredValue,
  signOf,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, faulty, unchanged } from '../checks.ts';
import { specDifference } from '../difference/index.ts';
import { filled, filledZero, specOf, withSpec } from '../filling.ts';
import { nodeSelectorErrors } from '../pod/placement.ts';
import type { ClaimSpec, NodeSelector, ResourceList, Volume } from '../pod/shapes.ts';
import { sourceErrorsOf } from '../pod/volumes.ts';
import { same } from '../sameness.ts';
import { updates } from '../strategy.ts';
import { modeErrors, volumeModes } from './claimspec.ts';

interface VolumeSpec extends Pick<ClaimSpec, 'accessModes' | 'storageClassName' | 'volumeMode'> {
  readonly capacity?: ResourceList;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly claimRef?: object;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly mountOptions?: readonly string[];
  readonly volumeAttributesClassName?: string;
}

/** Rules of PersistentVolume. */
export const persistentvolumes: Rules = {
  complete: object =>
    filled<KubeObject>(
      withSpec<VolumeSpec>(object, spec =>
        filled(filledZero(spec, { persistentVolumeReclaimPolicy: 'Retain' }), { volumeMode: 'Filesystem' }),
      ),
      { status: { phase: 'Pending' } },
    ),
  prepareCreate: (object, { now }) => ({
    ...object,
    status: { phase: 'Pending', lastPhaseTransitionTime: `${new Date(now).toISOString().slice(0, 19)}Z` },
  }),
  validateCreate: object => errorsOf(object),
  ...updates((object, old) => [...errorsOf(object), ...updateErrors(object, old)]),
};

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<VolumeSpec>(object);
  const { accessModes = [], storageClassName = '', volumeMode, nodeAffinity } = spec;
  return [
    ...(accessModes.length === 0 ? [requiredValue('spec.accessModes')] : []),
    ...modeErrors(accessModes, 'spec.accessModes'),
    ...capacityErrors(spec, 'spec.capacity'),
    ...reclaimErrors(spec),
    ...(nodeAffinity === undefined ? [] : affinityErrors(nodeAffinity, 'spec.nodeAffinity')),
    ...sourceErrorsOf(sourceOf(spec), 'spec'),
    ...faulty(
      storageClassName === '' ? [] : subdomainFaults(storageClassName),
      'spec.storageClassName',
      storageClassName,
    ),
    ...(volumeMode === undefined ? [] : among(volumeMode, volumeModes, 'spec.volumeMode')),
  ];
}

const ownFields = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

/** Where the volume lies: what is left of its spec. */
function sourceOf(spec: VolumeSpec): Volume {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !ownFields.has(field)));
}

function capacityErrors({ capacity = {} }: VolumeSpec, field: string): FieldError[] {
  const names = Object.keys(capacity);
  const errors = names.length === 0 ? [requiredValue(field)] : [];
  if (names.length !== 1 || names[0] !== 'storage') {
    errors.push(unsupportedValue(field, names.length === 0 ? null : capacity, ['storage']));
  }
  for (const [name, amount] of Object.entries(capacity)) {
    const quantity = parseQuantity(amount);
    if (quantity === undefined || signOf(quantity) > 0) continue;
    const at = `${field}[${name}]`;
    if (signOf(quantity) < 0) {
      errors.push(invalidValue(at, Number(quantityIn(quantity, 0)), 'must be a valid resource quantity'));
    }
    errors.push(invalidValue(at, amount, 'must be greater than zero'));
  }
  return errors;
}

function reclaimErrors({ persistentVolumeReclaimPolicy: policy = '' }: VolumeSpec): FieldError[] {
  if (policy === '') return [];
  return among(policy, ['Delete', 'Recycle', 'Retain'], 'spec.persistentVolumeReclaimPolicy');
}

function affinityErrors({ required }: NonNullable<VolumeSpec['nodeAffinity']>, field: string): FieldError[] {
  if (required === undefined)
    return [requiredValue(`${field}.required`, 'must specify required node constraints')];
  return nodeSelectorErrors(required, `${field}.required`);
}

function updateErrors(object: KubeObject, before: KubeObject): FieldError[] {
  const [spec, old] = [specOf<VolumeSpec>(object), specOf<VolumeSpec>(before)];
  const [source, oldSource] = [sourceOf(spec), sourceOf(old)];
  const errors: FieldError[] = [];
  if (!same(source, oldSource)) {
    const difference = specDifference('PersistentVolumeSource', oldSource, source);
    const detail = `spec.persistentvolumesource is immutable after creation\n${difference}`;
    errors.push(forbiddenField('spec.persistentvolumesource', detail));
  }
  return [...errors, ...unchanged(spec.volumeMode, old.volumeMode, 'volumeMode')];
}
