import { Cron } from 'croner';
import { Controller, keyOf, type Outcome, unlessGone } from '../../client/index.ts';
import { isStatusError, type KubeObject, sameJson } from '../../meta/index.ts';
import { type Cluster, conditionOf, controlledBy, controllerOf, timestamp } from '../../view/index.ts';
import { isFinished, type Job } from './jobs/job.ts';

/** The annotation of jobs that the schedule has made. */
const scheduledAt = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace';
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec: Job['spec'];
    };
  };
  readonly status?: {
    readonly active?: readonly { readonly name: string; readonly uid: string }[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}

/** Missed starts that are looked at before a schedule counts as lost. */
const mostMissed = 100;
const tooManyMissed =
  'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';

export interface Due {
  /** The last start that is due and not made yet, in milliseconds since 1970. */
  readonly start: number | undefined;
  /** The next start after now. */
  readonly next: number | undefined;
  readonly tooMany: boolean;
}

/** Which start of a schedule is due. Pure; `now` in milliseconds since 1970. Throws when the schedule cannot be read. */
export function dueOf(cronJob: CronJob, now: number): Due {
  const { spec, status, metadata } = cronJob;
  const cron = new Cron(spec.schedule, { timezone: spec.timeZone ?? 'UTC', mode: '5-part' });
  const last = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  const deadline = spec.startingDeadlineSeconds;
  const earliest = deadline === undefined ? last : Math.max(last, now - deadline * 1000);
  let start: number | undefined;
  let at = cron.nextRun(new Date(earliest));
  let missed = 0;
  while (at !== null && at.getTime() <= now && missed <= mostMissed) {
    start = at.getTime();
    missed++;
    at = cron.nextRun(at);
  }
  if (missed > mostMissed) start = cron.previousRuns(1, new Date(now + 1))[0]?.getTime() ?? start;
  return { start, next: cron.nextRun(new Date(now))?.getTime(), tooMany: missed > mostMissed };
}

/** Starts jobs by the clock (kube-controller-manager's cronjob controller). */
export function cronJobController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const cronJobs = cluster.informer<CronJob>('cronjobs');
  const controller = new Controller({
    name: 'cronjob',
    workers: 2,
    onError,
    reconcile: key => reconcile(cluster, key),
  });
  const add = (cronJob: CronJob): void => controller.queue.add(keyOf(cronJob));
  cronJobs.on({ onAdd: add, onUpdate: (_, cronJob) => add(cronJob) });
  const ofJob = (job: Job): void => {
    const owner = controllerOf(job);
    if (owner?.kind === 'CronJob') controller.queue.add(`${job.metadata.namespace}/${owner.name}`);
  };
  cluster.informer<Job>('jobs').on({ onAdd: ofJob, onUpdate: (_, job) => ofJob(job), onDelete: ofJob });
  return controller;
}

async function reconcile(cluster: Cluster, key: string): Promise<Outcome | undefined> {
  const cronJob = cluster.informer<CronJob>('cronjobs').get(key);
  if (cronJob === undefined || cronJob.metadata.deletionTimestamp !== undefined) return undefined;
  const jobs = jobsOf(cluster, cronJob);
  await prune(cluster, cronJob, jobs);
  const now = cluster.now();
  const settled = await withStatus(cluster, cronJob, jobs, cronJob.status?.lastScheduleTime);
  if (cronJob.spec.suspend === true) return undefined;
  const due = dueOf(settled, now);
  if (due.tooMany) void cluster.events.record(cronJob, 'Warning', 'TooManyMissedTimes', tooManyMissed);
  if (due.start !== undefined) await start(cluster, settled, jobs, due.start);
  return due.next === undefined ? undefined : { again: due.next - now + 100 };
}

function jobsOf(cluster: Cluster, cronJob: CronJob): Job[] {
  const { namespace = '', uid } = cronJob.metadata;
  return cluster
    .informer<Job>('jobs')
    .inNamespace(namespace)
    .filter(job => controllerOf(job)?.uid === uid);
}

async function start(cluster: Cluster, cronJob: CronJob, jobs: readonly Job[], at: number): Promise<void> {
  const running = jobs.filter(isActive);
  const { concurrencyPolicy = 'Allow' } = cronJob.spec;
  if (concurrencyPolicy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    void cluster.events.record(cronJob, 'Normal', 'JobAlreadyActive', message);
    return;
  }
  if (concurrencyPolicy === 'Replace') {
    for (const { metadata } of running) await removed(cluster, cronJob, metadata.name ?? '', metadata.uid);
  }
  const job = jobFor(cronJob, at);
  try {
    const created = await cluster.client<Job>('jobs').create(job);
    void cluster.events.record(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${created.metadata.name}`);
    await withStatus(cluster, cronJob, [...jobs, created], timestamp(at));
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    await withStatus(cluster, cronJob, jobs, timestamp(at));
  }
}

/** The job of a start: its name says the minute, so that it is made once. Pure. */
export function jobFor(cronJob: CronJob, at: number): Job {
  const { name = '', namespace = '' } = cronJob.metadata;
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const annotations = {
    ...metadata?.annotations,
    [scheduledAt]: timestamp(at),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${name}-${Math.floor(at / 60_000)}`,
      namespace,
      ...(metadata?.labels !== undefined && { labels: metadata.labels }),
      annotations,
      ownerReferences: [controlledBy(cronJob)],
    },
    spec,
  };
}

/** Keeps the last finished jobs only. */
async function prune(cluster: Cluster, cronJob: CronJob, jobs: readonly Job[]): Promise<void> {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec;
  const ended = (type: string): Job[] =>
    jobs
      .filter(job => conditionOf(job.status?.conditions, type)?.status === 'True')
      .toSorted((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? 1 : -1));
  const excess = [
    ...ended('Complete').slice(successfulJobsHistoryLimit),
    ...ended('Failed').slice(failedJobsHistoryLimit),
  ];
  for (const { metadata } of excess) await removed(cluster, cronJob, metadata.name ?? '', metadata.uid);
}

async function removed(
  cluster: Cluster,
  cronJob: CronJob,
  name: string,
  uid: string | undefined,
): Promise<void> {
  const { namespace = '' } = cronJob.metadata;
  await unlessGone(async () => {
    await cluster.client('jobs').delete(namespace, name, { uid, propagation: 'Background' });
    void cluster.events.record(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  });
}

/** Whether a job runs that the schedule has made; those that people make from a CronJob do not count. */
function isActive(job: Job): boolean {
  return !isFinished(job) && job.metadata.annotations?.[scheduledAt] !== undefined;
}

async function withStatus(
  cluster: Cluster,
  cronJob: CronJob,
  jobs: readonly Job[],
  lastScheduleTime: string | undefined,
): Promise<CronJob> {
  const active = jobs.filter(isActive).map(({ metadata }) => ({
    kind: 'Job',
    namespace: metadata.namespace,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    apiVersion: 'batch/v1',
  }));
  const ends = jobs
    .map(job => job.status?.completionTime ?? '')
    .filter(time => time !== '')
    .toSorted();
  const lastSuccessfulTime = ends.at(-1) ?? cronJob.status?.lastSuccessfulTime;
  const status = {
    ...(active.length > 0 && { active }),
    ...(lastScheduleTime !== undefined && { lastScheduleTime }),
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
  };
  if (sameJson(status, cronJob.status ?? {})) return cronJob;
  return cluster.client<CronJob>('cronjobs').update({ ...cronJob, status }, 'status');
}
