import { type FieldError, invalidValue, type KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { filled, specOf, withSpec, without } from '../filling.ts';

interface LeaseSpec {
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
}

/** Rules of Lease; who leads by agreement of candidates is a feature that is off, so its fields are dropped. */
export const leases: Rules = {
  complete: object =>
    withSpec<LeaseSpec>(filled<KubeObject>(object, { spec: {} }), spec =>
      without(spec, 'strategy', 'preferredHolder'),
    ),
  validateCreate: errorsOf,
  validateUpdate: errorsOf,
};

function errorsOf(object: KubeObject): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = specOf<LeaseSpec>(object);
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  return errors;
}
