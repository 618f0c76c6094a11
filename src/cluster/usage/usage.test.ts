import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatQuantity, type KubeObject } from '../meta/index.ts';
import { podLimits, podRequests, type Resources } from './pods.ts';
import { maySwell, type Reach, usageOf } from './usage.ts';

const kind = { group: '', plural: 'pods', resource: 'pods' };

interface Status extends Resources {
  readonly allocated?: Readonly<Record<string, string>>;
}

/** A pod of one container that asks for an amount, and what is said of the container. */
function pod(cpu: string, status: Status, reason?: string): KubeObject {
  const { allocated, ...resources } = status;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'a', resources: { requests: { cpu }, limits: { cpu } } }] },
    status: {
      ...(reason !== undefined && { conditions: [{ type: 'PodResizePending', reason }] }),
      containerStatuses: [{ name: 'a', resources, ...(allocated && { allocatedResources: allocated }) }],
    },
  };
}

test('a pod that is being resized takes the most of what it has and what it asks for', () => {
  const rows: readonly (readonly [pod: KubeObject, requests: string, limits: string])[] = [
    [pod('1', {}), '1', '1'],
    [pod('1', { requests: { cpu: '3' }, limits: { cpu: '4' } }), '3', '4'],
    [pod('2', { requests: { cpu: '1' }, allocated: { cpu: '3' } }), '3', '2'],
    [
      pod('5', { requests: { cpu: '1' }, limits: { cpu: '1' }, allocated: { cpu: '2' } }, 'Deferred'),
      '5',
      '5',
    ],
    [
      pod('5', { requests: { cpu: '1' }, limits: { cpu: '1' }, allocated: { cpu: '2' } }, 'Infeasible'),
      '2',
      '1',
    ],
  ];
  for (const [object, requests, limits] of rows) {
    const usage = usageOf({ kind, object });
    const shown = ['requests.cpu', 'limits.cpu'].map(name => formatQuantity(usage.get(name) as never));
    assert.deepEqual(shown, [requests, limits]);
  }
});

test('what running a pod takes by itself comes on top, for limits where there are some', () => {
  const spec = {
    containers: [{ name: 'a', resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } }],
    overhead: { cpu: '100m', memory: '10Mi' },
  };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec };
  const shown = (amounts: ReturnType<typeof podRequests>): object =>
    Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));
  assert.deepEqual(shown(podRequests(object)), { cpu: '1100m', memory: '10Mi' });
  assert.deepEqual(shown(podLimits(object)), { cpu: '2100m' });
  assert.deepEqual(shown(podRequests(object, { overhead: false })), { cpu: '1' });
});

test('a pod that should be gone counts until its time is over', () => {
  const deletionTimestamp = '2026-11-25T12:00:00Z';
  const metadata = { name: 'p', deletionTimestamp, deletionGracePeriodSeconds: 30 };
  const object = { ...pod('1', {}), metadata };
  const names = (seconds: number): readonly string[] => [
    ...usageOf({ kind, object, now: Date.parse(deletionTimestamp) + seconds * 1000 }).keys(),
  ];
  assert.ok(names(30).includes('pods'));
  assert.deepEqual(names(31), ['count/pods']);
});

test('changes that can take more are those of a service, of a claim, and of how a pod ends', () => {
  const one = pod('1', {});
  const ending = { ...one, spec: { ...(one['spec'] as object), activeDeadlineSeconds: 5 } };
  const rows: readonly (readonly [resource: string, reach: Reach, object: KubeObject, can: boolean])[] = [
    ['pods', 'whole', one, false],
    ['pods', 'other', ending, false],
    ['pods', 'resources', one, true],
    ['pods', 'whole', ending, true],
    ['services', 'whole', one, true],
    ['services', 'other', one, false],
    ['persistentvolumeclaims', 'whole', one, true],
    ['configmaps', 'whole', one, false],
  ];
  for (const [resource, reach, object, can] of rows) {
    assert.equal(maySwell(resource, reach, object, one), can, `${resource}, ${reach}`);
  }
});
