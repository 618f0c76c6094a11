import type { Deployment, ReplicaSet } from '../../../view/index.ts';
import { desiredOf, maximumOf } from './revisions.ts';

/** How many pods more and fewer than wanted there may be meanwhile. */
export interface Bounds {
  readonly surge: number;
  readonly unavailable: number;
}

function share(value: number | string | undefined, total: number, up: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const percent = Number(value.replace(/%$/, ''));
  const exact = (percent * total) / 100;
  return up ? Math.ceil(exact) : Math.floor(exact);
}

/** The bounds of a rolling update; when both come to nothing, one pod may be missing. */
export function boundsOf({ spec }: Deployment): Bounds {
  const { strategy, replicas = 1 } = spec;
  if (strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = share(strategy?.rollingUpdate?.maxSurge, replicas, true);
  const unavailable = share(strategy?.rollingUpdate?.maxUnavailable, replicas, false);
  if (surge === 0 && unavailable === 0) return { surge: 0, unavailable: Math.min(1, replicas) };
  return { surge, unavailable: Math.min(unavailable, replicas) };
}

export function sizeOf(set: ReplicaSet): number {
  return set.spec.replicas ?? 1;
}

export function total(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number {
  return sets.reduce((sum, set) => sum + of(set), 0);
}

/** The size that the newest ReplicaSet is to have now. Pure. */
export function newSize(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const { replicas = 1, strategy } = deployment.spec;
  if (strategy?.type === 'Recreate') return replicas;
  if (current >= replicas) return replicas;
  const room = replicas + boundsOf(deployment).surge - total(all, sizeOf);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

export interface Resize {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

/** How older ReplicaSets shrink while the newest grows: unhealthy pods first, then as far as availability allows. Pure. */
export function shrink(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  const { replicas = 1 } = deployment.spec;
  const minimum = replicas - boundsOf(deployment).unavailable;
  const all = [...old, fresh];
  const missingInNew = sizeOf(fresh) - (fresh.status?.availableReplicas ?? 0);
  let room = total(all, sizeOf) - minimum - missingInNew;
  if (room <= 0) return [];
  const left = new Map(old.map(set => [set, sizeOf(set)]));
  for (const set of old.toSorted(byBirth)) {
    const size = left.get(set) ?? 0;
    const unhealthy = size - (set.status?.availableReplicas ?? 0);
    const cut = Math.min(room, Math.max(unhealthy, 0));
    left.set(set, size - cut);
    room -= cut;
  }
  let available = total(all, set => set.status?.availableReplicas ?? 0) - minimum;
  for (const set of old.toSorted(byBirth)) {
    const size = left.get(set) ?? 0;
    const cut = Math.min(size, Math.max(available, 0));
    left.set(set, size - cut);
    available -= cut;
  }
  return [...left]
    .filter(([set, size]) => size !== sizeOf(set))
    .map(([set, size]) => ({ set, replicas: size }));
}

function byBirth(a: ReplicaSet, b: ReplicaSet): number {
  const left = `${a.metadata.creationTimestamp ?? ''} ${a.metadata.name}`;
  const right = `${b.metadata.creationTimestamp ?? ''} ${b.metadata.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Scales every ReplicaSet in proportion to its size, when a Deployment is resized in the middle of a rollout. Pure. */
export function inProportion(deployment: Deployment, sets: readonly ReplicaSet[]): Resize[] {
  const active = sets.filter(set => sizeOf(set) > 0);
  const { replicas = 1 } = deployment.spec;
  const allowed = replicas > 0 ? replicas + boundsOf(deployment).surge : 0;
  let toAdd = allowed - total(active, sizeOf);
  if (toAdd === 0) return active.map(set => ({ set, replicas: sizeOf(set) }));
  const order = active.toSorted((a, b) => sizeOf(b) - sizeOf(a) || byBirth(a, b) * (toAdd > 0 ? -1 : 1));
  const resized = order.map(set => {
    const part = fraction(deployment, set);
    const step = toAdd > 0 ? Math.min(part, toAdd) : toAdd < 0 ? Math.max(part, toAdd) : 0;
    toAdd -= step;
    return { set, replicas: sizeOf(set) + step };
  });
  const first = resized[0];
  if (first !== undefined && toAdd !== 0) {
    resized[0] = { set: first.set, replicas: Math.max(0, first.replicas + toAdd) };
  }
  return resized;
}

/** By how much a ReplicaSet grows or shrinks for its part. */
function fraction(deployment: Deployment, set: ReplicaSet): number {
  const { replicas = 1 } = deployment.spec;
  const size = sizeOf(set);
  if (replicas === 0) return -size;
  const before = (maximumOf(set) ?? 0) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * (replicas + boundsOf(deployment).surge)) / before) - size;
}

/** Whether the newest ReplicaSet has all the pods that are wanted, and all of them are available. Pure. */
export function isSaturated({ spec }: Deployment, fresh: ReplicaSet | undefined): boolean {
  const { replicas = 1 } = spec;
  return (
    fresh !== undefined &&
    sizeOf(fresh) === replicas &&
    desiredOf(fresh) === replicas &&
    (fresh.status?.availableReplicas ?? 0) === replicas
  );
}

/** Whether everything is as the Deployment asks. */
export function isComplete(deployment: Deployment, status: NonNullable<Deployment['status']>): boolean {
  const { replicas = 1 } = deployment.spec;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}
