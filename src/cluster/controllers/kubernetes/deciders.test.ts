import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowances, disrupted } from './budgets.ts';
import { indexesIn, type Job, ranges, tracking } from './jobs/job.ts';
import { jobStatus, planOf } from './jobs/plan.ts';
import { tallyOf } from './jobs/tally.ts';
import type { Deployment, Pod, ReplicaSet } from '../../view/index.ts';
import { newSize, shrink } from './deployments/rollout.ts';
import { put } from './deployments/status.ts';
import { statusOf } from './replicas/status.ts';
import { misfits, type Node } from './scheduling/fit.ts';
import { failureMessage } from './scheduling/refusal.ts';
import { triggerOf } from './endpoints/triggers.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

function pod(uid: string, phase: string, more: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, uid, finalizers: [tracking], ...more },
    spec: { containers: [] },
    status: { phase },
  };
}

function job(spec: object, status: object = {}): Job {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec, status } as Job;
}

test('a pod of a job is counted once', () => {
  const rows = [
    { status: {}, pods: [pod('a', 'Succeeded')], succeeded: 1, uncounted: ['a'] },
    {
      status: { uncountedTerminatedPods: { succeeded: ['a'] } },
      pods: [pod('a', 'Succeeded')],
      succeeded: 1,
      uncounted: ['a'],
    },
    { status: { uncountedTerminatedPods: { succeeded: ['a'] } }, pods: [], succeeded: 1, uncounted: [] },
    {
      status: { succeeded: 1 },
      pods: [pod('a', 'Succeeded', { finalizers: [] })],
      succeeded: 1,
      uncounted: [],
    },
  ];
  for (const { status, pods, succeeded, uncounted } of rows) {
    const tally = tallyOf(job({ completions: 2 }, status), pods);
    assert.equal(tally.succeeded, succeeded);
    assert.deepEqual(tally.uncounted.succeeded, uncounted);
  }
});

test('the end of a job is told when its pods are counted', () => {
  const failing = job({ completions: 1, backoffLimit: 0 });
  const tally = tallyOf(failing, [pod('a', 'Failed')]);
  const plan = planOf(failing, tally, now);
  assert.equal(plan.end?.reason, 'BackoffLimitExceeded');
  const first = jobStatus(failing, tally, plan, now);
  assert.deepEqual(
    first.conditions?.map(one => one.type),
    ['FailureTarget'],
  );
  const later = { ...failing, status: first };
  const counted = tallyOf(later, [pod('a', 'Failed', { finalizers: [] })]);
  const last = jobStatus(later, counted, planOf(later, counted, now), now);
  assert.deepEqual(
    last.conditions?.map(one => one.type),
    ['FailureTarget', 'Failed'],
  );
  assert.equal(last.failed, 1);
});

test('indexes are written as ranges and read again', () => {
  assert.equal(ranges([3, 0, 1, 2, 7, 8]), '0-3,7,8');
  assert.deepEqual(indexesIn('0-3,7,8', 100), [0, 1, 2, 3, 7, 8]);
  assert.equal(indexesIn('0-999999999', 10).length, 10);
});

function set(name: string, replicas: number, available: number): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, uid: name, creationTimestamp: name },
    spec: { replicas, selector: {}, template: { spec: { containers: [] } } },
    status: { replicas, availableReplicas: available },
  };
}

const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
const ten = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: { replicas: 10, strategy: rolling },
} as unknown as Deployment;

test('a rollout grows and shrinks within its bounds', () => {
  assert.equal(newSize(ten, [set('a', 10, 10)], 0), 3);
  assert.equal(newSize(ten, [set('a', 10, 10), set('b', 3, 0)], 3), 3);
  // New pods that never become available take nothing more from the old ones.
  assert.deepEqual(shrink(ten, set('b', 5, 0), [set('a', 8, 7)]), []);
  const [resize] = shrink(ten, set('b', 5, 5), [set('a', 8, 8)]);
  assert.equal(resize?.replicas, 3);
});

test('a condition that says the same stays, one that is new stands last', () => {
  const time = '2025-01-01T00:00:00Z';
  const before = [
    { type: 'Progressing', status: 'True', reason: 'R', lastTransitionTime: time, lastUpdateTime: time },
    { type: 'Available', status: 'True', reason: 'M', lastTransitionTime: time },
  ] as const;
  assert.equal(
    put(before, { type: 'Progressing', status: 'True', reason: 'R', message: 'other' }, now),
    before,
  );
  const after = put(before, { type: 'Progressing', status: 'True', reason: 'S' }, now);
  assert.deepEqual(
    after.map(one => one.type),
    ['Available', 'Progressing'],
  );
  assert.equal(after[1]?.lastTransitionTime, time);
  assert.equal(after[1]?.lastUpdateTime, '2026-01-01T00:00:00Z');
});

test('a creation that fails is told once, until it no longer fails', () => {
  const failure = { reason: 'FailedCreate', message: 'quota' } as const;
  const failed = statusOf(set('a', 1, 0), [], failure, now);
  assert.equal(failed.conditions?.[0]?.message, 'quota');
  const again = statusOf(
    { ...set('a', 1, 0), status: failed },
    [],
    { ...failure, message: 'later' },
    now + 5000,
  );
  assert.deepEqual(again.conditions, failed.conditions);
  assert.equal(statusOf({ ...set('a', 1, 0), status: failed }, [], undefined, now).conditions, undefined);
});

test('reasons of nodes are counted', () => {
  const misfit = { reasons: ['Insufficient cpu'], lasting: false };
  assert.match(failureMessage([misfit, misfit], 'no'), /^0\/2 nodes are available: 2 Insufficient cpu\. /);
  assert.equal(failureMessage([], 'no'), 'no nodes available to schedule pods');
});

test('the earliest change that was not told made endpoints change', () => {
  assert.equal(
    triggerOf(
      undefined,
      new Map([
        ['', '2'],
        ['a', '3'],
      ]),
    ),
    '2',
  );
  assert.equal(
    triggerOf(
      new Map([['', '2']]),
      new Map([
        ['', '2'],
        ['a', '3'],
      ]),
    ),
    '3',
  );
  assert.equal(triggerOf(new Map([['', '2']]), new Map([['', '2']])), undefined);
});

test('a node that overcommits counts what pods ask for alone, and what cannot be shared together', () => {
  const asking = (requests: object): Pod =>
    ({ ...pod('a', 'Pending'), spec: { containers: [{ name: 'c', resources: { requests } }] } }) as Pod;
  const node = (overcommit: boolean): Node => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', ...(overcommit && { annotations: { 'davit.dev/overcommit': 'true' } }) },
    status: { allocatable: { cpu: '2', memory: '4Gi', pods: '10', 'example.dev/gpu': '1' } },
  });
  const used = { cpu: 2, memory: 3 * 2 ** 30, pods: 3, 'example.dev/gpu': 1 };
  const rows = [
    { asks: { cpu: '1', memory: '2Gi' }, counted: ['Insufficient cpu', 'Insufficient memory'], shared: [] },
    { asks: { cpu: '64' }, counted: ['Insufficient cpu'], shared: [] },
    { asks: { memory: '5Gi' }, counted: ['Insufficient memory'], shared: ['Insufficient memory'] },
    {
      asks: { 'example.dev/gpu': '1' },
      counted: ['Insufficient example.dev/gpu'],
      shared: ['Insufficient example.dev/gpu'],
    },
  ];
  for (const { asks, counted, shared } of rows) {
    assert.deepEqual(misfits(asking(asks), node(false), used), counted, JSON.stringify(asks));
    assert.deepEqual(misfits(asking(asks), node(true), used), shared, JSON.stringify(asks));
  }
});

test('pods that somebody says to have evicted are not counted as healthy, for two minutes and while they are there', () => {
  const ready = (name: string, more: object = {}): Pod => ({
    ...pod(name, 'Running', more),
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const pods = [ready('a'), ready('b'), ready('c', { deletionTimestamp: '2026-01-01T00:00:00Z' })];
  const disruptedPods = {
    a: '2025-12-31T23:59:00Z',
    b: '2025-12-31T23:57:59Z',
    c: '2025-12-31T23:59:59Z',
    gone: '2025-12-31T23:59:59Z',
  };
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b' },
    spec: { minAvailable: 1 },
    status: { disruptedPods },
  };
  const evicted = disrupted(budget, pods, now);
  assert.deepEqual(evicted, { a: '2025-12-31T23:59:00Z' });
  const { currentHealthy, disruptionsAllowed } = allowances(budget, pods, evicted);
  assert.deepEqual([currentHealthy, disruptionsAllowed], [1, 0]);
});

test('a job with a policy of success ends by the first rule that is met, and stays successful', () => {
  const indexed = (uid: string, index: number, phase: string): Pod =>
    pod(uid, phase, { annotations: { 'batch.kubernetes.io/job-completion-index': `${index}` } });
  const policy = { rules: [{ succeededIndexes: '3-4', succeededCount: 1 }, { succeededCount: 2 }] };
  const spec = {
    completionMode: 'Indexed',
    completions: 5,
    parallelism: 5,
    backoffLimit: 0,
    successPolicy: policy,
  };
  const ended = (pods: readonly Pod[], status: object = {}) => {
    const one = job(spec, status);
    return planOf(one, tallyOf(one, pods), now).end;
  };
  assert.equal(ended([indexed('a', 0, 'Succeeded'), indexed('b', 1, 'Running')]), undefined);
  const first = ended([indexed('a', 3, 'Succeeded'), indexed('b', 1, 'Running')]);
  assert.deepEqual([first?.reason, first?.message], ['SuccessPolicy', 'Matched rules at index 0']);
  const second = ended([indexed('a', 0, 'Succeeded'), indexed('b', 1, 'Succeeded')]);
  assert.equal(second?.message, 'Matched rules at index 1');
  const told = { conditions: [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'SuccessPolicy' }] };
  assert.equal(ended([indexed('a', 1, 'Failed')], told)?.type, 'Complete');
  assert.equal(ended([indexed('a', 1, 'Failed')])?.type, 'Failed');
});
