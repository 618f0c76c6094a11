import type { FieldError, KubeObject } from '../../../meta/index.ts';
import { requiredValue, selectorOf, invalidValue } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { notNegative } from '../checks.ts';
import { filled, mapped, specOf, withMetadata, withSpec } from '../filling.ts';
import { completeTemplate } from '../pod/defaults.ts';
import type { Template } from '../pod/shapes.ts';
import { alwaysRestartErrors, templateErrors } from '../pod/spec.ts';
import { updates, withStatus } from '../strategy.ts';
import { countErrors, templateWarnings } from '../apps/workload.ts';

/** Rules of PodTemplate. */
export const podtemplates: Rules = {
  complete: object =>
    mapped(object as KubeObject & { readonly template?: Template }, 'template', completeTemplate),
  validateCreate: object => templateErrors(object['template'] as Template | undefined, 'template'),
  validateUpdate: object => templateErrors(object['template'] as Template | undefined, 'template'),
};

interface ControllerSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: Readonly<Record<string, string>>;
  readonly template?: Template;
}

/** Rules of ReplicationController, whose selector and labels are its template's when it has none. */
export const replicationcontrollers: Rules = {
  complete: object =>
    filled<KubeObject>(withLabels(withSpec<ControllerSpec>(object, completeSpec)), {
      status: { replicas: 0 },
    }),
  ...withStatus({ replicas: 0 }),
  validateCreate: object => errorsOf(object),
  ...updates(
    object => errorsOf(object),
    object => countErrors(object, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ),
  warnings: object => templateWarnings(specOf<ControllerSpec>(object)),
};

function completeSpec(spec: ControllerSpec): ControllerSpec {
  const next = mapped(filled(spec, { replicas: 1 }), 'template', completeTemplate);
  const labels = next.template?.metadata?.labels;
  const chosen = Object.keys(next.selector ?? {}).length > 0;
  return chosen || labels === undefined ? next : { ...next, selector: labels };
}

function withLabels(object: KubeObject): KubeObject {
  const labels = specOf<ControllerSpec>(object).template?.metadata?.labels;
  const own = Object.keys(object.metadata.labels ?? {}).length > 0;
  return own || labels === undefined ? object : withMetadata(object, { labels });
}

function errorsOf(object: KubeObject): FieldError[] {
  const { template, selector = {}, replicas, minReadySeconds } = specOf<ControllerSpec>(object);
  const empty = Object.keys(selector).length === 0;
  const field = 'spec.template';
  const errors = [
    ...notNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...(empty ? [requiredValue('spec.selector')] : []),
    ...notNegative(replicas, 'spec.replicas'),
  ];
  if (template === undefined) return [...errors, requiredValue(field)];
  const labels = template.metadata?.labels;
  if (!empty && !selectorOf({ matchLabels: selector }).matches(labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalidValue(`${field}.metadata.labels`, labels, detail));
  }
  return [
    ...errors,
    ...templateErrors(template, field),
    ...alwaysRestartErrors(template.spec ?? {}, `${field}.spec`, 'ReplicationController'),
  ];
}
