import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventRecorder, Expectations, ResourceClient } from '../../../../src/cluster/client/index.ts';
import { reconcile } from '../../../../src/cluster/controllers/kubernetes/daemonsets/controller.ts';
import {
  Cluster as View,
  keepByController,
  type Pod,
  resourceOf,
} from '../../../../src/cluster/view/index.ts';
import { Cluster } from '../../../apiserver/serving.ts';
import { daemonSet, namespace } from './manifests.ts';

let served: Cluster;
let view: View;
before(async () => {
  served = await Cluster.open();
  const transport = served.api.transport({ name: 'system:davit', groups: ['system:masters'] }, 'test/0');
  const now = (): number => served.clock.now;
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), 'test', now);
  view = new View(transport, events, now);
  keepByController(view.informer<Pod>('pods'));
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'n' } };
  await view.client('namespaces').create(namespace('n'));
  await view.client('serviceaccounts').create(account);
  await view.client('nodes').create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
  await view.client('daemonsets').create(daemonSet('n', 'd'));
  for (const plural of ['daemonsets', 'nodes', 'controllerrevisions'] as const) view.informer(plural);
  await view.ready();
});
after(async () => {
  await view.stop();
  await served.close();
});

test('a DaemonSet that waits for a pod which its cache never shows is looked at again when nobody waits any more', async () => {
  const expectations = new Expectations(view.now);
  expectations.expectCreations('n/d', 1);
  served.clock.now += 60_000;
  assert.deepEqual(await reconcile(view, expectations, 'n/d'), { again: 4 * 60_000 });
  assert.deepEqual((await view.client('pods').list()).items, []);
});

test('a DaemonSet makes nothing in a namespace that goes, and nothing is wrong with that', async () => {
  await view.client('namespaces').delete('', 'n');
  const expectations = new Expectations(view.now);
  assert.equal(await reconcile(view, expectations, 'n/d'), undefined);
  assert.ok(expectations.satisfied('n/d'), 'it waits for no pod');
});
