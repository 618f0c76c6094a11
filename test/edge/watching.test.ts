import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventRecorder, ResourceClient } from '../../src/cluster/client/index.ts';
import { Cluster as View, resourceOf } from '../../src/cluster/view/index.ts';
import { OwnHosts, type Table } from '../../src/edge/gateway/routes/index.ts';
import { servedSources, Watching } from '../../src/edge/gateway/watching.ts';
import { Cluster } from '../apiserver/serving.ts';

const admin = { name: 'admin', groups: ['system:masters'] };
const host = 'new.test';

test('a route counts from the moment in which it is heard of, for whoever asks for the latest', async context => {
  const cluster = await Cluster.open('10.96.0.0/24');
  const transport = cluster.api.transport(admin, 'tests/1');
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), 'tests', Date.now);
  const view = new View(transport, events, Date.now);
  context.after(async () => {
    await view.stop();
    await cluster.close();
  });
  const fail = (what: string, error: unknown): void => assert.fail(`${what}: ${String(error)}`);
  const watching = new Watching(view, await servedSources(transport), new OwnHosts([]), () => {}, fail);
  context.after(() => watching.stop());
  const heard = Promise.withResolvers<readonly [gathered: Table, latest: Table]>();
  await view.ready();
  view.informer('ingresses').on({ onAdd: () => heard.resolve([watching.table, watching.latest()]) });
  const backend = { service: { name: 'new', port: { number: 80 } } };
  await new ResourceClient(transport, resourceOf('ingresses')).create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'new', namespace: 'default' },
    spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  });
  const [gathered, latest] = await heard.promise;
  assert.deepEqual([gathered.hosts.has(host), latest.hosts.has(host)], [false, true]);
  assert.equal(watching.latest(), latest, 'nothing has changed since');
});
