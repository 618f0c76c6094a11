import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { RuleContext, Rules } from '../../kind.ts';
import { notMoreThan100Percent, notNegative, numberOrPercent, percentOf, unchanged } from '../checks.ts';
import { goValue } from '../difference/index.ts';
import { filled, filledZero, specOf } from '../filling.ts';
import { same } from '../sameness.ts';
import { ofObject, updates, withStatus } from '../strategy.ts';
import {
  completed,
  countErrors,
  replicaTemplateErrors,
  selectorErrors,
  templateWarnings,
  type WorkloadSpec,
} from './workload.ts';

type Amount = number | string;

interface DeploymentSpec extends WorkloadSpec {
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxUnavailable?: Amount; readonly maxSurge?: Amount };
  };
  readonly progressDeadlineSeconds?: number;
}

/** Rules of Deployment. */
export const deployments: Rules = {
  complete: object => completed<DeploymentSpec>(object, completeSpec),
  ...withStatus({}),
  prepareUpdate: withAnnotationsCounted,
  validateCreate: object => errorsOf(object),
  ...updates(
    (object, old) => [
      ...errorsOf(object),
      ...unchanged(
        specOf<DeploymentSpec>(object).selector,
        specOf<DeploymentSpec>(old).selector,
        'spec.selector',
      ),
    ],
    object => countErrors(object, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
  ),
  warnings: object => templateWarnings(specOf<DeploymentSpec>(object)),
};

/** Other annotations are a new generation too: a Deployment's ReplicaSets take them over. */
function withAnnotationsCounted(object: KubeObject, old: KubeObject, context: RuleContext): KubeObject {
  const { metadata } = object;
  if (!ofObject(context) || same(metadata.annotations ?? {}, old.metadata.annotations ?? {})) return object;
  return { ...object, metadata: { ...metadata, generation: (old.metadata.generation ?? 0) + 1 } };
}

function completeSpec(spec: DeploymentSpec): DeploymentSpec {
  let strategy = filledZero(spec.strategy ?? {}, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = filled(strategy.rollingUpdate ?? {}, { maxUnavailable: '25%', maxSurge: '25%' });
    if (rollingUpdate !== strategy.rollingUpdate) strategy = { ...strategy, rollingUpdate };
  }
  const next = filled(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  return strategy === spec.strategy ? next : { ...next, strategy };
}

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<DeploymentSpec>(object);
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...selectorErrors(spec, 'deployment'),
    ...replicaTemplateErrors(spec),
    ...strategyErrors(spec, 'spec.strategy'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...deadlineErrors(spec),
  ];
}

function strategyErrors({ strategy = {} }: DeploymentSpec, field: string): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return [];
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return [forbiddenField(`${field}.rollingUpdate`, detail)];
  }
  if (type !== 'RollingUpdate')
    return [unsupportedValue(field, goValue('DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate'])];
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
  const at = `${field}.rollingUpdate`;
  const errors = [
    ...numberOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...numberOrPercent(maxSurge, `${at}.maxSurge`),
  ];
  if (size(maxUnavailable) === 0 && size(maxSurge) === 0) {
    errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...notMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`)];
}

/** The number itself or the number before the percent sign. */
export function size(amount: Amount | undefined): number {
  if (typeof amount === 'number') return amount;
  return percentOf(amount) ?? (Number.parseInt(amount ?? '', 10) || 0);
}

function deadlineErrors({
  progressDeadlineSeconds: seconds,
  minReadySeconds = 0,
}: DeploymentSpec): FieldError[] {
  const field = 'spec.progressDeadlineSeconds';
  if (seconds === undefined) return [];
  const errors = notNegative(seconds, field);
  if (seconds > minReadySeconds) return errors;
  return [...errors, invalidValue(field, seconds, 'must be greater than minReadySeconds')];
}
