import {
  type FieldError,
  invalidValue,
  type KubeObject,
  requiredValue,
  selectorOf,
  type SelectorObject,
} from '../../../meta/index.ts';
import { labelSelector, notNegative, selectsAll } from '../checks.ts';
import { inOrder } from '../difference/index.ts';
import { filled, mapped, statusOf, withSpec } from '../filling.ts';
import { completeTemplate } from '../pod/defaults.ts';
import type { Selector, Template } from '../pod/shapes.ts';
import { alwaysRestartErrors, templateErrors } from '../pod/spec.ts';
import { podWarnings } from '../pod/warnings.ts';

/** What the workloads of apps/v1 share: replicas of a template, chosen by labels. */
export interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: Selector;
  readonly template?: Template;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
}

/** The object with the defaults of its template and those of its own. */
export function completed<Spec extends WorkloadSpec>(
  object: KubeObject,
  own: (spec: Spec) => Spec,
  status: object = {},
): KubeObject {
  const next = withSpec<Spec>(object, spec =>
    mapped(own(filled<Spec>(spec, { template: {} } as Partial<Spec>)), 'template', template =>
      completeTemplate(template),
    ),
  );
  return filled<KubeObject>(next, { status });
}

/** A selector has to be there and to select by something. */
export function selectorErrors(spec: WorkloadSpec, kind: string, field = 'spec'): FieldError[] {
  const { selector } = spec;
  if (selector === undefined) return [requiredValue(`${field}.selector`)];
  const errors = labelSelector(selector, `${field}.selector`);
  if (!selectsAll(selector)) return errors;
  return [...errors, invalidValue(`${field}.selector`, selector, `empty selector is invalid for ${kind}`)];
}

/** The template's labels are what the selector selects. */
export function mismatchErrors(spec: WorkloadSpec, field = 'spec'): FieldError[] {
  const selector = selectorOf(spec.selector as SelectorObject | undefined);
  const labels = spec.template?.metadata?.labels;
  if (selector.empty || selector.matches(labels)) return [];
  const detail = '`selector` does not match template `labels`';
  return [
    invalidValue(`${field}.template.metadata.labels`, labels === undefined ? null : inOrder(labels), detail),
  ];
}

/** Whether a selector can be used at all, so that the template is looked at. */
function usable(selector: Selector | undefined): boolean {
  return labelSelector(selector, '').every(
    error => !error.field.includes('operator') && !error.field.includes('values'),
  );
}

/** Rules of the template of a ReplicaSet or Deployment (`ValidatePodTemplateSpecForReplicaSet`). */
export function replicaTemplateErrors(spec: WorkloadSpec): FieldError[] {
  if (!usable(spec.selector)) {
    return [invalidValue('spec.selector', spec.selector, 'invalid label selector')];
  }
  return [
    ...mismatchErrors(spec),
    ...templateErrors(spec.template, 'spec.template'),
    ...alwaysRestartErrors(spec.template?.spec ?? {}, 'spec.template.spec', 'ReplicaSet'),
  ];
}

export function templateWarnings(spec: { readonly template?: Template }, prefix = 'spec.template'): string[] {
  return podWarnings(spec.template?.spec ?? {}, spec.template?.metadata, prefix);
}

/** Numbers of a status that may not be negative, nor greater than the replicas there are. */
export function countErrors(object: KubeObject, counts: readonly string[]): FieldError[] {
  const status = statusOf<Record<string, number | undefined>>(object);
  const { replicas = 0, availableReplicas = 0, readyReplicas = 0 } = status;
  const errors = ['observedGeneration', 'replicas', ...counts].flatMap(name =>
    notNegative(status[name], `status.${name}`),
  );
  for (const name of counts) {
    const value = status[name] ?? 0;
    if (value > replicas && name !== 'unavailableReplicas') {
      errors.push(invalidValue(`status.${name}`, value, 'cannot be greater than status.replicas'));
    }
  }
  if (availableReplicas > readyReplicas) {
    errors.push(
      invalidValue('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'),
    );
  }
  return errors;
}
