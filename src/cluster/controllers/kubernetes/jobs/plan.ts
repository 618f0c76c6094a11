import { type Condition, conditionOf, type Pod, timestamp } from '../../../view/index.ts';
import { indexesIn, indexOf, type Job, type JobStatus, ranges } from './job.ts';
import type { Tally } from './tally.ts';

/** Milliseconds that a pod is held back after failures: doubled with each, ten minutes at most. */
const firstDelay = 10_000;
const longestDelay = 600_000;

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
  const left = completions === undefined ? parallelism : completions - counts.succeeded;
  const anySucceeded = completions === undefined && counts.succeeded > 0;
  const wanted = anySucceeded ? counts.active.length : Math.min(parallelism, left);
  const again = deadlineIn(job, now);
  const rest = again === undefined ? {} : { again };
  if (counts.active.length > wanted) {
    return { create: [], remove: counts.active.slice(wanted), ...rest };
  }
  const held = heldBack(counts, now);
  if (held > 0) return { create: [], remove: [], again: Math.min(held, again ?? held) };
  const missing = wanted - counts.active.length;
  const create =
    spec.completionMode === 'Indexed'
      ? freeIndexes(job, counts, missing)
      : Array.from({ length: missing }, () => undefined);
  return { create, remove: [], ...rest };
}

/** How a job ends, if it does; what has been told of its success stays, whatever becomes of pods that were still running. */
function endOf(job: Job, counts: Tally, now: number): Condition | undefined {
  const told = conditionOf(job.status?.conditions, 'SuccessCriteriaMet');
  if (told?.status === 'True') return { ...complete, reason: told.reason ?? '', message: told.message ?? '' };
  return failureOf(job, counts, now) ?? sufficed(job, counts) ?? (doneOf(job, counts) ? complete : undefined);
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

function failureOf({ spec, status }: Job, { failed }: Tally, now: number): Condition | undefined {
  if (failed > (spec.backoffLimit ?? 6)) {
    return {
      type: 'Failed',
      status: 'True',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    };
  }
  const { activeDeadlineSeconds } = spec;
  const started = Date.parse(status?.startTime ?? '');
  if (activeDeadlineSeconds === undefined || Number.isNaN(started) || spec.suspend === true) return undefined;
  if (started + activeDeadlineSeconds * 1000 > now) return undefined;
  return {
    type: 'Failed',
    status: 'True',
    reason: 'DeadlineExceeded',
    message: 'Job was active longer than specified deadline',
  };
}

function deadlineIn({ spec, status }: Job, now: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined) return undefined;
  const started = Date.parse(status?.startTime ?? '');
  const from = Number.isNaN(started) ? now : started;
  return Math.max(0, from + spec.activeDeadlineSeconds * 1000 - now);
}

/** Milliseconds until a pod may be made again after failures. */
function heldBack({ failures }: Tally, now: number): number {
  const ends = failures.map(failedAt).toSorted((a, b) => b - a);
  const [last] = ends;
  if (last === undefined) return 0;
  const delay = Math.min(firstDelay * 2 ** Math.min(ends.length - 1, 30), longestDelay);
  return Math.max(0, last + delay - now);
}

function failedAt(pod: Pod): number {
  const changed = (pod.status?.conditions ?? []).map(one => Date.parse(one.lastTransitionTime ?? ''));
  const known = changed.filter(time => !Number.isNaN(time));
  return known.length > 0 ? Math.max(...known) : Date.parse(pod.metadata.creationTimestamp ?? '');
}

function freeIndexes({ spec }: Job, { active, done }: Tally, count: number): number[] {
  const taken = new Set([...active.map(indexOf), ...done]);
  const free: number[] = [];
  for (let index = 0; index < (spec.completions ?? 0) && free.length < count; index++) {
    if (!taken.has(index)) free.push(index);
  }
  return free;
}

/** The status that a job is to have. Pure. */
export function jobStatus(job: Job, tally: Tally, plan: JobPlan, now: number): JobStatus {
  const time = timestamp(now);
  const old = job.status ?? {};
  const { end } = plan;
  const { counted, uncounted, done } = tally;
  const suspended = job.spec.suspend === true;
  const active = plan.remove.length > 0 && end !== undefined ? 0 : tally.active.length;
  const waiting =
    uncounted.succeeded.length + uncounted.failed.length + tally.terminating + plan.remove.length;
  const over = end !== undefined && waiting === 0;
  const startTime = suspended ? undefined : (old.startTime ?? time);
  const conditions = ended(suspension(old.conditions ?? [], suspended, time), end, over, time);
  const completionTime = old.completionTime ?? (over && end.type === 'Complete' ? time : undefined);
  return {
    ...(active > 0 && { active }),
    ready: end === undefined ? tally.ready : 0,
    ...(counted.succeeded > 0 && { succeeded: counted.succeeded }),
    ...(counted.failed > 0 && { failed: counted.failed }),
    terminating: tally.terminating,
    ...(startTime !== undefined && { startTime }),
    ...(completionTime !== undefined && { completionTime }),
    ...(done.size > 0 && { completedIndexes: ranges([...done]) }),
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
