import { conditionOf, isReady, type Pod } from '../../../view/index.ts';
import {
  allFailuresBefore,
  containersOf,
  counts,
  failsIndex,
  finishedAt,
  hasFailed,
  hasSucceeded,
  rulingOn,
} from './failures.ts';
import { indexesIn, indexOf, isIndexed, type Job, tracking } from './job.ts';

/**
 * How far a job is: what was counted before, and the pods that ended since. A pod is counted once and stays countable, because it
 * cannot vanish before its uid stands in the job's status: the finalizer keeps it. Its uid leaves the status when the finalizer is
 * gone.
 */
export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  /** Pods that are on their way out and have not come to their end. */
  readonly terminating: readonly Pod[];
  readonly succeeded: number;
  /** What counts towards the limit of failures. */
  readonly failed: number;
  /** Indexes that are done. */
  readonly done: ReadonlySet<number>;
  /** Indexes that have failed; undefined for a job whose indexes have no limits of their own. */
  readonly failedIndexes: ReadonlySet<number> | undefined;
  /** By index: the last pod that failed, kept until the next one carries its count on. */
  readonly kept: ReadonlyMap<number, Pod>;
  /** Pods that ended and failed since the last success, as far as they are still there. */
  readonly failures: readonly Pod[];
  /** Why a pod makes the whole job fail. */
  readonly failsJob: string | undefined;
  /** Times that containers of live pods were started again. */
  readonly restarts: number;
  /** Counters of the status without those that are still uncounted. */
  readonly counted: { readonly succeeded: number; readonly failed: number };
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** Pods that may go once the uncounted ones are written down. */
  readonly release: readonly Pod[];
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(tracking) === true;
}

/** Counts the pods of a job. Pure. */
export function tallyOf(job: Job, pods: readonly Pod[]): Tally {
  const { status = {} } = job;
  const tracked = pods.filter(isTracked);
  const active = pods.filter(pod => !isOver(pod) && !isGoing(pod));
  const terminating = pods.filter(pod => !isOver(pod) && isGoing(pod));
  const failing = conditionOf(status.conditions, 'FailureTarget')?.status === 'True';
  // Of a job that has failed, what is on its way out does not come to an end that could count otherwise.
  const failed = tracked.filter(pod => hasFailed(pod, job) || (failing && terminating.includes(pod)));
  const succeeded = tracked.filter(hasSucceeded);
  const done = doneIndexes(job, succeeded);
  // What a failed job takes away has not failed by itself.
  const failedIndexes = failedIndexesOf(job, failing ? tracked.filter(isOver) : tracked);
  const kept =
    failedIndexes === undefined ? new Map<number, Pod>() : keptPods(job, failed, active, done, failedIndexes);
  const waiting = new Set(failing ? [] : kept.values());
  const countable = failed.filter(pod => isOfJob(job, pod) && counts(job, pod));
  const now = uncountedBefore(job, tracked);
  const uncounted = {
    succeeded: isIndexed(job) ? [] : union(now.succeeded, uids(succeeded)),
    failed: union(now.failed, uids(countable.filter(pod => !waiting.has(pod)))),
  };
  const counted = {
    succeeded: isIndexed(job) ? done.size : (status.succeeded ?? 0) + now.left.succeeded,
    failed: (status.failed ?? 0) + now.left.failed,
  };
  return {
    active,
    ready: active.filter(isReady).length,
    terminating,
    succeeded: counted.succeeded + uncounted.succeeded.length,
    failed: counted.failed + union(now.failed, uids(countable)).length,
    done,
    failedIndexes,
    kept,
    failures: failuresInARow(job, pods),
    failsJob: pods
      .filter(pod => hasFailed(pod, job))
      .map(pod => rulingOn(job, pod)?.message)
      .find(isText),
    restarts: restartsOf([...active, ...terminating]),
    counted,
    uncounted,
    release: [...succeeded, ...failed.filter(pod => !waiting.has(pod))],
  };
}

function isOver({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

function isGoing({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

/** Whether a pod has an index of those that are to be completed; of a job without indexes every pod counts. */
function isOfJob(job: Job, pod: Pod): boolean {
  return !isIndexed(job) || (indexOf(pod) >= 0 && indexOf(pod) < (job.spec.completions ?? 0));
}

function doneIndexes(job: Job, succeeded: readonly Pod[]): ReadonlySet<number> {
  const { status, spec } = job;
  const done = new Set(indexesIn(status?.completedIndexes ?? '', spec.completions ?? 0));
  if (!isIndexed(job)) return done;
  for (const pod of succeeded) if (isOfJob(job, pod)) done.add(indexOf(pod));
  return done;
}

function failedIndexesOf(job: Job, tracked: readonly Pod[]): ReadonlySet<number> | undefined {
  const { spec, status } = job;
  if (spec.backoffLimitPerIndex === undefined || !isIndexed(job)) return undefined;
  const failed = new Set(indexesIn(status?.failedIndexes ?? '', spec.completions ?? 0));
  for (const pod of tracked) if (isOfJob(job, pod) && failsIndex(job, pod)) failed.add(indexOf(pod));
  return failed;
}

/** The last failed pod of each index that has neither ended nor a live pod. */
function keptPods(
  job: Job,
  failed: readonly Pod[],
  active: readonly Pod[],
  done: ReadonlySet<number>,
  failedIndexes: ReadonlySet<number>,
): Map<number, Pod> {
  const live = new Set(active.map(indexOf));
  const kept = new Map<number, Pod>();
  for (const pod of failed) {
    const index = indexOf(pod);
    if (!isOfJob(job, pod) || live.has(index) || done.has(index) || failedIndexes.has(index)) continue;
    const other = kept.get(index);
    if (other === undefined || isLater(pod, other)) kept.set(index, pod);
  }
  return kept;
}

function isLater(pod: Pod, other: Pod): boolean {
  return allFailuresBefore(pod) >= allFailuresBefore(other) && finishedAt(pod) >= finishedAt(other);
}

/** Those of the status that are not counted yet, and how many of them have been let go since. */
function uncountedBefore(
  { status }: Job,
  tracked: readonly Pod[],
): {
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  readonly left: { readonly succeeded: number; readonly failed: number };
} {
  const held = new Set(uids(tracked));
  const { succeeded = [], failed = [] } = status?.uncountedTerminatedPods ?? {};
  const keep = (list: readonly string[]): string[] => list.filter(uid => held.has(uid));
  const left = (list: readonly string[]): number => list.length - keep(list).length;
  return {
    succeeded: keep(succeeded),
    failed: keep(failed),
    left: { succeeded: left(succeeded), failed: left(failed) },
  };
}

function failuresInARow(job: Job, pods: readonly Pod[]): Pod[] {
  const success = Math.max(...pods.filter(hasSucceeded).map(finishedAt));
  return pods.filter(pod => hasFailed(pod, job) && !(finishedAt(pod) <= success));
}

function restartsOf(pods: readonly Pod[]): number {
  return pods.flatMap(containersOf).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

function uids(pods: readonly Pod[]): string[] {
  return pods.map(pod => pod.metadata.uid ?? '');
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
