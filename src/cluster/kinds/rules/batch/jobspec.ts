import {
  duplicateValue,
  type FieldError,
  invalidValue,
  requiredValue,
  tooMany,
  unsupportedValue,
} from '../../../meta/index.ts';
import { among, notNegative, qualifiedName } from '../checks.ts';
import { declared } from '../declared.ts';
import { goValue } from '../difference/index.ts';
import { filled, filledZero, mapped, mappedEach } from '../filling.ts';
import { completeTemplate } from '../pod/defaults.ts';
import type { Selector, Template } from '../pod/shapes.ts';
import { templateErrors } from '../pod/spec.ts';

interface Condition {
  readonly type?: string;
  readonly status?: string;
}

interface FailureRule {
  readonly action?: string;
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator?: string;
    readonly values?: readonly number[];
  };
  readonly onPodConditions?: readonly Condition[];
}

export interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: string;
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: string;
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] };
  readonly successPolicy?: {
    readonly rules?: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[];
  };
  readonly managedBy?: string;
  readonly manualSelector?: boolean;
  readonly selector?: Selector;
  readonly template?: Template;
}

const largest = 2 ** 31 - 1;

/** Defaults of a Job (`SetDefaults_Job`). */
export function completeJobSpec(spec: JobSpec): JobSpec {
  let next =
    spec.completions === undefined && spec.parallelism === undefined ? { ...spec, completions: 1 } : spec;
  next = filled(next, {
    parallelism: 1,
    backoffLimit: next.backoffLimitPerIndex === undefined ? 6 : largest,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: next.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
  return completeJobTemplate(next);
}

/** Defaults of the parts of a job that jobs to come have too. */
export function completeJobTemplate(spec: JobSpec): JobSpec {
  const next = mapped(filled(spec, { template: {} }), 'template', completeTemplate);
  return mapped(next, 'podFailurePolicy', policy =>
    mappedEach(policy, 'rules', rule =>
      mappedEach(rule, 'onPodConditions', condition => filledZero(condition, { status: 'True' })),
    ),
  );
}

const numbers = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** Rules of a job but for its selector (`validateJobSpec`). */
export function jobSpecErrors(spec: JobSpec, field: string): FieldError[] {
  const errors = numbers.flatMap(name => notNegative(spec[name], `${field}.${name}`));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(
      ...declared([requiredValue(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]),
    );
  }
  return [
    ...errors,
    ...modeErrors(spec, field),
    ...(spec.podFailurePolicy?.rules ?? []).flatMap((rule, index) =>
      failureErrors(rule, spec, `${field}.podFailurePolicy.rules[${index}]`),
    ),
    ...successErrors(spec, `${field}.successPolicy`),
    ...replacementErrors(spec, `${field}.podReplacementPolicy`),
    ...templateErrors(spec.template, `${field}.template`),
    ...restartErrors(spec, `${field}.template.spec.restartPolicy`),
  ];
}

const indexLimit = 100000;

function modeErrors(spec: JobSpec, field: string): FieldError[] {
  const { completionMode: mode = 'NonIndexed', completions, parallelism = 0, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  if (mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(unsupportedValue(`${field}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[name] === undefined) continue;
      errors.push(invalidValue(`${field}.${name}`, spec[name], 'requires indexed completion mode'));
    }
  }
  if (mode !== 'Indexed') return errors;
  if (completions === undefined) {
    errors.push(requiredValue(`${field}.completions`, 'when completion mode is Indexed'));
  }
  if (parallelism > indexLimit) {
    const detail = `must be less than or equal to ${indexLimit} when completion mode is Indexed`;
    errors.push(invalidValue(`${field}.parallelism`, parallelism, detail));
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    const detail = 'must be less than or equal to completions';
    errors.push(invalidValue(`${field}.maxFailedIndexes`, maxFailedIndexes, detail));
  }
  return errors;
}

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function failureErrors(rule: FailureRule, spec: JobSpec, field: string): FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const errors: FieldError[] = [];
  if (action === '') errors.push(requiredValue(`${field}.action`, choices(actions)));
  else if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalidValue(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set'));
    }
  } else errors.push(...among(action, actions, `${field}.action`));
  if (onExitCodes !== undefined) errors.push(...exitErrors(onExitCodes, spec, `${field}.onExitCodes`));
  errors.push(
    ...onPodConditions.flatMap((one, index) => patternErrors(one, `${field}.onPodConditions[${index}]`)),
  );
  const both = onExitCodes !== undefined && onPodConditions.length > 0;
  if (both) errors.push(bare(field, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (onExitCodes === undefined && onPodConditions.length === 0) {
    errors.push(bare(field, 'specifying one of OnExitCodes and OnPodConditions is required'));
  }
  return errors;
}

/** An invalid value that is not quoted. */
function bare(field: string, detail: string): FieldError {
  const body = `Invalid value: ${detail}`;
  return { reason: 'FieldValueInvalid', field, body, message: `${field}: ${body}` };
}

function choices(values: readonly string[]): string {
  return `valid values: [${values.map(value => JSON.stringify(value)).join(' ')}]`;
}

const statuses = ['False', 'True', 'Unknown'];

function patternErrors({ type = '', status = '' }: Condition, field: string): FieldError[] {
  const errors = qualifiedName(type, `${field}.type`);
  if (status === '') return [...errors, requiredValue(`${field}.status`, choices(statuses))];
  return [...errors, ...among(status, statuses, `${field}.status`)];
}

type ExitCodes = NonNullable<FailureRule['onExitCodes']>;

function exitErrors(
  { containerName, operator = '', values = [] }: ExitCodes,
  spec: JobSpec,
  field: string,
): FieldError[] {
  const pod = spec.template?.spec;
  const known = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(one => one.name);
  const at = `${field}.values`;
  const errors =
    operator === ''
      ? [requiredValue(`${field}.operator`, choices(['In', 'NotIn']))]
      : among(operator, ['In', 'NotIn'], `${field}.operator`);
  if (containerName !== undefined && !known.includes(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${field}.containerName`, containerName, detail));
  }
  if (values.length === 0) errors.push(invalidValue(at, values, 'at least one value is required'));
  if (values.length > 255) errors.push(tooMany(at, values.length, 255));
  for (const [index, value] of values.entries()) {
    if (operator === 'In' && value === 0) {
      errors.push(invalidValue(`${at}[${index}]`, value, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) !== index) errors.push(duplicateValue(`${at}[${index}]`, value));
  }
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value)) {
    errors.push(invalidValue(at, values, 'must be ordered'));
  }
  return errors;
}

function successErrors({ successPolicy, completionMode }: JobSpec, field: string): FieldError[] {
  if (successPolicy === undefined) return [];
  if (completionMode !== 'Indexed') {
    return [invalidValue(field, goValue('SuccessPolicy', successPolicy), 'requires indexed completion mode')];
  }
  const { rules = [] } = successPolicy;
  if (rules.length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified';
    return [requiredValue(`${field}.rules`, detail)];
  }
  return rules.flatMap(({ succeededCount, succeededIndexes }, index) => {
    if (succeededCount !== undefined || succeededIndexes !== undefined) return [];
    const detail = 'at least one of succeededCount or succeededIndexes must be specified';
    return [requiredValue(`${field}.rules[${index}]`, detail)];
  });
}

function replacementErrors(
  { podReplacementPolicy: policy, podFailurePolicy }: JobSpec,
  field: string,
): FieldError[] {
  if (policy === undefined) return [];
  return among(
    policy,
    podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'],
    field,
  );
}

function restartErrors({ template, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '')
    return [requiredValue(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never')
    return [unsupportedValue(field, policy, ['OnFailure', 'Never'])];
  if (podFailurePolicy === undefined || policy === 'Never') return [];
  return [invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}
