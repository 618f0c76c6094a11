import { type Condition, conditionOf, type Pod, timestamp } from '../../../view/index.ts';
import { inOrderOfRemoval } from '../pods/order.ts';
import { allFailuresBefore, delayAfter, finishedAt, waitsForEnd } from './failures.ts';
import { indexesIn, indexOf, isIndexed, type Job, type JobStatus, ranges } from './job.ts';
import type { Tally } from './tally.ts';

/** What is to be done for a job. */
export interface JobPlan {
  /** Completion indexes of pods to be made; undefined for a job without indexes. */
  readonly create: readonly (number | undefined)[];
  readonly remove: readonly Pod[];
  /** The job has ended. */
  readonly end?: Condition;
  /** Milliseconds until more can be said. */
  readonly again?: number;
}

/** Compares the pods of a job with what it asks for. Pure; `now` in milliseconds since 1970. */
export function planOf(job: Job, counts: Tally, now: number): JobPlan {
  const { spec } = job;
  const end = endOf(job, counts, now);
  if (end !== undefined) return { create: [], remove: counts.active, end };
  if (spec.suspend === true) return { create: [], remove: counts.active };
  const { parallelism = 1, completions } = spec;
  const left = completions === undefined ? parallelism : Math.max(0, completions - counts.succeeded);
  const anySucceeded = completions === undefined && counts.succeeded > 0;
  const wanted = anySucceeded ? counts.active.length : Math.min(parallelism, left);
  const again = deadlineIn(job, now);
  const rest = again === undefined ? {} : { again };
  const remove = tooMany(job, counts.active, counts.active.length - wanted);
  if (remove.length > 0) return { create: [], remove, ...rest };
  const leaving = waitsForEnd(job) ? counts.terminating.length : 0;
  const missing = Math.max(0, wanted - leaving - counts.active.length);
  const { create, held } = makeable(job, counts, missing, now);
  if (held > 0) return { create, remove: [], again: Math.min(held, again ?? held) };
  return { create, remove: [], ...rest };
}

/** Pods that go: of a job with indexes first those that have none of its indexes, or one that another pod has. */
function tooMany(job: Job, active: readonly Pod[], atLeast: number): Pod[] {
  const order = inOrderOfRemoval(active);
  const staying = isIndexed(job) ? onePerIndex(job, order) : order;
  const stays = new Set(staying);
  const remove = order.filter(pod => !stays.has(pod));
  return [...remove, ...staying.slice(0, Math.max(0, atLeast - remove.length))];
}

/** Of each index the pod that goes last, in the order of removal. */
function onePerIndex({ spec }: Job, order: readonly Pod[]): Pod[] {
  const last = new Map(order.map(pod => [indexOf(pod), pod]));
  const chosen = new Set(last.values());
  return order.filter(pod => chosen.has(pod) && indexOf(pod) >= 0 && indexOf(pod) < (spec.completions ?? 0));
}

/** The pods that may be made now, and the milliseconds until one may that is held back after failures. */
function makeable(
  job: Job,
  counts: Tally,
  missing: number,
  now: number,
): { readonly create: JobPlan['create']; readonly held: number } {
  if (missing === 0) return { create: [], held: 0 };
  if (counts.failedIndexes === undefined) {
    const held = heldBack(counts, now);
    if (held > 0) return { create: [], held };
    const create = isIndexed(job)
      ? freeIndexes(job, counts, missing)
      : Array.from({ length: missing }, () => undefined);
    return { create, held: 0 };
  }
  // Each index waits for itself.
  const free = freeIndexes(job, counts, missing).map(index => {
    const before = counts.kept.get(index);
    const failures = before === undefined ? 0 : allFailuresBefore(before) + 1;
    return { index, held: before === undefined ? 0 : delayAfter(failures, finishedAt(before), now) };
  });
  const waiting = free.map(({ held }) => held).filter(held => held > 0);
  return {
    create: free.filter(({ held }) => held === 0).map(({ index }) => index),
    held: waiting.length === 0 ? 0 : Math.min(...waiting),
  };
}

/** How a job ends, if it does; what has been told of its success stays, whatever becomes of pods that were still running. */
function endOf(job: Job, counts: Tally, now: number): Condition | undefined {
  const told = conditionOf(job.status?.conditions, 'SuccessCriteriaMet');
  if (told?.status === 'True') return { ...complete, reason: told.reason ?? '', message: told.message ?? '' };
  return failureOf(job, counts, now) ?? sufficed(job, counts) ?? (doneOf(job, counts) ? complete : undefined);
}

function failed(reason: string, message: string): Condition {
  return { type: 'Failed', status: 'True', reason, message };
}

/** Success before all indexes have succeeded, by the first rule of the job's policy that is met. */
function sufficed({ spec }: Job, { done }: Tally): Condition | undefined {
  const { successPolicy, completions = 0 } = spec;
  const met = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    const wanted = succeededIndexes === undefined ? undefined : indexesIn(succeededIndexes, completions);
    const reached = wanted === undefined ? done.size : wanted.filter(index => done.has(index)).length;
    return reached >= (succeededCount ?? wanted?.length ?? completions);
  });
  if (met < 0) return undefined;
  return { ...complete, reason: 'SuccessPolicy', message: `Matched rules at index ${met}` };
}

const complete: Condition = {
  type: 'Complete',
  status: 'True',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

function doneOf(job: Job, counts: Tally): boolean {
  const { completions } = job.spec;
  if (completions !== undefined) return counts.succeeded >= completions;
  return counts.succeeded > 0 && counts.active.length === 0;
}

/** Why a job has failed, if it has; what has been told of it stays. */
function failureOf(job: Job, counts: Tally, now: number): Condition | undefined {
  const { spec, status } = job;
  const told = conditionOf(status?.conditions, 'FailureTarget');
  if (told?.status === 'True') return failed(told.reason ?? '', told.message ?? '');
  if (counts.failsJob !== undefined) return failed('PodFailurePolicy', counts.failsJob);
  if (counts.failed > (spec.backoffLimit ?? 6) || restartedTooOften(job, counts)) {
    return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const { activeDeadlineSeconds } = spec;
  const started = Date.parse(status?.startTime ?? '');
  const over = activeDeadlineSeconds !== undefined && started + activeDeadlineSeconds * 1000 <= now;
  if (over && spec.suspend !== true) {
    return failed('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  return failureOfIndexes(job, counts);
}

/** Containers that are started again in their pods count as well. */
function restartedTooOften({ spec }: Job, { restarts }: Tally): boolean {
  if (restarts === 0 || spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const { backoffLimit = 6 } = spec;
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

function failureOfIndexes({ spec }: Job, { failedIndexes, done }: Tally): Condition | undefined {
  const count = failedIndexes?.size ?? 0;
  if (count === 0) return undefined;
  if (spec.maxFailedIndexes !== undefined && count > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failed('MaxFailedIndexesExceeded', message);
  }
  return count + done.size >= (spec.completions ?? 0)
    ? failed('FailedIndexes', 'Job has failed indexes')
    : undefined;
}

function deadlineIn({ spec, status }: Job, now: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined) return undefined;
  const started = Date.parse(status?.startTime ?? '');
  const from = Number.isNaN(started) ? now : started;
  return Math.max(0, from + spec.activeDeadlineSeconds * 1000 - now);
}

/** Milliseconds until a pod may be made again after failures. */
function heldBack({ failures }: Tally, now: number): number {
  return delayAfter(failures.length, Math.max(...failures.map(finishedAt)), now);
}

function freeIndexes(job: Job, counts: Tally, count: number): number[] {
  const { active, terminating, done, failedIndexes = [] } = counts;
  const busy = waitsForEnd(job) ? [...active, ...terminating] : active;
  const taken = new Set([...busy.map(indexOf), ...done, ...failedIndexes]);
  const free: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && free.length < count; index++) {
    if (!taken.has(index)) free.push(index);
  }
  return free;
}

/** The status that a job is to have. Pure. */
export function jobStatus(job: Job, tally: Tally, plan: JobPlan, now: number): JobStatus {
  const time = timestamp(now);
  const old = job.status ?? {};
  const { end } = plan;
  const { counted, uncounted, done, failedIndexes } = tally;
  const terminating = tally.terminating.length;
  const suspended = job.spec.suspend === true;
  const active = plan.remove.length > 0 && end !== undefined ? 0 : tally.active.length;
  const waiting = uncounted.succeeded.length + uncounted.failed.length + terminating + plan.remove.length;
  const over = end !== undefined && waiting === 0;
  const startTime = suspended ? undefined : (old.startTime ?? time);
  const conditions = ended(suspension(old.conditions ?? [], suspended, time), end, over, time);
  const completionTime = old.completionTime ?? (over && end.type === 'Complete' ? time : undefined);
  return {
    ...(active > 0 && { active }),
    ready: end === undefined ? tally.ready : 0,
    ...(counted.succeeded > 0 && { succeeded: counted.succeeded }),
    ...(counted.failed > 0 && { failed: counted.failed }),
    terminating,
    ...(startTime !== undefined && { startTime }),
    ...(completionTime !== undefined && { completionTime }),
    ...(done.size > 0 && { completedIndexes: ranges([...done]) }),
    ...(failedIndexes !== undefined && { failedIndexes: ranges([...failedIndexes]) }),
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length > 0 && { succeeded: uncounted.succeeded }),
      ...(uncounted.failed.length > 0 && { failed: uncounted.failed }),
    },
    ...(conditions.length > 0 && { conditions }),
  };
}

/** The end is told twice: as soon as it is decided, and when all pods are counted and gone. */
function ended(
  conditions: readonly Condition[],
  end: Condition | undefined,
  over: boolean,
  time: string,
): readonly Condition[] {
  if (end === undefined) return conditions;
  const stamped = { ...end, lastProbeTime: time, lastTransitionTime: time };
  const type = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const told = conditionOf(conditions, type);
  const first = told === undefined ? [...conditions, { ...stamped, type }] : conditions;
  if (!over || conditionOf(first, end.type) !== undefined) return first;
  const { reason = '', message = '' } = told ?? end;
  return [...first, { ...stamped, reason, message }];
}

function suspension(
  conditions: readonly Condition[],
  suspended: boolean,
  time: string,
): readonly Condition[] {
  const old = conditionOf(conditions, 'Suspended');
  if (!suspended && old === undefined) return conditions;
  const status = suspended ? 'True' : 'False';
  if (old?.status === status) return conditions;
  const [reason, message] = suspended ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
  const others = conditions.filter(one => one.type !== 'Suspended');
  return [
    ...others,
    { type: 'Suspended', status, reason, message, lastProbeTime: time, lastTransitionTime: time },
  ];
}
