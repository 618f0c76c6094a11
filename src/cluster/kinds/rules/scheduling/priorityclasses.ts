import { type FieldError, forbiddenField, type KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { oneOf, unchanged } from '../checks.ts';
import { filled } from '../filling.ts';

interface PriorityClass {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const highest = 1000000000;
const systemClasses: readonly (readonly [string, number])[] = [
  ['system-node-critical', 2000001000],
  ['system-cluster-critical', 2000000000],
];

/** Rules of PriorityClass. */
export const priorityclasses: Rules = {
  complete: object => filled<KubeObject>(object, { value: 0, preemptionPolicy: 'PreemptLowerPriority' }),
  validateCreate: object => createErrors(object),
  validateUpdate: (object, old) => {
    const [next, before] = [object as PriorityClass, old as PriorityClass];
    const errors =
      next.value === before.value ? [] : [forbiddenField('value', 'may not be changed in an update.')];
    return [...errors, ...unchanged(next.preemptionPolicy, before.preemptionPolicy, 'preemptionPolicy')];
  },
};

function createErrors(object: KubeObject): FieldError[] {
  const { value = 0, preemptionPolicy } = object as PriorityClass;
  const { name = '' } = object.metadata;
  const errors: FieldError[] = [];
  if (name.startsWith('system-')) errors.push(...systemErrors(name, object as PriorityClass));
  else if (value > highest) {
    const detail = `maximum allowed value of a user defined priority is ${highest}`;
    errors.push(forbiddenField('value', detail));
  }
  if (preemptionPolicy === undefined) return errors;
  return [...errors, ...oneOf(preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy')];
}

function systemErrors(name: string, { value = 0, globalDefault = false }: PriorityClass): FieldError[] {
  const known = systemClasses.find(([one]) => one === name);
  const fault = systemFault(name, known?.[1], value, globalDefault);
  if (fault === undefined) return [];
  const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${fault}`;
  return [forbiddenField('metadata.name', detail)];
}

function systemFault(
  name: string,
  wanted: number | undefined,
  value: number,
  global: boolean,
): string | undefined {
  if (wanted === undefined) return `${name} is not a known system priority class`;
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`;
  return global ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
