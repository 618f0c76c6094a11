import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startControllers } from '../../src/cluster/controllers/kubernetes/index.ts';
import { Cluster, configMap } from './serving.ts';

const user = { name: 'system:kube-controller-manager', groups: ['system:masters'] };

/** Asks until the answer is what is waited for; the last one when it never is. */
async function until(ask: () => Promise<unknown>, wanted: unknown): Promise<void> {
  const end = performance.now() + 5000;
  for (;;) {
    const found = await ask();
    try {
      assert.deepEqual(found, wanted);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}

test('the status of a quota follows what there is, and scopes choose the pods', async t => {
  const cluster = await Cluster.open();
  t.after(() => cluster.close());
  const controllers = await startControllers({
    transport: cluster.api.transport(user, 'tests/1'),
    certificates: 'none',
    now: Date.now,
    onError: () => {},
  });
  t.after(() => controllers.stop());
  const place = '/api/v1/namespaces/quotas';
  await cluster.ask('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'quotas' } },
  });
  const used = async (name: string): Promise<unknown> =>
    (await cluster.ask('GET', `${place}/resourcequotas/${name}`)).body.status?.used;
  const quota = (name: string, spec: object): Promise<unknown> =>
    cluster.ask('POST', `${place}/resourcequotas`, {
      body: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec },
    });
  const hard = {
    configmaps: '4',
    'count/jobs.batch': '1',
    'ephemeral-storage': '10Gi',
    pods: '5',
    'requests.cpu': '2',
  };
  await quota('all', { hard });
  await quota('short', { hard: { pods: '5' }, scopes: ['Terminating'] });
  await until(() => used('all'), {
    configmaps: '1',
    'count/jobs.batch': '0',
    'ephemeral-storage': '0',
    pods: '0',
    'requests.cpu': '0',
  });
  await until(() => used('short'), { pods: '0' });

  await cluster.ask('POST', `${place}/configmaps`, { body: configMap('more') });
  const requests = { cpu: '500m', 'ephemeral-storage': '1Gi' };
  const containers = [{ name: 'a', image: 'a', resources: { requests } }];
  for (const [name, spec] of [
    ['one', { containers }],
    ['two', { containers, activeDeadlineSeconds: 60 }],
  ] as const) {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
    const { status, text } = await cluster.ask('POST', `${place}/pods`, { body });
    assert.equal(status, 201, text);
  }
  await until(() => used('all'), {
    configmaps: '2',
    'count/jobs.batch': '0',
    'ephemeral-storage': '2Gi',
    pods: '2',
    'requests.cpu': '1',
  });
  await until(() => used('short'), { pods: '1' });

  await cluster.ask('DELETE', `${place}/pods/two`, { body: { gracePeriodSeconds: 0 } });
  await until(() => used('short'), { pods: '0' });
  const template = { spec: { containers, restartPolicy: 'Never' } };
  await cluster.ask('POST', '/apis/batch/v1/namespaces/quotas/jobs', {
    body: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec: { template } },
  });
  await until(async () => ((await used('all')) as Record<string, string>)['count/jobs.batch'], '1');

  // A pod that its node does not let go counts no more once it is overdue: nothing but the time tells of it.
  cluster.clock.now = Date.now();
  const lost = { containers, nodeName: 'lost', activeDeadlineSeconds: 60, terminationGracePeriodSeconds: 1 };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lost' }, spec: lost };
  await cluster.ask('POST', `${place}/pods`, { body });
  await until(() => used('short'), { pods: '1' });
  await cluster.ask('DELETE', `${place}/pods/lost`);
  await until(() => used('short'), { pods: '0' });
  assert.equal((await cluster.ask('GET', `${place}/pods/lost`)).status, 200);
});
