import { type ContainerStatus, type Pod, statusesOf } from '../../../view/index.ts';
import type { FailureAction, FailureRule, Job } from './job.ts';

/** Failures of an index so far, as the newest of its pods carries them. */
export const failuresAnnotation = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredAnnotation = 'batch.kubernetes.io/job-index-ignored-failure-count';

/** Whether a pod is replaced only when it has come to its end, not as soon as it is on its way out. */
export function waitsForEnd({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

export function hasSucceeded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded';
}

/** A pod that is removed before it succeeds counts as failed, unless its end is waited for. */
export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return !waitsForEnd(job) && pod.metadata.deletionTimestamp !== undefined && !hasSucceeded(pod);
}

/** What the first rule that fits says of a failure. */
export interface Ruling {
  readonly action: FailureAction;
  /** Why the job fails, where it does. */
  readonly message?: string;
}

/** Undefined where no rule fits, by which a failure counts. Pure. */
export function rulingOn({ spec }: Job, pod: Pod): Ruling | undefined {
  const { namespace = '', name = '' } = pod.metadata;
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = fits(rule, pod, `${namespace}/${name}`);
    if (why === undefined) continue;
    const { action } = rule;
    return action === 'FailJob'
      ? { action, message: `${why} matching ${action} rule at index ${index}` }
      : { action };
  }
  return undefined;
}

/** Whether a failure counts towards the limits of a job. */
export function counts(job: Job, pod: Pod): boolean {
  return rulingOn(job, pod)?.action !== 'Ignore';
}

function fits(
  { onExitCodes, onPodConditions = [] }: FailureRule,
  pod: Pod,
  named: string,
): string | undefined {
  if (onExitCodes !== undefined) {
    const found = containersOf(pod).find(one => ended(onExitCodes, one));
    if (found === undefined) return undefined;
    return `Container ${found.name} for pod ${named} failed with exit code ${found.state?.terminated?.exitCode}`;
  }
  const found = (pod.status?.conditions ?? []).find(({ type, status }) =>
    onPodConditions.some(wanted => wanted.type === type && (wanted.status ?? 'True') === status),
  );
  return found && `Pod ${named} has condition ${found.type}`;
}

/** The statuses of all containers, those that begin the pod last. */
export function containersOf(pod: Pod): readonly ContainerStatus[] {
  return [...statusesOf(pod, 'containerStatuses'), ...statusesOf(pod, 'initContainerStatuses')];
}

function ended(
  { containerName, operator, values = [] }: NonNullable<FailureRule['onExitCodes']>,
  { name, state }: ContainerStatus,
): boolean {
  const code = state?.terminated?.exitCode;
  if (code === undefined || code === 0) return false;
  if (containerName !== undefined && containerName !== name) return false;
  return operator === 'NotIn' ? !values.includes(code) : values.includes(code);
}

/** Counted failures of an index before a pod. */
export function failuresBefore(pod: Pod): number {
  return countIn(pod, failuresAnnotation);
}

/** All failures of an index before a pod, those that were ignored among them. */
export function allFailuresBefore(pod: Pod): number {
  return failuresBefore(pod) + countIn(pod, ignoredAnnotation);
}

function countIn({ metadata }: Pod, annotation: string): number {
  const text = metadata.annotations?.[annotation] ?? '';
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  return count > largest ? 0 : count;
}

const largest = 2 ** 31 - 1;

/** The annotations by which a pod carries the failures of its index on; `replaced` is the pod before it, if there was one. Pure. */
export function failuresCarried(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (replaced === undefined) return { [failuresAnnotation]: '0' };
  const counted = counts(job, replaced);
  const failures = failuresBefore(replaced) + (counted ? 1 : 0);
  const ignored = countIn(replaced, ignoredAnnotation) + (counted ? 0 : 1);
  return {
    [failuresAnnotation]: `${failures}`,
    ...(ignored > 0 && { [ignoredAnnotation]: `${ignored}` }),
  };
}

/** Whether the index of a pod has failed with it. Pure. */
export function failsIndex(job: Job, pod: Pod): boolean {
  const { backoffLimitPerIndex } = job.spec;
  if (backoffLimitPerIndex === undefined || !hasFailed(pod, job)) return false;
  const action = rulingOn(job, pod)?.action;
  if (action === 'FailIndex') return true;
  return action !== 'Ignore' && failuresBefore(pod) >= backoffLimitPerIndex;
}

/** When a pod came to its end, in milliseconds since 1970: its containers did, it ceased to be ready, it was removed. */
export function finishedAt(pod: Pod): number {
  const { metadata, status } = pod;
  const ends = statusesOf(pod, 'containerStatuses').map(({ state }) =>
    Date.parse(state?.terminated?.finishedAt ?? ''),
  );
  if (ends.length > 0 && ends.every(isTime)) return Math.max(...ends);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const unready = ready?.status === 'False' ? Date.parse(ready.lastTransitionTime ?? '') : Number.NaN;
  if (isTime(unready)) return unready;
  const { deletionTimestamp = '', deletionGracePeriodSeconds = 0, creationTimestamp = '' } = metadata;
  const removed = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return isTime(removed) ? removed : Date.parse(creationTimestamp);
}

function isTime(time: number): boolean {
  return !Number.isNaN(time);
}

/** Milliseconds that the next pod is held back after the first failure: doubled with each, ten minutes at most. */
const firstDelay = 10_000;
const longestDelay = 600_000;

/** Milliseconds until a pod may be made again after so many failures in a row, the last at `last`. */
export function delayAfter(failures: number, last: number, now: number): number {
  if (failures === 0) return 0;
  const delay = Math.min(firstDelay * 2 ** Math.min(failures - 1, 30), longestDelay);
  return Math.max(0, last + delay - now);
}
