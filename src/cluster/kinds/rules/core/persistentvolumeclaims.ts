import {
  compareQuantities,
  type FieldError,
  forbiddenField,
  type KubeObject,
  parseQuantity,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { unchanged } from '../checks.ts';
import { filled, specOf, statusOf, without, withSpec } from '../filling.ts';
import { completeClaimSpec } from '../pod/defaults.ts';
import { specDifference } from '../difference/index.ts';
import type { ClaimSpec, ResourceList } from '../pod/shapes.ts';
import { same } from '../sameness.ts';
import { updates } from '../strategy.ts';
import { claimSpecErrors } from './claimspec.ts';

interface ClaimStatus {
  readonly phase?: string;
  readonly capacity?: ResourceList;
}

/** Rules of PersistentVolumeClaim: once made, only its size may grow. */
export const persistentvolumeclaims: Rules = {
  complete: object =>
    filled<KubeObject>(withSpec<ClaimSpec>(object, completeClaimSpec), {
      status: { phase: 'Pending' },
    }),
  prepareCreate: object => ({ ...withSpec<ClaimSpec>(object, withSources), status: { phase: 'Pending' } }),
  prepareUpdate: object => withSpec<ClaimSpec>(object, withSources),
  validateCreate: object => claimSpecErrors(specOf<ClaimSpec>(object), 'spec'),
  ...updates(updateErrors),
};

/** The older of the two fields of a data source only takes claims and snapshots; otherwise the two say the same. */
function withSources(spec: ClaimSpec): ClaimSpec {
  const { dataSource, dataSourceRef } = spec;
  const known =
    dataSource !== undefined &&
    (dataSource.kind === 'PersistentVolumeClaim' || dataSource.kind === 'VolumeSnapshot');
  const next = dataSource === undefined || known ? spec : without(spec, 'dataSource');
  if (known && dataSourceRef === undefined) return { ...next, dataSourceRef: dataSource };
  if (next.dataSource !== undefined || dataSourceRef === undefined) return next;
  return (dataSourceRef.namespace ?? '') === '' ? { ...next, dataSource: dataSourceRef } : next;
}

function updateErrors(object: KubeObject, before: KubeObject): FieldError[] {
  const [spec, old] = [specOf<ClaimSpec>(object), specOf<ClaimSpec>(before)];
  const errors = claimSpecErrors(spec, 'spec');
  const [next, last] = comparable(spec, old, statusOf<ClaimStatus>(object).phase === 'Bound');
  if (!same(next, last)) {
    const detail = `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${specDifference('PersistentVolumeClaimSpec', last, next)}`;
    errors.push(forbiddenField('spec', detail));
  }
  errors.push(...shrinkErrors(spec, old, statusOf<ClaimStatus>(before)));
  return [...errors, ...unchanged(spec.volumeMode, old.volumeMode, 'volumeMode')];
}

/** The two specs without what may differ. */
function comparable(spec: ClaimSpec, old: ClaimSpec, isBound: boolean): readonly [ClaimSpec, ClaimSpec] {
  let next = spec;
  let last = old;
  if ((old.volumeName ?? '') === '' && spec.volumeName !== undefined) {
    last = { ...last, volumeName: spec.volumeName };
  }
  if (old.storageClassName === undefined && spec.storageClassName !== undefined) {
    last = { ...last, storageClassName: spec.storageClassName };
  }
  if (!isBound) return [next, last];
  const storage = old.resources?.requests?.['storage'];
  if (spec.resources?.requests !== undefined && storage !== undefined) {
    next = { ...next, resources: { ...next.resources, requests: { ...next.resources?.requests, storage } } };
  }
  const { volumeAttributesClassName: _, ...rest } = next;
  const attributes = old.volumeAttributesClassName;
  return [attributes === undefined ? rest : { ...rest, volumeAttributesClassName: attributes }, last];
}

function shrinkErrors(spec: ClaimSpec, old: ClaimSpec, status: ClaimStatus): FieldError[] {
  const size = (list: ResourceList | undefined) => parseQuantity(list?.['storage'] ?? '0');
  const [next, last, held] = [
    size(spec.resources?.requests),
    size(old.resources?.requests),
    size(status.capacity),
  ];
  if (next === undefined || last === undefined || held === undefined) return [];
  if (compareQuantities(next, last) >= 0 || compareQuantities(next, held) > 0) return [];
  return [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}
