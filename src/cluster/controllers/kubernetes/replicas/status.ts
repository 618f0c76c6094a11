import { selectorOf } from '../../../meta/index.ts';
import {
  type Condition,
  isActive,
  isAvailable,
  isReady,
  type Pod,
  type ReplicaSet,
  timestamp,
} from '../../../view/index.ts';

/** Why pods could not be made or removed. */
export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/** The status that a ReplicaSet is to have. Pure. */
export function statusOf(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  failure: Failure | undefined,
  now: number,
): NonNullable<ReplicaSet['status']> {
  const { spec, metadata, status } = replicaSet;
  const active = pods.filter(isActive);
  const labels = selectorOf({ matchLabels: spec.template.metadata?.labels ?? {} });
  const count = (test: (pod: Pod) => boolean): number => active.filter(test).length;
  const conditions = withFailure(status?.conditions ?? [], failure, now);
  const ready = count(isReady);
  const available = count(pod => isAvailable(pod, spec.minReadySeconds ?? 0, now));
  const labelled = count(pod => labels.matches(pod.metadata.labels));
  return {
    replicas: active.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    terminatingReplicas: pods.filter(isTerminating).length,
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** What makes pods fail is told once, until it no longer does. */
function withFailure(
  conditions: readonly Condition[],
  failure: Failure | undefined,
  now: number,
): readonly Condition[] {
  if (failure === undefined) return conditions.filter(one => one.type !== 'ReplicaFailure');
  if (conditions.some(one => one.type === 'ReplicaFailure')) return conditions;
  const { reason, message } = failure;
  const lastTransitionTime = timestamp(now);
  return [...conditions, { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason, message }];
}

function isTerminating({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
  );
}
