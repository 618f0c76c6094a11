import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { ensureCaller } from '../../src/app/up/caller.ts';
import { announceIssuer, withdrawIssuer } from '../../src/app/up/identity/announced.ts';
import type { Transport } from '../../src/cluster/client/index.ts';
import { Cluster } from '../apiserver/serving.ts';

const service = '/api/v1/namespaces/auth/services/dex';
const slice = '/apis/discovery.k8s.io/v1/namespaces/auth/endpointslices/dex';
const way = '/apis/networking.istio.io/v1beta1/namespaces/auth/virtualservices/dex';
const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/davit-caller';

suite('what is in the cluster for the login', () => {
  let cluster: Cluster;
  let transport: Transport;

  before(async () => {
    cluster = await Cluster.open();
    transport = cluster.api.transport({ name: 'davit', groups: ['system:masters'] }, 'tests/1');
  });
  after(() => cluster.close());

  const statuses = (): Promise<number[]> =>
    Promise.all([service, slice, way].map(async path => (await cluster.ask('GET', path)).status));
  const announce = (): Promise<void> => announceIssuer(transport, { host: '127.0.0.1', port: 4711 }, '/dex');

  test('the way to an issuer that is no longer there is removed, and comes back with it', async () => {
    await withdrawIssuer(transport);
    await announce();
    assert.deepEqual(await statuses(), [200, 200, 200]);
    await withdrawIssuer(transport);
    assert.deepEqual(await statuses(), [404, 404, 404]);
    await announce();
    assert.deepEqual(await statuses(), [200, 200, 200]);
  });

  test('a Dex of somebody else stays', async () => {
    await announce();
    const type = 'application/merge-patch+json';
    await cluster.ask('PATCH', service, { body: { spec: { selector: { app: 'dex' } } }, type });
    await withdrawIssuer(transport);
    assert.deepEqual(await statuses(), [200, 404, 200]);
    await withdrawIssuer(transport);
    assert.deepEqual(await statuses(), [200, 404, 200]);
  });

  test('the role of whoever runs the cluster is put right where it is another', async () => {
    const metadata = { name: 'istio-system' };
    await cluster.ask('POST', '/api/v1/namespaces', {
      body: { apiVersion: 'v1', kind: 'Namespace', metadata },
    });
    await ensureCaller(transport);
    const { rules } = (await cluster.ask('GET', role)).body;
    await cluster.ask('PATCH', role, { body: { rules: [] }, type: 'application/merge-patch+json' });
    await ensureCaller(transport);
    assert.deepEqual((await cluster.ask('GET', role)).body.rules, rules);
    assert.equal(rules.length, 2);
  });
});
