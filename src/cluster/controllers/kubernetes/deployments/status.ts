import {
  type Condition,
  conditionOf,
  type Deployment,
  type ReplicaSet,
  timestamp,
  withCondition,
} from '../objects.ts';
import { boundsOf, isComplete, total } from './rollout.ts';

type Status = NonNullable<Deployment['status']>;

/** The status that a Deployment is to have. Pure; `now` in milliseconds since 1970. */
export function statusOf(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: number,
): Status {
  const { spec, metadata, status: old } = deployment;
  const replicas = total(all, set => set.status?.replicas ?? 0);
  const available = total(all, set => set.status?.availableReplicas ?? 0);
  const ready = total(all, set => set.status?.readyReplicas ?? 0);
  const updated = fresh?.status?.replicas ?? 0;
  const unavailable = Math.max(0, total(all, set => set.spec.replicas ?? 1) - available);
  const counts: Status = {
    observedGeneration: metadata.generation ?? 0,
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    ...(old?.collisionCount !== undefined && { collisionCount: old.collisionCount }),
  };
  const minimum = (spec.replicas ?? 1) - boundsOf(deployment).unavailable;
  let conditions = put(old?.conditions, availability(available >= minimum), now);
  const progress = progressing(deployment, counts, fresh, now);
  if (progress !== undefined) conditions = put(conditions, progress, now);
  const failure = failureOf(fresh, all);
  if (failure === undefined) conditions = conditions.filter(one => one.type !== 'ReplicaFailure');
  else conditions = put(conditions, failure, now);
  return { ...counts, conditions };
}

function put(conditions: readonly Condition[] | undefined, fresh: Condition, now: number): Condition[] {
  const time = timestamp(now);
  const old = conditionOf(conditions, fresh.type);
  const same = old?.status === fresh.status && old.reason === fresh.reason && old.message === fresh.message;
  if (same) return [...(conditions ?? [])];
  return withCondition(conditions, { ...fresh, lastUpdateTime: time }, time);
}

function availability(available: boolean): Condition {
  return available
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** How the rollout goes; undefined when nothing new is to be said. */
function progressing(
  deployment: Deployment,
  status: Status,
  fresh: ReplicaSet | undefined,
  now: number,
): Condition | undefined {
  if (deployment.spec.progressDeadlineSeconds === undefined || deployment.spec.paused === true)
    return undefined;
  const old = conditionOf(deployment.status?.conditions, 'Progressing');
  const about =
    fresh === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  if (isComplete(deployment, status)) {
    return said('True', 'NewReplicaSetAvailable', `${about} has successfully progressed.`);
  }
  if (advanced(deployment.status, status) || old === undefined) {
    return said('True', 'ReplicaSetUpdated', `${about} is progressing.`);
  }
  if (timedOut(deployment, old, now)) {
    return said('False', 'ProgressDeadlineExceeded', `${about} has timed out progressing.`);
  }
  return undefined;
}

function said(status: 'True' | 'False', reason: string, message: string): Condition {
  return { type: 'Progressing', status, reason, message };
}

function advanced(old: Status | undefined, status: Status): boolean {
  const oldRest = (old?.replicas ?? 0) - (old?.updatedReplicas ?? 0);
  const rest = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (status.updatedReplicas ?? 0) > (old?.updatedReplicas ?? 0) ||
    rest < oldRest ||
    (status.readyReplicas ?? 0) > (old?.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (old?.availableReplicas ?? 0)
  );
}

/** Whether nothing has happened for longer than the Deployment allows. */
function timedOut(deployment: Deployment, old: Condition, now: number): boolean {
  if (old.reason === 'NewReplicaSetAvailable') return false;
  if (old.reason === 'ProgressDeadlineExceeded') return true;
  const { progressDeadlineSeconds = 600 } = deployment.spec;
  const since = Date.parse(old.lastUpdateTime ?? old.lastTransitionTime ?? '');
  return Number.isFinite(since) && since + progressDeadlineSeconds * 1000 < now;
}

/** Milliseconds until a rollout that does not move has used up its time; undefined when it does not wait. */
export function untilDeadline(deployment: Deployment, status: Status, now: number): number | undefined {
  const progress = conditionOf(status.conditions, 'Progressing');
  const { progressDeadlineSeconds } = deployment.spec;
  if (progress?.status !== 'True' || progress.reason === 'NewReplicaSetAvailable') return undefined;
  if (progressDeadlineSeconds === undefined) return undefined;
  const since = Date.parse(progress.lastUpdateTime ?? '');
  return Math.max(1000, since + progressDeadlineSeconds * 1000 - now + 1000);
}

function failureOf(fresh: ReplicaSet | undefined, all: readonly ReplicaSet[]): Condition | undefined {
  for (const set of fresh === undefined ? all : [fresh, ...all]) {
    const failure = conditionOf(set.status?.conditions, 'ReplicaFailure');
    if (failure?.status === 'True') return { ...failure };
  }
  return undefined;
}
