import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { Container, Selector, Template } from '../rules/pod/shapes.ts';
import { age, containerColumns, integer, named, partOf, selectorOrNone, text, truth, wide } from './cells.ts';
import { humanDuration, since } from './durations.ts';

interface JobSpec {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly selector?: Selector;
  readonly template?: Template;
}

interface JobStatus {
  readonly succeeded?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
}

function specOf(object: KubeObject): JobSpec {
  return partOf<JobSpec>(object, 'spec');
}

function completionsText(object: KubeObject): string {
  const { completions, parallelism = 0 } = specOf(object);
  const { succeeded = 0 } = partOf<JobStatus>(object, 'status');
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText(object: KubeObject, now: number): string {
  const { startTime, completionTime } = partOf<JobStatus>(object, 'status');
  if (startTime === undefined) return '';
  const end = completionTime === undefined ? now : Date.parse(completionTime);
  return humanDuration(end - Date.parse(startTime));
}

function statusText(object: KubeObject): string {
  const { conditions = [] } = partOf<JobStatus>(object, 'status');
  const holds = (type: string) => conditions.find(one => one.type === type)?.status === 'True';
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

export const jobs: readonly Column[] = [
  named(),
  text('Status', 'The state of the job', statusText),
  text('Completions', 'How many pods have ended well, of those that should', completionsText),
  text('Duration', 'How long it has taken', durationText),
  age,
  ...containerColumns(object => specOf(object).template?.spec?.containers ?? []),
  wide('Selector', 'Labels of its pods', object => selectorOrNone(specOf(object).selector)),
];

interface CronJobSpec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly suspend?: boolean;
  readonly jobTemplate?: { readonly spec?: JobSpec };
}

interface CronJobStatus {
  readonly active?: readonly object[];
  readonly lastScheduleTime?: string;
}

function cronOf(object: KubeObject): CronJobSpec {
  return partOf<CronJobSpec>(object, 'spec');
}

function containersOf(object: KubeObject): readonly Container[] {
  return cronOf(object).jobTemplate?.spec?.template?.spec?.containers ?? [];
}

function suspendText(object: KubeObject): string {
  const { suspend } = cronOf(object);
  return suspend === undefined ? '<unset>' : suspend ? 'True' : 'False';
}

export const cronjobs: readonly Column[] = [
  named(),
  text('Schedule', 'When jobs are made', object => cronOf(object).schedule ?? ''),
  text('Timezone', 'The zone of the schedule', object => cronOf(object).timeZone ?? '<none>'),
  truth('Suspend', 'Whether no jobs are made at the moment', suspendText),
  integer(
    'Active',
    'How many of its jobs run',
    object => (partOf<CronJobStatus>(object, 'status').active ?? []).length,
  ),
  text('Last Schedule', 'When the last job was made', (object, now) => {
    const { lastScheduleTime } = partOf<CronJobStatus>(object, 'status');
    return lastScheduleTime === undefined ? '<none>' : since(lastScheduleTime, now);
  }),
  age,
  ...containerColumns(containersOf),
  wide('Selector', 'Labels of its pods', object =>
    selectorOrNone(cronOf(object).jobTemplate?.spec?.selector),
  ),
];
