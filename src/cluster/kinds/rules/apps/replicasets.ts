import type { FieldError, KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { notNegative, unchanged } from '../checks.ts';
import { filled, specOf } from '../filling.ts';
import { updates, withStatus } from '../strategy.ts';
import {
  completed,
  countErrors,
  replicaTemplateErrors,
  selectorErrors,
  templateWarnings,
  type WorkloadSpec,
} from './workload.ts';

/** Rules of ReplicaSet. */
export const replicasets: Rules = {
  complete: object => completed<WorkloadSpec>(object, spec => filled(spec, { replicas: 1 }), { replicas: 0 }),
  ...withStatus({ replicas: 0 }),
  validateCreate: object => errorsOf(object),
  ...updates(
    (object, old) => [
      ...errorsOf(object),
      ...unchanged(
        specOf<WorkloadSpec>(object).selector,
        specOf<WorkloadSpec>(old).selector,
        'spec.selector',
      ),
    ],
    object => countErrors(object, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ),
  warnings: object => templateWarnings(specOf<WorkloadSpec>(object)),
};

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<WorkloadSpec>(object);
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...selectorErrors(spec, 'deployment'),
    ...replicaTemplateErrors(spec),
  ];
}
