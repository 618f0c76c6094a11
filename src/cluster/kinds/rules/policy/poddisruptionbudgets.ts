import { type FieldError, invalidValue, type KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, labelSelector, notMoreThan100Percent, notNegative, numberOrPercent } from '../checks.ts';
import { goValue } from '../difference/index.ts';
import { filled, specOf, statusOf } from '../filling.ts';
import type { Selector } from '../pod/shapes.ts';
import { updates, withStatus } from '../strategy.ts';

interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: Selector;
  readonly unhealthyPodEvictionPolicy?: string;
}

const emptyStatus = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

/** Rules of PodDisruptionBudget. */
export const poddisruptionbudgets: Rules = {
  complete: object => filled<KubeObject>(object, { spec: {}, status: emptyStatus }),
  ...withStatus(emptyStatus),
  validateCreate: object => errorsOf(object),
  ...updates(
    object => errorsOf(object),
    object => {
      const status = statusOf<Record<string, number | undefined>>(object);
      return Object.keys(emptyStatus).flatMap(name => notNegative(status[name], `status.${name}`));
    },
  ),
};

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<BudgetSpec>(object);
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(
      invalidValue(
        'spec',
        goValue('PodDisruptionBudgetSpec', spec),
        'minAvailable and maxUnavailable cannot be both set',
      ),
    );
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    if (spec[name] === undefined) continue;
    errors.push(...numberOrPercent(spec[name], `spec.${name}`));
    errors.push(...notMoreThan100Percent(spec[name], `spec.${name}`));
  }
  errors.push(...labelSelector(spec.selector, 'spec.selector'));
  if (policy === undefined) return errors;
  return [...errors, ...among(policy, ['AlwaysAllow', 'IfHealthyBudget'], 'spec.unhealthyPodEvictionPolicy')];
}
