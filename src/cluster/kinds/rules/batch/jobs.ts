import {
  type FieldError,
  invalidValue,
  type KubeObject,
  labelFaults,
  requiredValue,
  selectorOf,
  type SelectorObject,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { labelSelector, unchanged } from '../checks.ts';
import { goValue, inOrder } from '../difference/index.ts';
import { filled, specOf, statusOf, withMetadata, withSpec } from '../filling.ts';
import type { Template } from '../pod/shapes.ts';
import { same } from '../sameness.ts';
import { updates } from '../strategy.ts';
import { mismatchErrors, templateWarnings } from '../apps/workload.ts';
import { completeJobSpec, type JobSpec, jobSpecErrors } from './jobspec.ts';

const uidLabel = 'batch.kubernetes.io/controller-uid';
const uidLabels = ['controller-uid', uidLabel];
const nameLabels = ['job-name', 'batch.kubernetes.io/job-name'];

/** Rules of Job: its pods are found by its uid, which its selector and template get as labels. */
export const jobs: Rules = {
  complete: object =>
    filled<KubeObject>(labelled(withSpec<JobSpec>(object, completeJobSpec)), { status: {} }),
  prepareCreate: object => ({ ...withSameLabels(withSelector(object), object), status: {} }),
  validateCreate: object => createErrors(object),
  ...updates(updateErrors),
  warnings: (object, old) => [...nameWarnings(object, old), ...templateWarnings(specOf<JobSpec>(object))],
};

/** A job without labels has those of its template. */
function labelled(object: KubeObject): KubeObject {
  const labels = specOf<JobSpec>(object).template?.metadata?.labels;
  const own = Object.keys(object.metadata.labels ?? {}).length > 0;
  return own || labels === undefined ? object : withMetadata(object, { labels });
}

/** Labels that were taken from the template go on being the template's. */
function withSameLabels(object: KubeObject, before: KubeObject): KubeObject {
  const taken = same(before.metadata.labels, specOf<JobSpec>(before).template?.metadata?.labels);
  const labels = specOf<JobSpec>(object).template?.metadata?.labels;
  return taken && labels !== undefined ? withMetadata(object, { labels }) : object;
}

function withSelector(object: KubeObject): KubeObject {
  if (specOf<JobSpec>(object).manualSelector === true) return object;
  const { uid = '', name = '' } = object.metadata;
  const generated = Object.fromEntries([
    ...nameLabels.map(label => [label, name]),
    ...uidLabels.map(label => [label, uid]),
  ]) as Record<string, string>;
  return withSpec<JobSpec>(object, spec => ({
    ...spec,
    selector: {
      ...spec.selector,
      matchLabels: filled<Record<string, string>>({ ...spec.selector?.matchLabels }, { [uidLabel]: uid }),
    },
    template: withLabels(spec.template ?? {}, generated),
  }));
}

function withLabels(template: Template, generated: Record<string, string>): Template {
  const labels = filled<Record<string, string>>({ ...template.metadata?.labels }, generated);
  return { ...template, metadata: { ...template.metadata, labels } };
}

function createErrors(object: KubeObject): FieldError[] {
  return [...generatedErrors(object), ...wholeErrors(object), ...indexNameErrors(object)];
}

/** Labels that the server gives may not be given otherwise. */
function generatedErrors(object: KubeObject): FieldError[] {
  const { manualSelector, selector, template } = specOf<JobSpec>(object);
  if (manualSelector === true || selector === undefined) return [];
  const { uid = '', name = '' } = object.metadata;
  const labels = template?.metadata?.labels ?? {};
  const expected = [
    ['controller-uid', uid],
    ['job-name', name],
    [uidLabel, uid],
    ['batch.kubernetes.io/job-name', name],
  ] as const;
  const errors = expected.flatMap(([label, value]) => labelErrors(labels, label, value));
  const matches = selectorOf(selector as SelectorObject).matches(Object.fromEntries(expected));
  return matches
    ? errors
    : [...errors, invalidValue('spec.selector', inOrder(selector), '`selector` not auto-generated')];
}

function labelErrors(labels: Readonly<Record<string, string>>, label: string, value: string): FieldError[] {
  const field = 'spec.template.metadata.labels';
  if (!Object.hasOwn(labels, label)) return [requiredValue(`${field}[${label}]`, `must be '${value}'`)];
  return labels[label] === value
    ? []
    : [invalidValue(`${field}[${label}]`, labels[label], `must be '${value}'`)];
}

function wholeErrors(object: KubeObject): FieldError[] {
  const spec = specOf<JobSpec>(object);
  return [
    ...jobSpecErrors(spec, 'spec'),
    ...(spec.selector === undefined
      ? [requiredValue('spec.selector')]
      : labelSelector(spec.selector, 'spec.selector')),
    ...mismatchErrors(spec),
  ];
}

/** Pods of an indexed job are named after it and their index. */
function indexNameErrors(object: KubeObject): FieldError[] {
  const { completionMode, completions = 0 } = specOf<JobSpec>(object);
  const { name = '' } = object.metadata;
  const last = `${name}-${completions - 1}`;
  if (completionMode !== 'Indexed' || completions <= 0 || labelFaults(last).length === 0) return [];
  const detail = `will not able to create pod with invalid DNS label: ${last}`;
  return [invalidValue('metadata.name', name, detail)];
}

const fixed = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

function updateErrors(object: KubeObject, before: KubeObject): FieldError[] {
  const [spec, old] = [specOf<JobSpec>(object), specOf<JobSpec>(before)];
  return [
    ...wholeErrors(object),
    ...completionErrors(spec, old),
    ...unchanged(spec.selector, old.selector, 'spec.selector'),
    ...templateChange(spec, old, before),
    ...fixed.flatMap(field => unchanged(spec[field], old[field], `spec.${field}`)),
    ...indexNameErrors(object),
  ];
}

function completionErrors(spec: JobSpec, old: JobSpec): FieldError[] {
  const field = 'spec.completions';
  if (spec.completionMode !== 'Indexed') return unchanged(spec.completions, old.completions, field);
  if (spec.completions === undefined || spec.completions === old.completions) return [];
  if (spec.completions === spec.parallelism) return [];
  return [invalidValue(field, spec.completions, 'can only be modified in tandem with spec.parallelism')];
}

/** While a job has not begun, where its pods may run and what they need can change. */
function templateChange(spec: JobSpec, old: JobSpec, before: KubeObject): FieldError[] {
  const field = 'spec.template';
  const waiting = old.suspend === true && statusOf<{ startTime?: string }>(before).startTime === undefined;
  const detail = 'field is immutable';
  if (waiting) {
    if (same(movable(spec.template), movable(old.template))) return [];
    return [invalidValue(`${field}.spec`, goValue('PodSpec', spec.template?.spec), detail)];
  }
  if (same(spec.template, old.template)) return [];
  return [invalidValue(field, goValue('PodTemplateSpec', spec.template), detail)];
}

function movable(template: Template = {}): unknown {
  const { nodeSelector: _, tolerations: __, schedulingGates: ___, affinity, ...spec } = template.spec ?? {};
  const { nodeAffinity: ____, ...others } = affinity ?? {};
  const containers = (spec.containers ?? []).map(({ resources: _____, ...container }) => container);
  return { ...spec, affinity: others, containers };
}

function nameWarnings({ metadata }: KubeObject, old: KubeObject | undefined): string[] {
  const faults = labelFaults(metadata.name ?? '');
  if (old !== undefined || faults.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`,
  ];
}
