import {
  compareQuantities,
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  parseQuantity,
  qualifiedNameFaults,
  requiredValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty } from '../checks.ts';
import { mappedEach, specOf, withSpec } from '../filling.ts';
import { limitResourceName } from '../pod/resources.ts';
import type { ResourceList } from '../pod/shapes.ts';

interface Limit {
  readonly type?: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

interface RangeSpec {
  readonly limits?: readonly Limit[];
}

/** Rules of LimitRange. */
export const limitranges: Rules = {
  complete: object => withSpec<RangeSpec>(object, spec => mappedEach(spec, 'limits', completeLimit)),
  validateCreate: errorsOf,
  validateUpdate: errorsOf,
};

/** A container's limits follow from each other: from the most, from what is usual, from the least. */
function completeLimit(limit: Limit): Limit {
  if (limit.type !== 'Container') return limit;
  const usual = { ...limit.max, ...limit.default };
  const asked = { ...limit.min, ...usual, ...limit.defaultRequest };
  if (Object.keys(asked).length === 0) return limit;
  return {
    ...limit,
    ...(Object.keys(usual).length > 0 && { default: usual }),
    defaultRequest: asked,
  };
}

function errorsOf(object: KubeObject): FieldError[] {
  const types = new Set<string>();
  return (specOf<RangeSpec>(object).limits ?? []).flatMap((limit, index) => {
    const field = `spec.limits[${index}]`;
    const type = limit.type ?? '';
    const errors = typeErrors(type, `${field}.type`);
    if (types.has(type)) errors.push(duplicateValue(`${field}.type`, type));
    types.add(type);
    return [...errors, ...nameErrors(limit, type, field), ...orderErrors(limit, field)];
  });
}

const standardTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

function typeErrors(type: string, field: string): FieldError[] {
  const errors = faulty(qualifiedNameFaults(type), field, type);
  if (errors.length > 0 || type.includes('/') || standardTypes.includes(type)) return errors;
  return [invalidValue(field, type, 'must be a standard limit type or fully qualified')];
}

function nameErrors(limit: Limit, type: string, field: string): FieldError[] {
  const names = (part: keyof Omit<Limit, 'type'>) =>
    Object.keys(limit[part] ?? {}).flatMap(name =>
      limitResourceName(type, name, `${field}.${part}[${name}]`),
    );
  const errors = [...names('max'), ...names('min')];
  if (type === 'Pod') {
    for (const part of ['default', 'defaultRequest'] as const) {
      if (Object.keys(limit[part] ?? {}).length === 0) continue;
      errors.push(forbiddenField(`${field}.${part}`, "may not be specified when `type` is 'Pod'"));
    }
  } else errors.push(...names('default'), ...names('defaultRequest'));
  const bounded = limit.min?.['storage'] ?? limit.max?.['storage'];
  if (type === 'PersistentVolumeClaim' && bounded === undefined) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(requiredValue(`${field}.limits`, detail));
  }
  return [...errors, ...names('maxLimitRequestRatio')];
}

/** Pairs of amounts of which the first may not be greater, where the error stands, what it quotes, and both their names. */
const orders = [
  ['min', 'max', 'min', 'min', 'min value', 'max value'],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest', 'min value', 'default request value'],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest', 'default request value', 'max value'],
  [
    'defaultRequest',
    'default',
    'defaultRequest',
    'defaultRequest',
    'default request value',
    'default limit value',
  ],
  ['min', 'default', 'default', 'min', 'min value', 'default value'],
  ['default', 'max', 'default', 'max', 'default value', 'max value'],
] as const;

function orderErrors(limit: Limit, field: string): FieldError[] {
  const lists = [limit.max, limit.min, limit.default, limit.defaultRequest, limit.maxLimitRequestRatio];
  const names = new Set(lists.flatMap(list => Object.keys(list ?? {})));
  return [...names].flatMap(name => [
    ...orders.flatMap(([low, high, place, value, lowName, highName]) => {
      const [less, more] = [limit[low]?.[name], limit[high]?.[name]];
      if (less === undefined || more === undefined || !greater(less, more)) return [];
      const detail = `${lowName} ${less} is greater than ${highName} ${more}`;
      return [invalidValue(`${field}.${place}[${name}]`, limit[value]?.[name], detail)];
    }),
    ...ratioErrors(limit, name, `${field}.maxLimitRequestRatio[${name}]`),
  ]);
}

function ratioErrors(limit: Limit, name: string, field: string): FieldError[] {
  const ratio = limit.maxLimitRequestRatio?.[name];
  if (ratio === undefined || !greater('1', ratio)) return [];
  return [invalidValue(field, ratio, `ratio ${ratio} is less than 1`)];
}

function greater(a: string, b: string): boolean {
  const [left, right] = [parseQuantity(a), parseQuantity(b)];
  return left !== undefined && right !== undefined && compareQuantities(left, right) > 0;
}
