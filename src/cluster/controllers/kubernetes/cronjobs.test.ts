import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CronJob, dueOf, jobFor } from './cronjobs.ts';

type Spec = Partial<CronJob['spec']>;

function cronJob(schedule: string, last: string | undefined, more: Spec = {}): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c', namespace: 'n', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { schedule, jobTemplate: { spec: { template: { spec: { containers: [] } } } }, ...more },
    ...(last !== undefined && { status: { lastScheduleTime: last } }),
  };
}

interface Row {
  readonly says: string;
  readonly schedule: string;
  /** The last start that was made; undefined: none, since the first of January. */
  readonly last?: string;
  readonly now: string;
  readonly spec?: Spec;
  readonly start?: string;
  readonly next: string;
  readonly tooMany?: true;
}

const rows: readonly Row[] = [
  {
    says: 'nothing is due before the first start',
    schedule: '0 3 * * *',
    now: '2026-01-01T02:59:59Z',
    next: '2026-01-01T03:00:00Z',
  },
  {
    says: 'a start is due at its second, not a moment later only',
    schedule: '0 3 * * *',
    now: '2026-01-01T03:00:00Z',
    start: '2026-01-01T03:00:00Z',
    next: '2026-01-02T03:00:00Z',
  },
  {
    says: 'what was started is not due again',
    schedule: '0 3 * * *',
    last: '2026-01-01T03:00:00Z',
    now: '2026-01-01T23:00:00Z',
    next: '2026-01-02T03:00:00Z',
  },
  {
    says: 'of several missed starts the last one is made',
    schedule: '*/10 * * * *',
    last: '2026-01-01T03:00:00Z',
    now: '2026-01-01T03:35:00Z',
    start: '2026-01-01T03:30:00Z',
    next: '2026-01-01T03:40:00Z',
  },
  {
    says: 'a start that is later than the deadline allows is not made',
    schedule: '0 * * * *',
    last: '2026-01-01T02:00:00Z',
    now: '2026-01-01T03:10:00Z',
    spec: { startingDeadlineSeconds: 300 },
    next: '2026-01-01T04:00:00Z',
  },
  {
    says: 'a start within the deadline is made',
    schedule: '0 * * * *',
    last: '2026-01-01T02:00:00Z',
    now: '2026-01-01T03:04:00Z',
    spec: { startingDeadlineSeconds: 300 },
    start: '2026-01-01T03:00:00Z',
    next: '2026-01-01T04:00:00Z',
  },
  {
    says: 'a hundred missed starts are not too many',
    schedule: '* * * * *',
    last: '2026-01-01T00:00:00Z',
    now: '2026-01-01T01:40:00Z',
    start: '2026-01-01T01:40:00Z',
    next: '2026-01-01T01:41:00Z',
  },
  {
    says: 'more than a hundred are told, and the last one is made',
    schedule: '* * * * *',
    last: '2026-01-01T00:00:00Z',
    now: '2026-01-03T00:00:30Z',
    start: '2026-01-03T00:00:00Z',
    next: '2026-01-03T00:01:00Z',
    tooMany: true,
  },
  {
    says: 'with a deadline only those within it count',
    schedule: '* * * * *',
    last: '2026-01-01T00:00:00Z',
    now: '2026-01-03T00:00:30Z',
    spec: { startingDeadlineSeconds: 600 },
    start: '2026-01-03T00:00:00Z',
    next: '2026-01-03T00:01:00Z',
  },
  {
    says: 'a schedule is of its time zone',
    schedule: '0 3 * * *',
    last: '2026-01-01T02:00:00Z',
    now: '2026-01-02T02:00:00Z',
    spec: { timeZone: 'Europe/Berlin' },
    start: '2026-01-02T02:00:00Z',
    next: '2026-01-03T02:00:00Z',
  },
  {
    says: 'and goes with its summer time',
    schedule: '0 12 * * *',
    last: '2026-03-28T11:00:00Z',
    now: '2026-03-29T10:00:00Z',
    spec: { timeZone: 'Europe/Berlin' },
    start: '2026-03-29T10:00:00Z',
    next: '2026-03-30T10:00:00Z',
  },
  {
    says: 'days that are seldom',
    schedule: '0 0 29 2 *',
    last: '2026-01-01T00:00:00Z',
    now: '2026-06-01T00:00:00Z',
    next: '2028-02-29T00:00:00Z',
  },
];

const text = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');

describe('which start of a CronJob is due', () => {
  for (const { says, schedule, last, now, spec, start, next, tooMany = false } of rows) {
    test(says, () => {
      const due = dueOf(cronJob(schedule, last, spec), Date.parse(now));
      assert.deepEqual([text(due.start), text(due.next), due.tooMany], [start, next, tooMany]);
    });
  }
});

test('a start has one name, whoever makes it', () => {
  const at = Date.parse('2026-01-01T03:00:00Z');
  const { metadata } = jobFor(cronJob('0 3 * * *', undefined), at);
  assert.equal(metadata.name, `c-${at / 60_000}`);
  assert.equal(
    metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'],
    '2026-01-01T03:00:00Z',
  );
  assert.equal(metadata.ownerReferences?.[0]?.uid, 'u');
});
