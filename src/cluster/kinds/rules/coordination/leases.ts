import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  qualifiedNameFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty } from '../checks.ts';
import { filled, specOf } from '../filling.ts';

interface LeaseSpec {
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
  readonly strategy?: string;
  readonly preferredHolder?: string;
}

/** Rules of Lease. */
export const leases: Rules = {
  complete: object => filled<KubeObject>(object, { spec: {} }),
  validateCreate: errorsOf,
  validateUpdate: errorsOf,
};

function errorsOf(object: KubeObject): FieldError[] {
  const {
    leaseDurationSeconds: seconds,
    leaseTransitions: transitions,
    strategy,
    preferredHolder = '',
  } = specOf<LeaseSpec>(object);
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  if (strategy !== undefined) errors.push(...strategyErrors(strategy, 'spec.strategy.strategy'));
  if (preferredHolder !== '' && (strategy ?? '') === '') {
    errors.push(forbiddenField('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

function strategyErrors(strategy: string, field: string): FieldError[] {
  if (strategy.includes('/')) return faulty(qualifiedNameFaults(strategy), field, strategy);
  const known = ['OldestEmulationVersion'];
  return known.includes(strategy) ? [] : [unsupportedValue(field, strategy, known)];
}
