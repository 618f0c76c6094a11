import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installObjects } from '../../../src/cluster/bootstrap/index.ts';
import { installedObjects } from '../../../src/cluster/kserve/index.ts';
import { kserveApi } from './serving.ts';

const runtimes = '/apis/serving.kserve.io/v1alpha1/clusterservingruntimes';
const map = '/api/v1/namespaces/kserve/configmaps/inferenceservice-config';
const services = '/apis/serving.kserve.io/v1beta1/namespaces/kserve/inferenceservices';
const merge = 'application/merge-patch+json';

async function installed(t: { after(done: () => Promise<void>): void }): ReturnType<typeof kserveApi> {
  const api = await kserveApi('Knative');
  t.after(() => api.stop());
  const metadata = { name: 'kserve' };
  await api.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  await installObjects(api.transport, installedObjects());
  return api;
}

function modeOf(body: Record<string, unknown>): unknown {
  const { annotations = {} } = body['metadata'] as { annotations?: Record<string, string> };
  return annotations['serving.kserve.io/deploymentMode'];
}

const service = (name: string): object => ({
  apiVersion: 'serving.kserve.io/v1beta1',
  kind: 'InferenceService',
  metadata: { name },
  spec: { predictor: { sklearn: { storageUri: 'gs://a/b' } } },
});

test('runtimes, storage container and configuration of KServe are made once, and left alone afterwards', async t => {
  const api = await installed(t);
  const { body } = await api.ask('GET', runtimes);
  const names = (body['items'] as { metadata: { name: string } }[]).map(one => one.metadata.name);
  assert.equal(names.length, 14);
  for (const name of [
    'kserve-sklearnserver',
    'kserve-mlserver',
    'kserve-tritonserver',
    'kserve-torchserve',
  ]) {
    assert.ok(names.includes(name), name);
  }
  const disabled = await api.ask('PATCH', `${runtimes}/kserve-mlserver`, { spec: { disabled: true } }, merge);
  assert.equal(disabled.status, 200);
  await api.ask('DELETE', `${runtimes}/kserve-xgbserver`);
  await installObjects(api.transport, installedObjects());
  const kept = await api.ask('GET', `${runtimes}/kserve-mlserver`);
  assert.equal((kept.body['spec'] as { disabled?: boolean }).disabled, true);
  assert.equal((await api.ask('GET', `${runtimes}/kserve-xgbserver`)).status, 200);
});

test('accelerators that the ConfigMap names are known', async t => {
  const api = await installed(t);
  const limits = { 'example.com/npu': '1' };
  const asking = (name: string): object => ({
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ClusterServingRuntime',
    metadata: { name },
    spec: {
      containers: [{ name: 'kserve-container', image: 'i', resources: { limits } }],
      workerSpec: { pipelineParallelSize: 1, containers: [{ name: 'worker-container', image: 'i' }] },
    },
  });
  const refused = await api.ask('POST', runtimes, asking('a'));
  assert.match(
    String(refused.body['message']),
    /unknown GPU resource type in a container\(kserve-container\)/,
  );
  const more = JSON.stringify({ customGPUResourceTypeList: ['example.com/npu'] });
  await api.ask('PATCH', map, { data: { multiNode: more } }, merge);
  assert.equal((await api.ask('POST', runtimes, asking('a'))).status, 201);
});

test('admission follows the ConfigMap, and tells who breaks it', async t => {
  const api = await installed(t);
  assert.equal(modeOf((await api.ask('POST', services, service('a'))).body), undefined);
  const standard = { data: { deploy: '{"defaultDeploymentMode":"Standard"}' } };
  assert.deepEqual((await api.ask('PATCH', map, standard, merge)).warnings, []);
  assert.equal(modeOf((await api.ask('POST', services, service('b'))).body), 'Standard');
  const broken = await api.ask('PATCH', map, { data: { deploy: '{"defaultDeploymentMode":"Kube"}' } }, merge);
  assert.equal(broken.status, 200);
  assert.match(broken.warnings.join(), /deploy\.defaultDeploymentMode is \\"Kube\\", but has to be one of/);
  assert.equal(modeOf((await api.ask('POST', services, service('c'))).body), 'Standard');
});
