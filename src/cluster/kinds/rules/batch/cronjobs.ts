import {
  type FieldError,
  invalidValue,
  type KubeObject,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { notNegative, oneOf } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled, filledZero, mapped, specOf, withSpec } from '../filling.ts';
import { templateWarnings } from '../apps/workload.ts';
import { updates, withStatus } from '../strategy.ts';
import { completeJobTemplate, type JobSpec, jobSpecErrors } from './jobspec.ts';
import { scheduleFault } from './schedule.ts';

interface CronJobSpec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly startingDeadlineSeconds?: number;
  readonly concurrencyPolicy?: string;
  readonly suspend?: boolean;
  readonly jobTemplate?: { readonly metadata?: object; readonly spec?: JobSpec };
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
}

/** Rules of CronJob. */
export const cronjobs: Rules = {
  complete: object => filled<KubeObject>(withSpec<CronJobSpec>(object, completeSpec), { status: {} }),
  ...withStatus({}),
  validateCreate: object => [...errorsOf(object, undefined), ...nameErrors(object)],
  ...updates((object, old) => errorsOf(object, old)),
  warnings: object =>
    templateWarnings(specOf<CronJobSpec>(object).jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec.template'),
};

function completeSpec(spec: CronJobSpec): CronJobSpec {
  let next = filledZero(spec, { concurrencyPolicy: 'Allow' });
  next = filled(next, {
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    jobTemplate: {},
  });
  return mapped(next, 'jobTemplate', template => {
    const whole = filled(template, { metadata: {}, spec: {} });
    return mapped(whole, 'spec', completeJobTemplate);
  });
}

/** Jobs are named after their CronJob and a time of eleven characters. */
function nameErrors({ metadata }: KubeObject): FieldError[] {
  const { name = '' } = metadata;
  return name.length > 52 ? [invalidValue('metadata.name', name, 'must be no more than 52 characters')] : [];
}

function errorsOf(object: KubeObject, before: KubeObject | undefined): FieldError[] {
  const spec = specOf<CronJobSpec>(object);
  const old = before === undefined ? undefined : specOf<CronJobSpec>(before);
  return [
    ...scheduleErrors(spec, old, 'spec.schedule'),
    ...notNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...(spec.timeZone === old?.timeZone ? [] : zoneErrors(spec.timeZone, 'spec.timeZone')),
    ...oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
    ...templateErrors(spec, 'spec.jobTemplate.spec'),
    ...notNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...notNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

function scheduleErrors(
  { schedule = '', timeZone }: CronJobSpec,
  old: CronJobSpec | undefined,
  field: string,
): FieldError[] {
  if (schedule === '') return declared([requiredValue(field)]);
  const fault = scheduleFault(schedule);
  const errors = fault === undefined ? [] : [invalidValue(field, schedule, fault)];
  if (!schedule.includes('TZ')) return errors;
  const tolerated = old?.schedule?.includes('TZ') === true;
  if (tolerated && timeZone === undefined) return errors;
  const detail = tolerated
    ? 'cannot use both timeZone field and TZ or CRON_TZ in schedule'
    : 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  return [...errors, invalidValue(field, schedule, detail)];
}

const zonePart = /^[A-Za-z._0-9+-]{1,14}$/;

function zoneErrors(zone: string | undefined, field: string): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalidValue(field, zone, 'timeZone must be nil or non-empty string')];
  const unknown = [invalidValue(field, zone, `unknown time zone ${zone}`)];
  const broken = zone
    .split('/')
    .some(part => part === '.' || part === '..' || part.startsWith('-') || !zonePart.test(part));
  if (broken) return unknown;
  if (zone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalidValue(field, zone, detail), ...(zone === 'Local' ? [] : unknown)];
  }
  return knownZone(zone) ? [] : unknown;
}

function knownZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function templateErrors({ jobTemplate }: CronJobSpec, field: string): FieldError[] {
  const spec = jobTemplate?.spec ?? {};
  const errors = jobSpecErrors(spec, field);
  if (spec.selector !== undefined) {
    errors.push(invalidValue(`${field}.selector`, spec.selector, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector === true) {
    errors.push(unsupportedValue(`${field}.manualSelector`, true, ['nil', 'false']));
  }
  return errors;
}
