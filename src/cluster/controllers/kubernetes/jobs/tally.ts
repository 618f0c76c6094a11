import { isReady, type Pod } from '../../../view/index.ts';
import { indexesIn, indexOf, type Job, tracking } from './job.ts';

/**
 * How far a job is: what was counted before, and the pods that ended since. A pod is counted once and stays countable, because it
 * cannot vanish before its uid stands in the job's status: the finalizer keeps it. Its uid leaves the status when the finalizer is
 * gone.
 */
export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  /** Pods that are on their way out. */
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Indexes that are done. */
  readonly done: ReadonlySet<number>;
  /** Pods that ended and failed, as far as they are still there. */
  readonly failures: readonly Pod[];
  /** Counters of the status without those that are still uncounted. */
  readonly counted: { readonly succeeded: number; readonly failed: number };
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** Pods that may go once the uncounted ones are written down. */
  readonly release: readonly Pod[];
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(tracking) === true;
}

function hasSucceeded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded';
}

/** A pod that is removed before it succeeds counts as failed. */
function hasFailed(pod: Pod): boolean {
  if (hasSucceeded(pod)) return false;
  return pod.status?.phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined;
}

/** Counts the pods of a job. Pure. */
export function tallyOf(job: Job, pods: readonly Pod[]): Tally {
  const { status = {}, spec } = job;
  const indexed = spec.completionMode === 'Indexed';
  const tracked = pods.filter(isTracked);
  const ended = tracked.filter(pod => hasSucceeded(pod) || hasFailed(pod));
  const uids = (list: readonly Pod[]): string[] => list.map(pod => pod.metadata.uid ?? '');
  const held = new Set(uids(tracked));
  const before = status.uncountedTerminatedPods ?? {};
  const keep = (list: readonly string[] = []): string[] => list.filter(uid => held.has(uid));
  const succeeded = indexed ? [] : union(keep(before.succeeded), uids(ended.filter(hasSucceeded)));
  const failed = union(keep(before.failed), uids(ended.filter(hasFailed)));
  const left = (list: readonly string[] = []): number => list.length - keep(list).length;
  const done = new Set(indexesIn(status.completedIndexes ?? '', spec.completions ?? 0));
  if (indexed) {
    for (const index of ended.filter(hasSucceeded).map(indexOf)) {
      if (index >= 0 && index < (spec.completions ?? 0)) done.add(index);
    }
  }
  const counted = {
    succeeded: indexed ? done.size : (status.succeeded ?? 0) + left(before.succeeded),
    failed: (status.failed ?? 0) + left(before.failed),
  };
  const active = pods.filter(pod => !hasSucceeded(pod) && !hasFailed(pod));
  return {
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(
      pod => pod.metadata.deletionTimestamp !== undefined && hasFailed(pod) && !isOver(pod),
    ).length,
    succeeded: counted.succeeded + succeeded.length,
    failed: counted.failed + failed.length,
    done,
    failures: pods.filter(hasFailed),
    counted,
    uncounted: { succeeded, failed },
    release: ended,
  };
}

function isOver({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
