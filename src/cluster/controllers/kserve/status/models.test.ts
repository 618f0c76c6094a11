import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Pod } from '../../../view/index.ts';
import type { ModelStatus } from '../shapes.ts';
import { modelStatusOf } from './models.ts';
import { nextStall } from './pods.ts';

interface Said {
  readonly created?: string;
  readonly ready?: boolean;
  readonly init?: object;
  readonly server?: object;
  readonly conditions?: readonly object[];
}

let made = 0;
function pod({ created = '2026-01-01T00:00:00Z', ready = false, init, server, conditions = [] }: Said): Pod {
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }, ...conditions],
    ...(init !== undefined && { initContainerStatuses: [{ name: 'storage-initializer', ...init }] }),
    containerStatuses: [{ name: 'kserve-container', ...server }],
  };
  const metadata = { name: `pod-${++made}`, creationTimestamp: created };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] }, status } as unknown as Pod;
}

const ended = { exitCode: 3, reason: 'Error', message: 'no such model', finishedAt: '2026-01-01T00:00:09Z' };
const crashing = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: ended } };

function stateOf(pods: readonly Pod[], ready = false, before?: ModelStatus): string {
  const { states, transitionStatus, copies } = modelStatusOf(before, { pods, ready, failed: false });
  return `${transitionStatus} ${states?.activeModelState ?? ''}/${states?.targetModelState ?? ''} ${copies?.failedCopies ?? 0} of ${copies?.totalCopies ?? 0}`;
}

describe('the state of a model', () => {
  const rows: readonly [what: string, expected: string, pods: readonly Pod[], ready?: boolean][] = [
    ['no pods yet', 'InProgress /Pending 0 of 0', []],
    ['is being fetched', 'InProgress /Loading 0 of 0', [pod({ init: { state: { running: {} } } })]],
    [
      'cannot be fetched',
      'BlockedByFailedLoad /FailedToLoad 1 of 0',
      [pod({ init: { state: { terminated: ended } } })],
    ],
    [
      'cannot be fetched again and again',
      'BlockedByFailedLoad /FailedToLoad 1 of 0',
      [pod({ init: crashing })],
    ],
    ['the server crashes', 'BlockedByFailedLoad /FailedToLoad 1 of 0', [pod({ server: crashing })]],
    ['the server starts', 'InProgress /Pending 0 of 0', [pod({})]],
    ['serves', 'UpToDate Loaded/Loaded 0 of 2', [pod({ ready: true }), pod({ ready: true })], true],
    [
      'the newest pod decides',
      'BlockedByFailedLoad /FailedToLoad 1 of 1',
      [pod({ ready: true }), pod({ created: '2026-01-02T00:00:00Z', init: crashing })],
    ],
  ];
  for (const [what, expected, pods, ready] of rows)
    test(what, () => assert.equal(stateOf(pods, ready), expected));

  test('no pods because the revision failed', () => {
    const { states } = modelStatusOf(undefined, { pods: [], ready: false, failed: true });
    assert.equal(states?.targetModelState, 'FailedToLoad');
  });
});

describe('a failure', () => {
  test('is told with its place, exit code, message and time', () => {
    const failing = pod({ init: crashing });
    const { lastFailureInfo } = modelStatusOf(undefined, { pods: [failing], ready: false, failed: false });
    assert.deepEqual(lastFailureInfo, {
      exitCode: 3,
      location: failing.metadata.name,
      message: 'no such model',
      reason: 'ModelLoadFailed',
      time: '2026-01-01T00:00:09Z',
    });
  });

  test('is still told while the initializer tries again, and is over once a model is loaded', () => {
    const failed = modelStatusOf(undefined, { pods: [pod({ init: crashing })], ready: false, failed: false });
    const again = pod({ init: { state: { running: {} }, lastState: { terminated: ended } } });
    const still = modelStatusOf(failed, { pods: [again], ready: false, failed: false });
    assert.equal(still.lastFailureInfo?.message, 'no such model');
    const served = modelStatusOf(still, { pods: [pod({ ready: true })], ready: true, failed: false });
    assert.equal(served.lastFailureInfo, undefined);
    assert.equal(served.states?.activeModelState, 'Loaded');
  });

  test('of a server that took too much memory', () => {
    const state = { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-01T00:00:09Z' } };
    const { lastFailureInfo, states } = modelStatusOf(undefined, {
      pods: [pod({ server: { state } })],
      ready: false,
      failed: false,
    });
    assert.equal(states?.targetModelState, 'FailedToLoad');
    assert.equal(lastFailureInfo?.message, 'OOMKilled: the container took more memory than its limit');
  });

  test('of a pod that no node takes, or whose image cannot be had', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/1 nodes',
    };
    const info = (one: Pod): string | undefined =>
      modelStatusOf(undefined, { pods: [one], ready: false, failed: false }).lastFailureInfo?.message;
    assert.equal(info(pod({ conditions: [condition] })), '0/1 nodes');
    const waiting = { reason: 'ErrImagePull', message: 'no program plays it' };
    assert.equal(
      info(pod({ server: { state: { waiting } } })),
      'kserve-container: ErrImagePull: no program plays it',
    );
  });
});

test('a container that runs long without its pod getting ready is told of, until a model has loaded', () => {
  const startedAt = '2026-01-01T00:00:00Z';
  const running = { state: { running: { startedAt } }, ready: false };
  const began = Date.parse(startedAt);
  const rows = [
    [
      pod({ init: running }),
      'Loading',
      /^storage-initializer: still runs 20 s after its start; kubectl logs /,
    ],
    [
      pod({ server: running }),
      'Pending',
      /^kserve-container: is still not ready 20 s after its start; kubectl /,
    ],
  ] as const;
  for (const [one, state, message] of rows) {
    const at = (now: number): ModelStatus =>
      modelStatusOf(undefined, { pods: [one], ready: false, failed: false, now });
    assert.equal(at(began + 19_999).lastFailureInfo, undefined);
    const { lastFailureInfo, states } = at(began + 20_000);
    assert.equal(states?.targetModelState, state);
    assert.equal(lastFailureInfo?.reason, 'RuntimeUnhealthy');
    assert.match(lastFailureInfo.message ?? '', message);
    assert.equal(nextStall([one], began + 5000), 15_000);
    assert.equal(nextStall([one], began + 20_000), undefined);
    const observed = { pods: [pod({ ready: true, server: running })], ready: true, failed: false };
    const served = modelStatusOf({ ...at(began + 20_000) }, { ...observed, now: began + 60_000 });
    assert.equal(served.lastFailureInfo, undefined);
  }
  assert.equal(nextStall([pod({ ready: true, server: running })], began), undefined);
});

test('a container that runs beside the others for good is not what a pod waits for', () => {
  const startedAt = '2026-01-01T00:00:00Z';
  const running = { state: { running: { startedAt } } };
  const one = pod({ server: { ...running, ready: false } });
  const spec = { containers: [], initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] };
  const status = { ...one.status, initContainerStatuses: [{ name: 'proxy', ...running, ready: true }] };
  const beside = { ...one, spec, status };
  const observed = { pods: [beside], ready: false, failed: false, now: Date.parse(startedAt) + 20_000 };
  assert.match(
    modelStatusOf(undefined, observed).lastFailureInfo?.message ?? '',
    /^kserve-container: is still/,
  );
});

test('why a pod did not start is over with it', () => {
  const startedAt = '2026-01-01T00:00:00Z';
  const running = { state: { running: { startedAt } }, lastState: { terminated: ended } };
  const now = Date.parse(startedAt) + 20_000;
  const older = pod({ server: running });
  const pending = { ready: false, failed: false };
  const stalled = modelStatusOf(undefined, { ...pending, pods: [pod({ init: running })], now });
  assert.equal(stalled.lastFailureInfo?.reason, 'RuntimeUnhealthy');
  const created = '2026-01-02T00:00:00Z';
  for (const fresh of [pod({ created }), pod({ created, init: running })]) {
    const { lastFailureInfo } = modelStatusOf(stalled, { ...pending, pods: [older, fresh] });
    assert.equal(lastFailureInfo, undefined);
  }
  assert.equal(modelStatusOf(stalled, { ...pending, pods: [] }).lastFailureInfo, undefined);
  const failed = modelStatusOf(stalled, { ready: false, failed: true, pods: [] });
  assert.deepEqual(failed.lastFailureInfo, stalled.lastFailureInfo);
});
