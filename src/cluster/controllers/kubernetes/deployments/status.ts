import {
  type Condition,
  conditionOf,
  type Deployment,
  type ReplicaSet,
  timestamp,
} from '../../../view/index.ts';
import { boundsOf, isComplete, total } from './rollout.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;

/** What a Deployment means by no deadline at all. */
const never = 2 ** 31 - 1;

export function hasDeadline({ spec }: Deployment): boolean {
  const { progressDeadlineSeconds: seconds } = spec;
  return seconds !== undefined && seconds !== never;
}

/** The numbers of a Deployment's status and whether it is available. Pure; `now` in milliseconds since 1970. */
export function countedStatus(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: number,
): DeploymentStatus {
  const { spec, metadata, status: old } = deployment;
  const replicas = total(all, set => set.status?.replicas ?? 0);
  const available = total(all, set => set.status?.availableReplicas ?? 0);
  const ready = total(all, set => set.status?.readyReplicas ?? 0);
  const updated = fresh?.status?.replicas ?? 0;
  const unavailable = Math.max(0, total(all, set => set.spec.replicas ?? 1) - available);
  const terminating = terminatingOf(all);
  const minimum = (spec.replicas ?? 1) - boundsOf(deployment).unavailable;
  return {
    observedGeneration: metadata.generation ?? 0,
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    conditions: put(old?.conditions, availability(available >= minimum), now),
    ...(old?.collisionCount !== undefined && { collisionCount: old.collisionCount }),
  };
}

/** Pods on their way out; undefined when a set that was looked at does not say. */
function terminatingOf(all: readonly ReplicaSet[]): number | undefined {
  let sum = 0;
  for (const { status = {} } of all) {
    const { terminatingReplicas: own, observedGeneration = 0 } = status;
    if (own === undefined && observedGeneration > 0) return undefined;
    sum += own ?? 0;
  }
  return sum;
}

/** The status during a rollout: how far it is, and what keeps it from going on. Pure. */
export function rolloutStatus(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: number,
): DeploymentStatus {
  const status = countedStatus(deployment, fresh, all, now);
  const conditions = withFailure(withProgress(deployment, status, fresh, now), failureOf(fresh, all), now);
  return { ...status, conditions };
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  now: number,
): readonly Condition[] {
  const { conditions = [] } = status;
  if (!hasDeadline(deployment)) return without(conditions, 'Progressing');
  const old = conditionOf(deployment.status?.conditions, 'Progressing');
  const settled = status.replicas === status.updatedReplicas && old?.reason === 'NewReplicaSetAvailable';
  if (settled) return conditions;
  const about =
    fresh === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${about} has successfully progressed.`;
    return put(conditions, progress('True', 'NewReplicaSetAvailable', message), now);
  }
  if (advanced(deployment.status, status)) {
    return moved(conditions, progress('True', 'ReplicaSetUpdated', `${about} is progressing.`), old, now);
  }
  if (!timedOut(deployment, old, now)) return conditions;
  const message = `${about} has timed out progressing.`;
  return put(conditions, progress('False', 'ProgressDeadlineExceeded', message), now);
}

/** Each step forward is told anew, though neither status nor reason change: the deadline counts from it. */
function moved(
  conditions: readonly Condition[],
  fresh: Condition,
  old: Condition | undefined,
  now: number,
): Condition[] {
  const time = timestamp(now);
  const lastTransitionTime = old?.status === fresh.status ? (old.lastTransitionTime ?? time) : time;
  const others = without(conditions, fresh.type);
  return [...others, { ...fresh, lastUpdateTime: time, lastTransitionTime }];
}

/** Conditions with one put at their end, unless it says the same already. Pure. */
export function put(
  conditions: readonly Condition[] | undefined,
  fresh: Condition,
  now: number,
): readonly Condition[] {
  const old = conditionOf(conditions, fresh.type);
  if (old?.status === fresh.status && old.reason === fresh.reason) return conditions ?? [];
  return moved(conditions ?? [], fresh, old, now);
}

function without(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.some(one => one.type === type) ? conditions.filter(one => one.type !== type) : conditions;
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

/** A condition about the progress of a rollout. */
export function progress(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'Progressing', status, reason, message };
}

function advanced(old: DeploymentStatus | undefined, status: DeploymentStatus): boolean {
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
function timedOut(deployment: Deployment, old: Condition | undefined, now: number): boolean {
  if (old === undefined || old.reason === 'NewReplicaSetAvailable') return false;
  if (old.reason === 'ProgressDeadlineExceeded') return true;
  const { progressDeadlineSeconds = 600 } = deployment.spec;
  const since = Date.parse(old.lastUpdateTime ?? old.lastTransitionTime ?? '');
  return Number.isFinite(since) && since + progressDeadlineSeconds * 1000 < now;
}

/** Milliseconds until a rollout that does not move has used up its time; undefined when it does not wait. */
export function untilDeadline(
  deployment: Deployment,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const old = conditionOf(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || old === undefined || isComplete(deployment, status)) return undefined;
  if (['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'].includes(old.reason ?? '')) {
    return undefined;
  }
  const since = Date.parse(old.lastUpdateTime ?? '');
  const { progressDeadlineSeconds = 600 } = deployment.spec;
  if (Number.isNaN(since)) return undefined;
  return Math.max(1000, since + progressDeadlineSeconds * 1000 - now + 1000);
}

function withFailure(
  conditions: readonly Condition[],
  failure: Condition | undefined,
  now: number,
): readonly Condition[] {
  return failure === undefined ? without(conditions, 'ReplicaFailure') : put(conditions, failure, now);
}

/** Why pods cannot be made: of the newest ReplicaSet rather than of older ones. */
function failureOf(fresh: ReplicaSet | undefined, all: readonly ReplicaSet[]): Condition | undefined {
  for (const set of fresh === undefined ? all : [fresh, ...all]) {
    const failure = conditionOf(set.status?.conditions, 'ReplicaFailure');
    if (failure === undefined) continue;
    const { type, status, reason = '', message = '' } = failure;
    return { type, status, reason, message };
  }
  return undefined;
}
