import { type FieldError, invalidValue, requiredValue, unsupportedValue } from '../../meta/index.ts';
import { required } from './checks.ts';

/** A condition as newer kinds have it (meta/v1 Condition). */
export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

const states = ['True', 'False', 'Unknown'];
const reasons = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

/** Rules that every list of such conditions keeps. */
export function conditionErrors(conditions: readonly Condition[], field: string): FieldError[] {
  return conditions.flatMap(({ type, status, reason = '', lastTransitionTime }, index) => {
    const at = `${field}[${index}]`;
    const known = states.includes(status ?? '')
      ? []
      : [unsupportedValue(`${at}.status`, status ?? '', states)];
    const timed = lastTransitionTime === undefined ? [requiredValue(`${at}.lastTransitionTime`)] : [];
    return [...required(type, `${at}.type`), ...known, ...timed, ...reasonErrors(reason, `${at}.reason`)];
  });
}

function reasonErrors(reason: string, field: string): FieldError[] {
  if (reason === '') return [requiredValue(field)];
  const detail = 'must be a word of letters, digits, _, comma and colon that begins with a letter';
  return reasons.test(reason) ? [] : [invalidValue(field, reason, detail)];
}

/** Whether a condition holds. */
export function holds(conditions: readonly Condition[], type: string): boolean {
  return conditions.some(one => one.type === type && one.status === 'True');
}
