import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../view/index.ts';
import { type FailureRule, indexAnnotation, type Job, type JobStatus, tracking } from './job.ts';
import { jobStatus, planOf } from './plan.ts';
import { podFor } from './pods.ts';
import { tallyOf } from './tally.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const longAgo = '2026-01-01T00:00:00Z';

interface More {
  readonly index?: number;
  /** Of the container `main`. */
  readonly exit?: number;
  readonly ended?: string;
  readonly condition?: string;
  readonly going?: boolean;
  readonly failures?: number;
  readonly counted?: boolean;
  readonly restarts?: number;
}

function pod(name: string, phase: string, more: More = {}): Pod {
  const { index, exit, ended = longAgo, condition, going, failures, counted, restarts = 0 } = more;
  const annotations = {
    ...(index !== undefined && { [indexAnnotation]: `${index}` }),
    ...(failures !== undefined && { 'batch.kubernetes.io/job-index-failure-count': `${failures}` }),
  };
  const terminated = exit === undefined ? {} : { terminated: { exitCode: exit, finishedAt: ended } };
  const container = { name: 'main', restartCount: restarts, state: terminated };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'ns',
      uid: name,
      creationTimestamp: longAgo,
      annotations,
      ...(counted !== true && { finalizers: [tracking] }),
      ...(going === true && { deletionTimestamp: longAgo }),
    },
    spec: { containers: [] },
    status: {
      phase,
      containerStatuses: [container],
      ...(condition !== undefined && { conditions: [{ type: condition, status: 'True' }] }),
    },
  };
}

function job(spec: object, status: JobStatus = {}): Job {
  const template = { spec: { containers: [], restartPolicy: 'Never' } };
  const whole = { parallelism: 1, completions: 1, backoffLimit: 6, template, ...spec };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', namespace: 'ns' },
    spec: whole,
    status,
  };
}

function looked(one: Job, pods: readonly Pod[]) {
  const tally = tallyOf(one, pods);
  const plan = planOf(one, tally, now);
  return { tally, plan, status: jobStatus(one, tally, plan, now) };
}

const onExit = (action: FailureRule['action'], more: object = {}): FailureRule => ({
  action,
  onExitCodes: { operator: 'In', values: [42], ...more },
});
const onCondition = (action: FailureRule['action'], status?: string): FailureRule => ({
  action,
  onPodConditions: [{ type: 'DisruptionTarget', ...(status !== undefined && { status }) }],
});

interface Row {
  readonly rules: readonly FailureRule[];
  readonly failed: Pod;
  readonly message?: string;
  readonly counts: boolean;
}

const rows: Readonly<Record<string, Row>> = {
  'no rule fits': { rules: [onExit('FailJob')], failed: pod('a', 'Failed', { exit: 1 }), counts: true },
  'an exit code fails the job': {
    rules: [onExit('Ignore', { values: [1] }), onExit('FailJob')],
    failed: pod('a', 'Failed', { exit: 42 }),
    message: 'Container main for pod ns/a failed with exit code 42 matching FailJob rule at index 1',
    counts: true,
  },
  'any other exit code does': {
    rules: [onExit('FailJob', { operator: 'NotIn', values: [1] })],
    failed: pod('a', 'Failed', { exit: 2 }),
    message: 'Container main for pod ns/a failed with exit code 2 matching FailJob rule at index 0',
    counts: true,
  },
  'success is no exit code that fits': {
    rules: [onExit('FailJob', { operator: 'NotIn', values: [1] })],
    failed: pod('a', 'Failed', { exit: 0 }),
    counts: true,
  },
  'another container is meant': {
    rules: [onExit('FailJob', { containerName: 'side' })],
    failed: pod('a', 'Failed', { exit: 42 }),
    counts: true,
  },
  'a condition fails the job': {
    rules: [onCondition('FailJob')],
    failed: pod('a', 'Failed', { condition: 'DisruptionTarget' }),
    message: 'Pod ns/a has condition DisruptionTarget matching FailJob rule at index 0',
    counts: true,
  },
  'a condition of another status does not': {
    rules: [onCondition('FailJob', 'False')],
    failed: pod('a', 'Failed', { condition: 'DisruptionTarget' }),
    counts: true,
  },
  'what is ignored is not counted': {
    rules: [onCondition('Ignore'), onExit('FailJob')],
    failed: pod('a', 'Failed', { condition: 'DisruptionTarget', exit: 42 }),
    counts: false,
  },
  'what counts is looked at no further': {
    rules: [onExit('Count'), onExit('FailJob')],
    failed: pod('a', 'Failed', { exit: 42 }),
    counts: true,
  },
};

for (const [what, { rules, failed, message, counts }] of Object.entries(rows)) {
  test(`policy of failures: ${what}`, () => {
    const { tally, plan, status } = looked(job({ podFailurePolicy: { rules } }), [failed]);
    assert.deepEqual(
      [plan.end?.reason, plan.end?.message],
      message === undefined ? [undefined, undefined] : ['PodFailurePolicy', message],
    );
    assert.deepEqual(tally.uncounted.failed, counts ? ['a'] : []);
    assert.equal(tally.failed, counts ? 1 : 0);
    assert.deepEqual(tally.release, [failed]);
    const types = status.conditions?.map(({ type }) => type);
    assert.deepEqual(types, message === undefined ? undefined : ['FailureTarget']);
  });
}

test('a failure that was told of stays, when its pod is gone', () => {
  const told = { type: 'FailureTarget', status: 'True', reason: 'PodFailurePolicy', message: 'why' } as const;
  const one = job({ podFailurePolicy: { rules: [onExit('FailJob')] } }, { conditions: [told] });
  const { status, plan } = looked(one, []);
  assert.deepEqual([plan.end?.type, plan.end?.message], ['Failed', 'why']);
  assert.deepEqual(
    status.conditions?.map(({ type, message }) => [type, message]),
    [
      ['FailureTarget', 'why'],
      ['Failed', 'why'],
    ],
  );
});

test('a pod on its way out is replaced at once, or when it has come to its end', () => {
  const going = pod('a', 'Running', { going: true });
  const soon = looked(job({ podReplacementPolicy: 'TerminatingOrFailed' }), [going]);
  assert.deepEqual([soon.tally.uncounted.failed, soon.tally.release], [['a'], [going]]);
  const late = looked(job({ podReplacementPolicy: 'Failed' }), [going]);
  assert.deepEqual([late.tally.uncounted.failed, late.tally.release], [[], []]);
  assert.deepEqual([late.plan.create, late.status.terminating], [[], 1]);
  const ended = looked(job({ podReplacementPolicy: 'Failed' }), [pod('a', 'Failed', { going: true })]);
  assert.deepEqual([ended.tally.uncounted.failed, ended.plan.create.length], [['a'], 1]);
  const policy = { podFailurePolicy: { rules: [onCondition('Ignore')] } };
  assert.equal(looked(job(policy), [going]).plan.create.length, 0, 'a policy of failures waits, too');
});

test('a job that failed does not wait for the ends of its pods', () => {
  const told = {
    type: 'FailureTarget',
    status: 'True',
    reason: 'DeadlineExceeded',
    message: 'late',
  } as const;
  const going = pod('a', 'Running', { going: true });
  const { tally, status } = looked(job({ podReplacementPolicy: 'Failed' }, { conditions: [told] }), [going]);
  assert.deepEqual([tally.uncounted.failed, tally.release], [['a'], [going]]);
  assert.equal(status.conditions?.length, 1, 'it has not failed before its pods are gone');
});

const perIndex = { completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 1 };

test('an index fails after its own failures, and others go on', () => {
  const first = pod('a', 'Failed', { index: 0, failures: 0, exit: 1 });
  const last = pod('b', 'Failed', { index: 1, failures: 1, exit: 1 });
  const busy = pod('c', 'Running', { index: 2, failures: 0 });
  const { tally, plan, status } = looked(job(perIndex), [first, last, busy]);
  assert.deepEqual(plan.create, [0]);
  assert.equal(status.failedIndexes, '1');
  assert.deepEqual(tally.uncounted.failed, ['b'], 'the other one is kept for its count');
  assert.deepEqual(tally.release, [last]);
  const again = podFor(job(perIndex), 0, tally.kept.get(0));
  assert.equal(again.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'], '1');
  const replaced = pod('d', 'Running', { index: 0, failures: 1 });
  const then = looked(job(perIndex, { ...status }), [first, last, busy, replaced]);
  assert.deepEqual(new Set(then.tally.uncounted.failed), new Set(['a', 'b']));
});

test('each index waits for itself after a failure', () => {
  const second = new Date(now - 1000).toISOString();
  const early = pod('a', 'Failed', { index: 0, failures: 1, exit: 1, ended: second });
  const old = pod('b', 'Failed', { index: 1, failures: 0, exit: 1 });
  const { plan } = looked(job({ ...perIndex, backoffLimitPerIndex: 5 }), [early, old]);
  assert.deepEqual([plan.create, plan.again], [[1, 2], 19_000]);
});

test('ignored failures of an index are carried beside those that count', () => {
  const rules = [onCondition('Ignore')];
  const one = job({ ...perIndex, podFailurePolicy: { rules } });
  const ignored = pod('a', 'Failed', { index: 0, failures: 1, condition: 'DisruptionTarget' });
  const { tally, status } = looked(one, [ignored]);
  assert.deepEqual([status.failedIndexes, tally.failed], ['', 0]);
  const { annotations } = podFor(one, 0, tally.kept.get(0)).metadata;
  assert.equal(annotations?.['batch.kubernetes.io/job-index-failure-count'], '1');
  assert.equal(annotations['batch.kubernetes.io/job-index-ignored-failure-count'], '1');
});

const failedIndex = (index: number): Pod => pod(`f${index}`, 'Failed', { index, failures: 1, exit: 42 });
const ends: readonly (readonly [string, object, readonly Pod[], string | undefined, string | undefined])[] = [
  ['indexes are left', {}, [failedIndex(0)], undefined, undefined],
  [
    'all have failed or are done',
    {},
    [failedIndex(0), failedIndex(1), pod('s', 'Succeeded', { index: 2 })],
    'FailedIndexes',
    'Job has failed indexes',
  ],
  [
    'more have failed than may',
    { maxFailedIndexes: 1 },
    [failedIndex(0), failedIndex(2)],
    'MaxFailedIndexesExceeded',
    'Job has exceeded the specified maximal number of failed indexes',
  ],
  [
    'as many have failed as may',
    { maxFailedIndexes: 2 },
    [failedIndex(0), failedIndex(2)],
    undefined,
    undefined,
  ],
  [
    'a rule fails the index of the first failure',
    { completions: 1, podFailurePolicy: { rules: [onExit('FailIndex')] } },
    [pod('a', 'Failed', { index: 0, failures: 0, exit: 42 })],
    'FailedIndexes',
    'Job has failed indexes',
  ],
  [
    'the limit of all counts what is kept for later',
    { backoffLimit: 0 },
    [pod('a', 'Failed', { index: 0, failures: 0, exit: 1 })],
    'BackoffLimitExceeded',
    'Job has reached the specified backoff limit',
  ],
];

for (const [what, more, pods, reason, message] of ends) {
  test(`the end of a job by its indexes: ${what}`, () => {
    const { plan } = looked(job({ ...perIndex, ...more }), pods);
    assert.deepEqual([plan.end?.reason, plan.end?.message], [reason, message]);
  });
}

test('what failed is in the status of the end', () => {
  const pods = [failedIndex(0), failedIndex(1), pod('s', 'Succeeded', { index: 2 })];
  const { status } = looked(job(perIndex), pods);
  assert.deepEqual(
    [status.failedIndexes, status.completedIndexes, status.conditions?.[0]?.type],
    ['0,1', '2', 'FailureTarget'],
  );
  const gone = pods.map(({ metadata: { finalizers: _, ...metadata }, ...one }) => ({ ...one, metadata }));
  const { status: last } = looked(job(perIndex, status), gone);
  assert.deepEqual(
    [last.failed, last.succeeded, last.failedIndexes, last.conditions?.at(-1)?.type],
    [2, 1, '0,1', 'Failed'],
  );
});

test('of pods with the same index one stays, and none without an index of the job', () => {
  const pods = [
    pod('a', 'Pending', { index: 0 }),
    pod('b', 'Running', { index: 0 }),
    pod('c', 'Running', { index: 9 }),
    pod('d', 'Running', { index: 1 }),
  ].map(one => ({ ...one, spec: { ...one.spec, nodeName: 'n' } }));
  const { plan } = looked(job({ ...perIndex, backoffLimitPerIndex: undefined }), pods);
  assert.deepEqual(new Set(plan.remove.map(({ metadata }) => metadata.name)), new Set(['a', 'c']));
  assert.deepEqual(plan.create, []);
});

test('containers that are started again in their pods count where they are', () => {
  const template = { spec: { containers: [], restartPolicy: 'OnFailure' } };
  const pods = [pod('a', 'Running', { restarts: 2 })];
  assert.equal(looked(job({ template, backoffLimit: 3 }), pods).plan.end, undefined);
  assert.equal(looked(job({ template, backoffLimit: 2 }), pods).plan.end?.reason, 'BackoffLimitExceeded');
  assert.equal(looked(job({ backoffLimit: 2 }), pods).plan.end, undefined);
});

test('failures before the last success hold nothing back', () => {
  const at = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
  const failed = pod('a', 'Failed', { exit: 1, ended: at(3) });
  const wide = { completions: 3, parallelism: 1 };
  assert.equal(looked(job(wide), [failed]).plan.again, 7000);
  const since = pod('b', 'Succeeded', { exit: 0, ended: at(1) });
  assert.equal(looked(job(wide), [failed, since]).plan.create.length, 1);
});

test('what a job takes away that has failed is not among its failed indexes', () => {
  const told = {
    type: 'FailureTarget',
    status: 'True',
    reason: 'MaxFailedIndexesExceeded',
    message: 'too many',
  } as const;
  const one = job({ ...perIndex, backoffLimitPerIndex: 0 }, { conditions: [told], failedIndexes: '0,1' });
  const { status, tally } = looked(one, [pod('c', 'Running', { index: 2, failures: 0, going: true })]);
  assert.equal(status.failedIndexes, '0,1');
  assert.deepEqual(tally.uncounted.failed, ['c']);
});
