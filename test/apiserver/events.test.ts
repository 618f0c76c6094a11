import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventRecorder, ResourceClient } from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { resourceOf } from '../../src/cluster/view/index.ts';
import { Cluster } from './serving.ts';

interface Told extends KubeObject {
  readonly count?: number;
  readonly message?: string;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
}

let cluster: Cluster;
let client: ResourceClient<Told>;
let recorder: EventRecorder;
before(async () => {
  cluster = await Cluster.open();
  const transport = cluster.api.transport({ name: 'admin', groups: ['system:masters'] }, 'tests/1');
  await transport.ask({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'told' } } });
  client = new ResourceClient<Told>(transport, resourceOf('events'));
  recorder = new EventRecorder(client, 'test', () => cluster.clock.now);
});
after(() => cluster.close());

function pod(name: string, namespace = 'told'): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, uid: `uid-of-${name}` } };
}

function stamp(): string {
  return `${new Date(cluster.clock.now).toISOString().slice(0, 19)}Z`;
}

/** The events about a pod: how often each was, and when it was first and last. */
async function told(name: string): Promise<unknown[]> {
  const { items } = await client.list({
    namespace: 'told',
    fieldSelector: `involvedObject.name=${name}`,
  });
  return items.map(one => [one.message, one.count, one.firstTimestamp, one.lastTimestamp]);
}

test('an event has the time at which it was recorded, and its repetitions count', async () => {
  const first = stamp();
  const one = recorder.record(pod('a'), 'Warning', 'Failed', 'a failure');
  cluster.clock.now += 5000;
  const second = stamp();
  const again = recorder.record(pod('a'), 'Warning', 'Failed', 'a failure');
  const other = recorder.record(pod('a'), 'Warning', 'Failed', 'another failure');
  cluster.clock.now += 5000;
  await Promise.all([one, again, other]);
  assert.deepEqual(await told('a'), [
    ['a failure', 2, first, second],
    ['another failure', 1, second, second],
  ]);
});

test('what happens again long after, or whose event is gone, is a new event', async () => {
  const first = stamp();
  await recorder.record(pod('b'), 'Normal', 'Done', 'all is done');
  cluster.clock.now += 10 * 60_000;
  const second = stamp();
  await recorder.record(pod('b'), 'Normal', 'Done', 'all is done');
  assert.deepEqual(await told('b'), [
    ['all is done', 1, first, first],
    ['all is done', 1, second, second],
  ]);
  const { items } = await client.list({ namespace: 'told', fieldSelector: 'involvedObject.name=b' });
  for (const { metadata } of items) await client.delete('told', metadata.name ?? '');
  await recorder.record(pod('b'), 'Normal', 'Done', 'all is done');
  assert.deepEqual(await told('b'), [['all is done', 1, second, second]]);
});

test('an event that cannot be written is given up, and those after it are written', async () => {
  await recorder.record(pod('c', 'absent'), 'Normal', 'Done', 'all is done');
  await recorder.record(pod('d'), 'Normal', 'Done', 'all is done');
  assert.equal((await told('d')).length, 1);
});
