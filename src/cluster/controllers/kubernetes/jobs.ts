import { Controller, Expectations, keyOf, type Outcome } from '../../client/index.ts';
import { isStatusError, type KubeObject, selectorOf, type SelectorObject } from '../../meta/index.ts';
import type { Cluster } from './cluster.ts';
import {
  type Condition,
  conditionOf,
  controlledBy,
  controllerOf,
  isReady,
  type Pod,
  type PodTemplate,
  timestamp,
} from './objects.ts';

export interface Job extends KubeObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly completionMode?: 'NonIndexed' | 'Indexed';
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly suspend?: boolean;
    readonly selector?: SelectorObject;
    readonly template: PodTemplate;
  };
  readonly status?: JobStatus;
}

interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly completedIndexes?: string;
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
  readonly conditions?: readonly Condition[];
}

const indexAnnotation = 'batch.kubernetes.io/job-completion-index';
/** Milliseconds that a pod is held back after failures: doubled with each, ten minutes at most. */
const firstDelay = 10_000;
const longestDelay = 600_000;

interface Counts {
  readonly active: readonly Pod[];
  readonly succeeded: readonly Pod[];
  readonly failed: readonly Pod[];
}

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

export function isFinished({ status }: Job): boolean {
  return ['Complete', 'Failed'].some(type => conditionOf(status?.conditions, type)?.status === 'True');
}

function countsOf(pods: readonly Pod[]): Counts {
  const succeeded = pods.filter(pod => pod.status?.phase === 'Succeeded');
  const failed = pods.filter(
    pod =>
      pod.status?.phase === 'Failed' ||
      (pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded'),
  );
  const ended = new Set([...succeeded, ...failed]);
  return { succeeded, failed, active: pods.filter(pod => !ended.has(pod)) };
}

/** Compares the pods of a job with what it asks for. Pure; `now` in milliseconds since 1970. */
export function planOf(job: Job, pods: readonly Pod[], now: number): JobPlan {
  const { spec } = job;
  const counts = countsOf(pods);
  const failure = failureOf(job, counts, now);
  if (failure !== undefined) return { create: [], remove: counts.active, end: failure };
  const done = doneOf(job, counts);
  if (done) return { create: [], remove: counts.active, end: complete };
  if (spec.suspend === true) return { create: [], remove: counts.active };
  const { parallelism = 1, completions } = spec;
  const left = completions === undefined ? parallelism : completions - successes(job, counts);
  const anySucceeded = completions === undefined && counts.succeeded.length > 0;
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

const complete: Condition = {
  type: 'Complete',
  status: 'True',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

function successes({ spec }: Job, { succeeded }: Counts): number {
  if (spec.completionMode !== 'Indexed') return succeeded.length;
  return new Set(succeeded.map(indexOf)).size;
}

function indexOf(pod: Pod): number {
  return Number(pod.metadata.annotations?.[indexAnnotation] ?? -1);
}

function doneOf(job: Job, counts: Counts): boolean {
  const { completions } = job.spec;
  if (completions !== undefined) return successes(job, counts) >= completions;
  return counts.succeeded.length > 0 && counts.active.length === 0;
}

function failureOf({ spec, status }: Job, { failed }: Counts, now: number): Condition | undefined {
  if (failed.length > (spec.backoffLimit ?? 6)) {
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
function heldBack({ failed }: Counts, now: number): number {
  if (failed.length === 0) return 0;
  const last = Math.max(...failed.map(endOf));
  const delay = Math.min(firstDelay * 2 ** (failed.length - 1), longestDelay);
  return Math.max(0, last + delay - now);
}

function endOf(pod: Pod): number {
  const changed = (pod.status?.conditions ?? []).map(one => Date.parse(one.lastTransitionTime ?? ''));
  const known = changed.filter(time => !Number.isNaN(time));
  return known.length > 0 ? Math.max(...known) : Date.parse(pod.metadata.creationTimestamp ?? '');
}

function freeIndexes({ spec }: Job, { active, succeeded }: Counts, count: number): number[] {
  const taken = new Set([...active, ...succeeded].map(indexOf));
  const free: number[] = [];
  for (let index = 0; index < (spec.completions ?? 0) && free.length < count; index++) {
    if (!taken.has(index)) free.push(index);
  }
  return free;
}

/** The status that a job is to have. Pure. */
export function jobStatus(
  job: Job,
  pods: readonly Pod[],
  end: Condition | undefined,
  now: number,
): JobStatus {
  const { active, succeeded, failed } = countsOf(pods);
  const time = timestamp(now);
  const old = job.status ?? {};
  const live = end === undefined ? active : [];
  const suspended = job.spec.suspend === true;
  const ready = live.filter(isReady).length;
  let conditions = suspension(old.conditions ?? [], suspended, time);
  if (end !== undefined && conditionOf(conditions, end.type) === undefined) {
    const type = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    const stamped = { lastProbeTime: time, lastTransitionTime: time };
    conditions = [...conditions, { ...end, type, ...stamped }, { ...end, ...stamped }];
  }
  const startTime = suspended ? undefined : (old.startTime ?? time);
  const indexed = job.spec.completionMode === 'Indexed';
  return {
    ...(live.length > 0 && { active: live.length }),
    ready,
    ...(succeeded.length > 0 && { succeeded: successes(job, { active, succeeded, failed }) }),
    ...(failed.length > 0 && { failed: failed.length }),
    terminating: pods.filter(pod => pod.metadata.deletionTimestamp !== undefined).length,
    ...(startTime !== undefined && { startTime }),
    ...(end?.type === 'Complete' && { completionTime: old.completionTime ?? time }),
    ...(old.completionTime !== undefined && { completionTime: old.completionTime }),
    ...(indexed && succeeded.length > 0 && { completedIndexes: ranges(succeeded.map(indexOf)) }),
    uncountedTerminatedPods: {},
    ...(conditions.length > 0 && { conditions }),
  };
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

/** `0-2,5`: indexes as their ranges. */
export function ranges(indexes: readonly number[]): string {
  const order = [...new Set(indexes)].toSorted((a, b) => a - b);
  const parts: { from: number; to: number }[] = [];
  for (const index of order) {
    const last = parts.at(-1);
    if (last !== undefined && last.to === index - 1) last.to = index;
    else parts.push({ from: index, to: index });
  }
  return parts
    .map(({ from, to }) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`))
    .join(',');
}

/** Runs jobs to their end, and removes finished ones when their time is over (kube-controller-manager's job and TTL controllers). */
export function jobController(cluster: Cluster, onError: (key: string, error: unknown) => void): Controller {
  const jobs = cluster.informer<Job>('jobs');
  const expectations = new Expectations(cluster.now);
  const controller = new Controller({
    name: 'job',
    workers: 5,
    onError,
    reconcile: key => reconcile(cluster, expectations, key),
  });
  const add = (job: Job): void => controller.queue.add(keyOf(job));
  jobs.on({ onAdd: add, onUpdate: (_, job) => add(job), onDelete: job => expectations.forget(keyOf(job)) });
  const ownerKey = (pod: Pod): string | undefined => {
    const owner = controllerOf(pod);
    return owner?.kind === 'Job' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  };
  const changed = (pod: Pod): void => {
    const key = ownerKey(pod);
    if (key !== undefined) controller.queue.add(key);
  };
  cluster.informer<Pod>('pods').on({
    onAdd: pod => {
      const key = ownerKey(pod);
      if (key !== undefined) expectations.sawCreation(key);
      changed(pod);
    },
    onUpdate: (_, pod) => changed(pod),
    onDelete: pod => {
      const key = ownerKey(pod);
      if (key !== undefined) expectations.sawDeletion(key, pod.metadata.uid ?? '');
      changed(pod);
    },
  });
  return controller;
}

async function reconcile(
  cluster: Cluster,
  expectations: Expectations,
  key: string,
): Promise<Outcome | undefined> {
  const job = cluster.informer<Job>('jobs').get(key);
  if (job === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
  if (isFinished(job)) return expire(cluster, job);
  if (!expectations.satisfied(key)) return undefined;
  const pods = podsOf(cluster, job);
  const now = cluster.now();
  const plan = planOf(job, pods, now);
  await writeStatus(cluster, job, jobStatus(job, pods, plan.end, now));
  await carryOut(cluster, expectations, key, job, plan);
  if (plan.end !== undefined) {
    const type = plan.end.type === 'Complete' ? 'Normal' : 'Warning';
    const [reason, message] =
      type === 'Normal' ? ['Completed', 'Job completed'] : [plan.end.reason ?? '', plan.end.message ?? ''];
    void cluster.events.record(job, type, reason, message);
  }
  return plan.again === undefined ? undefined : { again: plan.again };
}

function podsOf(cluster: Cluster, job: Job): Pod[] {
  const selector = selectorOf(job.spec.selector);
  const { namespace = '', uid } = job.metadata;
  return cluster
    .informer<Pod>('pods')
    .inNamespace(namespace)
    .filter(pod => controllerOf(pod)?.uid === uid && selector.matches(pod.metadata.labels));
}

async function carryOut(
  cluster: Cluster,
  expectations: Expectations,
  key: string,
  job: Job,
  { create, remove }: JobPlan,
): Promise<void> {
  expectations.expectDeletions(
    key,
    remove.map(pod => pod.metadata.uid ?? ''),
  );
  for (const { metadata } of remove) {
    const { namespace = '', name = '', uid = '' } = metadata;
    try {
      await cluster.client('pods').delete(namespace, name, { uid });
      void cluster.events.record(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      expectations.sawDeletion(key, uid);
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    }
  }
  expectations.expectCreations(key, create.length);
  for (const [made, index] of create.entries()) {
    try {
      const pod = await cluster.client('pods').create(podFor(job, index));
      void cluster.events.record(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      for (let left = made; left < create.length; left++) expectations.sawCreation(key);
      if (isStatusError(error) && error.message.includes('because it is being terminated')) return;
      const message = error instanceof Error ? error.message : String(error);
      void cluster.events.record(job, 'Warning', 'FailedCreate', `Error creating: ${message}`);
      throw error;
    }
  }
}

/** The pod of a job; one with an index knows it by annotation, label, name and environment. */
export function podFor(job: Job, index: number | undefined): KubeObject {
  const { template } = job.spec;
  const { labels, annotations } = template.metadata ?? {};
  const { name = '', namespace = '' } = job.metadata;
  const indexed = index === undefined ? {} : { [indexAnnotation]: `${index}` };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: index === undefined ? `${name}-` : `${name}-${index}-`,
      namespace,
      labels: { ...labels, ...indexed },
      annotations: { ...annotations, ...indexed },
      ownerReferences: [controlledBy(job)],
    },
    spec: index === undefined ? template.spec : withIndex(template.spec, `${name}-${index}`),
  };
}

function withIndex(spec: PodTemplate['spec'], hostname: string): PodTemplate['spec'] {
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexAnnotation}']` } },
  };
  const containers = spec.containers.map(container => ({
    ...container,
    env: [...((container as { env?: unknown[] }).env ?? []), variable],
  }));
  return { ...spec, hostname, containers };
}

async function writeStatus(cluster: Cluster, job: Job, status: JobStatus): Promise<void> {
  if (JSON.stringify(entries(job.status ?? {})) === JSON.stringify(entries(status))) return;
  try {
    await cluster.client<Job>('jobs').update({ ...job, status }, 'status');
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}

function entries(value: object): unknown {
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function expire(cluster: Cluster, job: Job): Promise<Outcome | undefined> {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined) return undefined;
  const end = ['Complete', 'Failed'].map(
    type => conditionOf(job.status?.conditions, type)?.lastTransitionTime,
  );
  const ended = Date.parse(end.find(time => time !== undefined) ?? '');
  const left = ended + ttlSecondsAfterFinished * 1000 - cluster.now();
  if (left > 0) return { again: left };
  const { namespace = '', name = '', uid } = job.metadata;
  try {
    await cluster.client('jobs').delete(namespace, name, { uid, propagation: 'Foreground' });
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
  return undefined;
}
