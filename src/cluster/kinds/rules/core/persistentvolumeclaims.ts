import {
  compareQuantities,
  type FieldError,
  forbiddenField,
  type KubeObject,
  parseQuantity,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { unchanged } from '../checks.ts';
import { filled, specOf, statusOf, withSpec } from '../filling.ts';
import { completeClaimSpec } from '../pod/defaults.ts';
import { specDifference } from '../difference/index.ts';
import type { ClaimSpec, ResourceList } from '../pod/shapes.ts';
import { same } from '../sameness.ts';
import { updates, withStatus } from '../strategy.ts';
import { claimSpecErrors } from './claimspec.ts';

interface ClaimStatus {
  readonly phase?: string;
  readonly capacity?: ResourceList;
}

/** Rules of PersistentVolumeClaim: once made, only its size may grow. */
export const persistentvolumeclaims: Rules = {
  complete: object =>
    filled<KubeObject>(
      withSpec<ClaimSpec>(object, spec => withSources(completeClaimSpec(spec))),
      {
        status: { phase: 'Pending' },
      },
    ),
  ...withStatus({ phase: 'Pending' }),
  validateCreate: object => claimSpecErrors(specOf<ClaimSpec>(object), 'spec'),
  ...updates(updateErrors),
};

/** The two fields of a data source say the same. */
function withSources(spec: ClaimSpec): ClaimSpec {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined) return { ...spec, dataSourceRef: dataSource };
  if (dataSource === undefined && dataSourceRef !== undefined && dataSourceRef.namespace === undefined) {
    const known = dataSourceRef.kind === 'PersistentVolumeClaim' || dataSourceRef.kind === 'VolumeSnapshot';
    return known ? { ...spec, dataSource: dataSourceRef } : spec;
  }
  return spec;
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
