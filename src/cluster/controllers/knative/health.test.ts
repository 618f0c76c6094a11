import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Deployment, Pod } from '../../view/index.ts';
import { healthOf, type Seen } from './health.ts';
import type { Autoscaler, Revision } from './shapes.ts';

type State = 'True' | 'False' | 'Unknown';

interface Row {
  /** What the revision said last: whether it was ready, and had pods. */
  readonly ready?: State;
  readonly active?: State;
  readonly initialized?: boolean;
  readonly wanted?: number;
  readonly available?: number;
  readonly pods?: readonly object[];
  readonly conditions?: readonly object[];
}

function revision({ ready = 'Unknown', active = 'Unknown' }: Row): Revision {
  const conditions = [
    { type: 'Ready', status: ready },
    { type: 'Active', status: active },
    { type: 'ContainerHealthy', status: ready, ...(ready === 'False' && { reason: 'ExitCode7' }) },
    { type: 'ResourcesAvailable', status: ready === 'False' ? 'Unknown' : ready },
  ];
  const containers = [{ name: 'main', image: 'a' }];
  return {
    metadata: { name: 'a-00001' },
    spec: { containers },
    status: { conditions },
  } as unknown as Revision;
}

function seen(row: Row): Seen {
  const { initialized = false, wanted = 1, available = 0, pods = [], conditions = [] } = row;
  const state = initialized ? 'True' : 'Unknown';
  return {
    failure: undefined,
    pods: pods as readonly Pod[],
    deployment: {
      spec: { replicas: wanted },
      status: { availableReplicas: available, conditions },
    } as unknown as Deployment,
    autoscaler: {
      status: { conditions: [{ type: 'ScaleTargetInitialized', status: state }] },
    } as unknown as Autoscaler,
  };
}

let made = 0;
function pod(server: object, more: object = {}, metadata: object = {}): object {
  const containerStatuses = [{ name: 'queue-proxy' }, { name: 'main', ready: false, ...server }];
  return { metadata: { name: `p-${++made}`, ...metadata }, status: { containerStatuses, ...more } };
}

const terminated = { exitCode: 1, reason: 'Error', message: 'ValueError: no' };
const crashed = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } };
const again = { state: { running: {} }, lastState: { terminated } };
const initializing = pod(
  { state: { waiting: { reason: 'PodInitializing' } } },
  { initContainerStatuses: [{ name: 'storage-initializer', ready: false, ...crashed }] },
);
const upPod = pod({ ready: true }, { conditions: [{ type: 'Ready', status: 'True' }] });
const up = { ready: 'True', active: 'True', initialized: true } as const;

describe('how a revision is', () => {
  const rows: readonly [what: string, row: Row, healthy: string, available: string][] = [
    ['its pods come up', {}, 'Unknown Deploying', 'Unknown Deploying'],
    ['it has pods', { available: 1, initialized: true }, 'True', 'True'],
    [
      'a pod is ready of which its Deployment has not heard',
      { initialized: true, pods: [upPod] },
      'True',
      'True',
    ],
    [
      'a pod is ready that goes',
      { initialized: true, pods: [{ ...upPod, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }] },
      'Unknown Deploying',
      'Unknown Deploying',
    ],
    ['one pod of two crashes', { ...up, available: 1, pods: [pod(crashed)] }, 'True', 'True'],
    ['it crashes', { pods: [pod(crashed)] }, 'False ExitCode1', 'Unknown Deploying'],
    [
      'it crashes after it was ready',
      { ...up, pods: [pod(crashed)] },
      'False ExitCode1',
      'Unknown Deploying',
    ],
    ['it is started again', { ...up, pods: [pod(again)] }, 'False ExitCode1', 'Unknown Deploying'],
    ['its storage fails', { pods: [initializing] }, 'False ExitCode1', 'Unknown Deploying'],
    [
      'it waits for its image, though it ended otherwise before',
      { pods: [pod({ ...crashed, state: { waiting: { reason: 'ErrImagePull' } } })] },
      'Unknown Deploying',
      'False ErrImagePull',
    ],
    [
      'it is being made',
      { pods: [pod({ state: { waiting: { reason: 'ContainerCreating' } } })] },
      'Unknown Deploying',
      'Unknown Deploying',
    ],
    [
      'it is being made for too long',
      {
        pods: [pod({ state: { waiting: { reason: 'ContainerCreating' } } })],
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      },
      'Unknown Deploying',
      'False ContainerCreating',
    ],
    [
      'its pods are not allowed',
      { ...up, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] },
      'Unknown Deploying',
      'False FailedCreate',
    ],
    [
      'only a pod on its way out has failed',
      { pods: [pod(crashed, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })] },
      'Unknown Deploying',
      'Unknown Deploying',
    ],
    ['it has lost its pods', up, 'Unknown Deploying', 'Unknown Deploying'],
    ['it is given pods again', { ...up, active: 'False' }, 'True', 'True'],
    [
      'it is given pods again, and they crash',
      { ...up, active: 'Unknown', pods: [pod(crashed)] },
      'False ExitCode1',
      'Unknown Deploying',
    ],
    ['it is to have none', { ...up, wanted: 0 }, 'True', 'True'],
    ['it failed, and is to have none', { ready: 'False', wanted: 0 }, 'False ExitCode7', 'Unknown'],
    [
      'it never came up, and is to have none',
      { wanted: 0 },
      'Unknown Deploying',
      'False ProgressDeadlineExceeded',
    ],
  ];
  for (const [what, row, healthy, available] of rows) {
    test(what, () => {
      const found = healthOf(revision(row), seen(row));
      const said = ({ status, reason = '' }: { status: string; reason?: string }): string =>
        `${status} ${reason}`.trim();
      assert.deepEqual([said(found.healthy), said(found.available)], [healthy, available]);
    });
  }

  test('a container that took too much memory says so', () => {
    const state = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    const { healthy } = healthOf(revision(up), seen({ ...up, pods: [pod({ state })] }));
    assert.deepEqual(healthy, {
      status: 'False',
      reason: 'ExitCode137',
      message: 'Container failed with: OOMKilled: the container took more memory than its limit',
    });
  });
});
