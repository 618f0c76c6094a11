import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster, fresh } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const path = (version: string): string =>
  `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;

function autoscaler(name: string, spec: object = {}): object {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 70, ...spec },
  };
}

test('an autoscaler is one object in both versions', async () => {
  const name = fresh('hpa');
  const made = await cluster.ask('POST', path('v1'), { body: autoscaler(name) });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.apiVersion, 'autoscaling/v1');
  assert.equal(made.body.spec.targetCPUUtilizationPercentage, 70);
  assert.equal(made.body.spec.minReplicas, 1);
  const second = await cluster.ask('GET', `${path('v2')}/${name}`);
  assert.equal(second.body.apiVersion, 'autoscaling/v2');
  assert.deepEqual(second.body.spec.metrics, [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
  ]);
  const patched = await cluster.ask('PATCH', `${path('v1')}/${name}`, {
    type: 'application/merge-patch+json',
    body: { spec: { maxReplicas: 5 } },
  });
  assert.deepEqual([patched.status, patched.body.spec.maxReplicas], [200, 5]);
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const tables = await Promise.all(
    ['v1', 'v2'].map(
      async version => (await cluster.ask('GET', `${path(version)}/${name}`, { headers })).body,
    ),
  );
  assert.deepEqual(tables[0].rows[0].cells, tables[1].rows[0].cells);
});

test('the rules are those of both versions', async () => {
  const { status, body } = await cluster.ask('POST', path('v1'), {
    body: autoscaler(fresh('hpa'), { maxReplicas: 0 }),
  });
  assert.equal(status, 422);
  assert.match(body.message, /spec\.maxReplicas: Invalid value: 0/);
});
