import {
  type FieldError,
  invalidValue,
  type KubeObject,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import {
  labelSelector,
  notMoreThan100Percent,
  notNegative,
  numberOrPercent,
  selectsAll,
  unchanged,
} from '../checks.ts';
import { goValue } from '../difference/index.ts';
import { filled, filledZero, specOf, statusOf, withMetadata } from '../filling.ts';
import { alwaysRestartErrors, templateErrors } from '../pod/spec.ts';
import { same } from '../sameness.ts';
import { updates } from '../strategy.ts';
import { size } from './deployments.ts';
import { completed, mismatchErrors, templateWarnings, type WorkloadSpec } from './workload.ts';

type Amount = number | string;

interface DaemonSetSpec extends WorkloadSpec {
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxUnavailable?: Amount; readonly maxSurge?: Amount };
  };
}

const emptyStatus = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};
const generation = 'deprecated.daemonset.template.generation';

/** Rules of DaemonSet; how often its template has changed stands in an annotation. */
export const daemonsets: Rules = {
  complete: object => completed<DaemonSetSpec>(object, completeSpec, emptyStatus),
  prepareCreate: object => ({ ...withGeneration(object, 1), status: emptyStatus }),
  prepareUpdate: (object, old, { subresource }) =>
    subresource === '' ? nextGeneration(object, old) : object,
  validateCreate: object => errorsOf(object),
  ...updates(
    (object, old) => [
      ...unchanged(
        specOf<DaemonSetSpec>(object).selector,
        specOf<DaemonSetSpec>(old).selector,
        'spec.selector',
      ),
      ...errorsOf(object),
    ],
    statusErrors,
  ),
  warnings: object => templateWarnings(specOf<DaemonSetSpec>(object)),
};

function completeSpec(spec: DaemonSetSpec): DaemonSetSpec {
  let strategy = filledZero(spec.updateStrategy ?? {}, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = filled(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 });
    if (rollingUpdate !== strategy.rollingUpdate) strategy = { ...strategy, rollingUpdate };
  }
  const next = filled(spec, { revisionHistoryLimit: 10 });
  return strategy === spec.updateStrategy ? next : { ...next, updateStrategy: strategy };
}

function generationOf({ metadata }: KubeObject): number {
  return Number.parseInt(metadata.annotations?.[generation] ?? '', 10) || 0;
}

function withGeneration(object: KubeObject, value: number): KubeObject {
  const annotations = { ...object.metadata.annotations, [generation]: `${value}` };
  return withMetadata(object, { annotations });
}

function nextGeneration(object: KubeObject, old: KubeObject): KubeObject {
  const before = generationOf(old) || 1;
  const [template, oldTemplate] = [
    specOf<DaemonSetSpec>(object).template,
    specOf<DaemonSetSpec>(old).template,
  ];
  return withGeneration(object, same(template, oldTemplate) ? before : before + 1);
}

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<DaemonSetSpec>(object);
  const { selector, template } = spec;
  return [
    ...labelSelector(selector, 'spec.selector'),
    ...mismatchErrors(spec),
    ...(selector !== undefined && selectsAll(selector)
      ? [invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset')]
      : []),
    ...templateErrors(template, 'spec.template'),
    ...alwaysRestartErrors(template?.spec ?? {}, 'spec.template.spec', 'DaemonSet'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...strategyErrors(spec, 'spec.updateStrategy'),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

function strategyErrors({ updateStrategy: strategy = {} }: DaemonSetSpec, field: string): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate')
    return [
      unsupportedValue(field, goValue('DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete']),
    ];
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
  const [away, more] = [`${field}.rollingUpdate.maxUnavailable`, `${field}.rollingUpdate.maxSurge`];
  const errors = [
    ...numberOrPercent(maxUnavailable, away),
    ...numberOrPercent(maxSurge, more),
    ...notMoreThan100Percent(maxUnavailable, away),
    ...notMoreThan100Percent(maxSurge, more),
  ];
  const [unavailable, surge] = [size(maxUnavailable) !== 0, size(maxSurge) !== 0];
  if (unavailable && surge) {
    errors.push(invalidValue(more, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (!unavailable && !surge) errors.push(requiredValue(away, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
];

function statusErrors(object: KubeObject): FieldError[] {
  const status = statusOf<Record<string, number | undefined>>(object);
  return counts.flatMap(name => notNegative(status[name], `status.${name}`));
}
