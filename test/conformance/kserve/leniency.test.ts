import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kserveApi } from './serving.ts';

/** As people write it who follow old guides: an old key, and a field in another letter case. */
const manifest = `apiVersion: "serving.kserve.io/v1beta1"
kind: "InferenceService"
metadata:
  name: "sklearn-iris"
spec:
  predictor:
    sklearn:
      ProtocolVersion: "v2"
      storageUri: "gs://seldon-models/sklearn/iris"
`;
const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices?fieldValidation=Strict';

test('a field in another letter case is taken with a Warning, also under Strict', async t => {
  const api = await kserveApi('Standard');
  t.after(() => api.stop());
  const metadata = { name: 'default' };
  await api.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  const { status, warnings, body } = await api.ask('POST', path, manifest, 'application/yaml');
  assert.equal(status, 201);
  assert.deepEqual(warnings, [
    String.raw`299 - "unknown field \"spec.predictor.sklearn.ProtocolVersion\" is taken for \"spec.predictor.sklearn.protocolVersion\""`,
  ]);
  assert.deepEqual(body['spec'], {
    predictor: {
      model: {
        modelFormat: { name: 'sklearn' },
        name: '',
        protocolVersion: 'v2',
        resources: {},
        storageUri: 'gs://seldon-models/sklearn/iris',
      },
    },
  });
});

test('objects of wrong types at every place are refused, never a failure of ours', async t => {
  const api = await kserveApi('Standard');
  t.after(() => api.stop());
  await api.ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default' },
  });
  const wrong = [null, 1, 'x', true, [], [1, null], {}, { a: [{}] }];
  const places = [
    'model',
    'sklearn',
    'containers',
    'workerSpec',
    'storageUris',
    'logger',
    'autoScaling',
    'minReplicas',
  ];
  const base = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' };
  for (const value of wrong) {
    const specs: unknown[] = [
      value,
      { predictor: value },
      { predictor: { sklearn: {} }, transformer: value, explainer: value },
    ];
    specs.push(
      { predictor: { sklearn: {} }, canary: value },
      { predictor: { model: {} }, canary: [value, { predictor: value }] },
    );
    for (const place of places)
      specs.push({ predictor: { [place]: value } }, { predictor: { model: { [place]: value } } });
    for (const [at, spec] of specs.entries()) {
      const { status } = await api.ask('POST', path, { ...base, metadata: { name: 'w' }, spec });
      if (status === 201) await api.ask('DELETE', `${path.split('?')[0]}/w`);
      assert.ok(
        status === 201 || (status >= 400 && status < 500),
        `${at}: ${JSON.stringify(spec)}: ${status}`,
      );
    }
  }
});
