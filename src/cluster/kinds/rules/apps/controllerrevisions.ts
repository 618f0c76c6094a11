import { type FieldError, type KubeObject, requiredValue } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { notNegative, unchanged } from '../checks.ts';

/** Rules of ControllerRevision: a state that, once written down, does not change. */
export const controllerrevisions: Rules = {
  complete: object => (object['revision'] === undefined ? { ...object, revision: 0 } : object),
  validateCreate: object => [...revisionErrors(object), ...dataErrors(object)],
  validateUpdate: (object, old) => [
    ...revisionErrors(object),
    ...unchanged(object['data'], old['data'], 'data'),
  ],
};

function revisionErrors(object: KubeObject): FieldError[] {
  return notNegative(object['revision'] as number | undefined, 'revision');
}

function dataErrors({ data }: KubeObject): FieldError[] {
  if (data === undefined || data === null) return [requiredValue('data', 'data is mandatory')];
  if (typeof data === 'object' && !Array.isArray(data)) return [];
  return [requiredValue('data', 'data must be a valid JSON object')];
}
