import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kserveApi } from './serving.ts';

const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices';
const merge = 'application/merge-patch+json';
const model = { modelFormat: { name: 'sklearn' }, storageUri: 'gs://a/b', runtime: 'mine' };

function service(annotations: Readonly<Record<string, string>> = {}): object {
  const metadata = { name: 'iris', annotations };
  const kind = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' };
  return { ...kind, metadata, spec: { predictor: { model } } };
}

async function started(t: { after: (work: () => Promise<void>) => void }): ReturnType<typeof kserveApi> {
  const api = await kserveApi('Knative');
  t.after(() => api.stop());
  const metadata = { name: 'default' };
  await api.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  return api;
}

test('an old key that takes the place of a model is told, with what is gone', async t => {
  const api = await started(t);
  await api.ask('POST', path, service());
  const spec = { predictor: { sklearn: { protocolVersion: 'v2' } } };
  const { status, warnings } = await api.ask('PATCH', `${path}/iris`, { spec }, merge);
  assert.equal(status, 200);
  assert.deepEqual(warnings, [
    '299 - "spec.predictor.sklearn replaces spec.predictor.model, and runtime, storageUri of it are gone: write spec.predictor.model to change the model"',
  ]);
  const { warnings: none } = await api.ask(
    'PATCH',
    `${path}/iris`,
    { metadata: { labels: { a: 'b' } } },
    merge,
  );
  assert.deepEqual(none, []);
});

test('a mode that is none is told, and does not lock the service', async t => {
  const api = await started(t);
  const { status, warnings } = await api.ask(
    'POST',
    path,
    service({ 'serving.kserve.io/deploymentMode': 'Bogus' }),
  );
  assert.equal(status, 201);
  assert.deepEqual(warnings, [
    String.raw`299 - "annotation serving.kserve.io/deploymentMode is no deployment mode: found \"Bogus\", expected one of Standard, Knative, ModelMesh, RawDeployment, Serverless; Knative is used"`,
  ]);
  const body = { status: { deploymentMode: 'Knative' } };
  await api.ask('PATCH', `${path}/iris/status`, body, merge);
  const change = { spec: { predictor: { model: { storageUri: 'gs://a/c' } } } };
  assert.equal((await api.ask('PATCH', `${path}/iris`, change, merge)).status, 200);
  const mode = (said: string): object => ({
    metadata: { annotations: { 'serving.kserve.io/deploymentMode': said } },
  });
  assert.equal((await api.ask('PATCH', `${path}/iris`, mode('Other'), merge)).status, 403);
  assert.equal((await api.ask('PATCH', `${path}/iris`, mode('Knative'), merge)).status, 200);
});
