import {
  type FieldError,
  invalidValue,
  type KubeObject,
  label1035Faults,
  requiredValue,
  subdomainFaults,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { unchanged } from '../checks.ts';
import { type Condition, conditionErrors, holds } from '../conditions.ts';
import { specOf, statusOf } from '../filling.ts';
import { updates, withStatus } from '../strategy.ts';

interface MigrationSpec {
  readonly resource?: { readonly group?: string; readonly resource?: string };
}

interface MigrationStatus {
  readonly conditions?: readonly Condition[];
  readonly resourceVersion?: string;
}

/** Rules of StorageVersionMigration, which is about one resource for ever and ends once. */
export const storageversionmigrations: Rules = {
  ...withStatus({}),
  validateCreate: errorsOf,
  ...updates(
    (object, old) => [...errorsOf(object), ...unchanged(specOf(object), specOf(old), 'spec')],
    (object, old) => statusErrors(statusOf(object), statusOf(old)),
  ),
};

function errorsOf(object: KubeObject): FieldError[] {
  const { group = '', resource = '' } = specOf<MigrationSpec>(object).resource ?? {};
  const wrong = (name: string, value: string, faults: readonly string[]): FieldError[] =>
    faults.length === 0 ? [] : [invalidValue(`spec.resource.${name}`, value, faults.join(','))];
  return [
    ...(resource === ''
      ? [requiredValue('spec.resource.resource', 'resource is required to be set')]
      : wrong('resource', resource, label1035Faults(resource))),
    ...(group === '' ? [] : wrong('group', group, subdomainFaults(group))),
  ];
}

function statusErrors(status: MigrationStatus, old: MigrationStatus): FieldError[] {
  const { conditions = [], resourceVersion = '' } = status;
  const field = 'status.conditions';
  const wrong = (detail: string): FieldError => invalidValue(field, conditions, detail);
  const ended = (type: string, name: string): FieldError[] =>
    holds(old.conditions ?? [], type) && !holds(conditions, type)
      ? [wrong(`${name} condition cannot be set to false once it is true`)]
      : [];
  return [
    ...versionErrors(resourceVersion, old.resourceVersion ?? ''),
    ...conditionErrors(conditions, field),
    ...(holds(conditions, 'Succeeded') && holds(conditions, 'Failed')
      ? [wrong('Both success and failed conditions cannot be true at the same time')]
      : []),
    ...ended('Succeeded', 'Success'),
    ...ended('Failed', 'Failed'),
  ];
}

function versionErrors(version: string, old: string): FieldError[] {
  const field = 'status.resourceVersion';
  if (version !== '' && !/^(0|[1-9][0-9]*)$/.test(version)) {
    return [invalidValue(field, version, 'must be a whole number that is not negative')];
  }
  return old !== '' && old !== version ? [invalidValue(field, version, 'field is immutable')] : [];
}
