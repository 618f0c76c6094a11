import type { KubeObject, SelectorObject } from '../../../cluster/meta/index.ts';
import { humanDuration } from '../durations.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import { describePodTemplate } from './podtemplate.ts';
import type { PodTemplate, Shaped } from './shapes.ts';
import { controllerOf, orNone, selectorText, timeText } from './words.ts';
import type { Description } from './writer.ts';

interface JobSpec {
  readonly selector?: SelectorObject;
  readonly parallelism?: number;
  readonly completions?: number;
  readonly completionMode?: string;
  readonly suspend?: boolean;
  readonly backoffLimit?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly activeDeadlineSeconds?: number;
  readonly template: PodTemplate;
}

interface JobStatus {
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly completedIndexes?: string;
}

/** Characters of a list of indexes after which it is cut. */
const mostIndexes = 50;

type Said = string | number | boolean | undefined;

/** A line where there is something to say. */
function given(out: Description, title: string, value: Said, unit = ''): void {
  if (value !== undefined) out.line(0, title, `${value}${unit}`);
}

function orUnset(out: Description, title: string, value: Said, unit = ''): void {
  given(out, title, value ?? '<unset>', value === undefined ? '' : unit);
}

export function describeJob(out: Description, object: KubeObject): void {
  const { metadata, spec, status = {} } = object as Shaped<JobSpec, JobStatus>;
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  out.line(0, 'Selector:', selectorText(spec.selector));
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  given(out, 'Controlled By:', controllerOf(object));
  given(out, 'Parallelism:', spec.parallelism);
  orUnset(out, 'Completions:', spec.completions);
  given(out, 'Completion Mode:', spec.completionMode);
  given(out, 'Suspend:', spec.suspend);
  given(out, 'Backoff Limit:', spec.backoffLimit);
  given(out, 'TTL Seconds After Finished:', spec.ttlSecondsAfterFinished);
  describeTimes(out, status);
  given(out, 'Active Deadline Seconds:', spec.activeDeadlineSeconds, 's');
  const { active = 0, ready, succeeded = 0, failed = 0, completedIndexes } = status;
  const running = ready === undefined ? `${active} Active` : `${active} Active (${ready} Ready)`;
  out.line(0, 'Pods Statuses:', `${running} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec.completionMode === 'Indexed') out.line(0, 'Completed Indexes:', indexesText(completedIndexes));
  describePodTemplate(out, spec.template);
}

function describeTimes(out: Description, { startTime, completionTime }: JobStatus): void {
  if (startTime !== undefined) out.line(0, 'Start Time:', timeText(startTime));
  if (completionTime === undefined) return;
  out.line(0, 'Completed At:', timeText(completionTime));
  if (startTime !== undefined) {
    out.line(0, 'Duration:', humanDuration(Date.parse(completionTime) - Date.parse(startTime)));
  }
}

function indexesText(indexes = ''): string {
  const end = indexes.indexOf(',', mostIndexes);
  return orNone(end < 0 ? indexes : `${indexes.slice(0, end + 1)}...`);
}

interface CronJobSpec {
  readonly schedule: string;
  readonly concurrencyPolicy?: string;
  readonly suspend?: boolean;
  readonly timeZone?: string;
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly startingDeadlineSeconds?: number;
  readonly jobTemplate: { readonly spec: JobSpec };
}

interface CronJobStatus {
  readonly lastScheduleTime?: string;
  readonly active?: readonly { readonly name?: string }[];
}

export function describeCronJob(out: Description, object: KubeObject): void {
  const { metadata, spec, status = {} } = object as Shaped<CronJobSpec, CronJobStatus>;
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'Schedule:', spec.schedule);
  out.line(0, 'Concurrency Policy:', spec.concurrencyPolicy ?? '');
  const { suspend } = spec;
  orUnset(out, 'Suspend:', suspend === undefined ? undefined : suspend ? 'True' : 'False');
  orUnset(out, 'Time Zone:', spec.timeZone);
  orUnset(out, 'Successful Job History Limit:', spec.successfulJobsHistoryLimit);
  orUnset(out, 'Failed Job History Limit:', spec.failedJobsHistoryLimit);
  orUnset(out, 'Starting Deadline Seconds:', spec.startingDeadlineSeconds, 's');
  describeJobTemplate(out, spec.jobTemplate.spec);
  const { lastScheduleTime, active = [] } = status;
  orUnset(
    out,
    'Last Schedule Time:',
    lastScheduleTime === undefined ? undefined : timeText(lastScheduleTime),
  );
  out.line(0, 'Active Jobs:', orNone(active.map(({ name = '' }) => name).join(', ')));
}

function describeJobTemplate(out: Description, spec: JobSpec): void {
  orUnset(out, 'Selector:', spec.selector === undefined ? undefined : selectorText(spec.selector));
  orUnset(out, 'Parallelism:', spec.parallelism);
  orUnset(out, 'Completions:', spec.completions);
  given(out, 'Active Deadline Seconds:', spec.activeDeadlineSeconds, 's');
  describePodTemplate(out, spec.template);
}
