import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kserveApi } from './serving.ts';

const begin = 'admission webhook "inferenceservice.kserve-webhook-server.validator" denied the request: ';
const model = { modelFormat: { name: 'sklearn' }, storageUri: 'gs://a/b' };
const mode = (name: string, autoscaler?: string): Record<string, string> => ({
  'serving.kserve.io/deploymentMode': name,
  ...(autoscaler !== undefined && { 'serving.kserve.io/autoscalerClass': autoscaler }),
});
const keda = mode('Standard', 'keda');
const resource = (name: string, target: object): object => ({
  autoScaling: { metrics: [{ type: 'Resource', resource: { name, target } }] },
});
const canary = (more: object, stable: object = {}): object => ({
  predictor: { model, ...stable },
  canary: [{ predictor: { name: 'c', model, ...more }, trafficPercent: 10 }],
});

/** Rules that no recorded manifest breaks; messages are those of KServe 0.20's sources. */
const rows: readonly (readonly [spec: object, message: string, annotations?: Record<string, string>])[] = [
  [
    { predictor: { sklearn: model, xgboost: model } },
    'exactly one of [Name, SKLearn, XGBoost, Tensorflow, PyTorch, Triton, ONNX, HuggingFace, PMML, LightGBM, Paddle, Model, StorageUris, StorageContainerName, WorkerSpec, PodSpec] must be specified in PredictorSpec',
  ],
  [{ predictor: { model, minReplicas: -1 } }, "'MinReplicas' cannot be less than 0"],
  [{ predictor: { model, containerConcurrency: -1 } }, 'parallelism cannot be less than 0'],
  [{ predictor: { model, logger: {} } }, 'invalid logger type'],
  [
    { predictor: { model, storageUris: [{ uri: 's3://x' }] } },
    'Setting both StorageURI and StorageURIs is not supported.',
  ],
  [
    { predictor: { containers: [{ name: 'x', image: 'i', env: [{ name: 'PROTOCOL', value: 'v3' }] }] } },
    'invalid protocol v1, v2. Must be one of [v3]',
  ],
  [{ predictor: { model, scaleMetric: 'cpu' } }, 'ScaleMetric is not supported for KEDA', keda],
  [
    { predictor: { model, ...resource('cpu', { type: 'Value', value: '1' }) } },
    'the cpu target value type should be Utilization',
    keda,
  ],
  [
    { predictor: { model, ...resource('memory', { type: 'AverageValue', averageValue: '1Ki' }) } },
    'the memory target value should be greater than 1 MiB',
    keda,
  ],
  [
    { predictor: { model, scaleMetric: 'memory', scaleTarget: 200 } },
    'the target utilization percentage should be a [1-100] integer',
    mode('Standard', 'hpa'),
  ],
  [{ predictor: { model, scaleMetric: 'cpu' } }, '[cpu] is not a supported metric', mode('Knative')],
  [canary({}, { name: 'c' }), 'canary predictor.name "c" conflicts with stable predictor name'],
  [canary({ maxReplicas: 2 }), 'canary "c" must not set maxReplicas (canary uses fixed replicas)'],
  [canary({ minReplicas: 2 }), 'canary "c" minReplicas (2) must not exceed stable predictor minReplicas (1)'],
  [
    canary({ model: undefined, onnx: { storageUri: 'gs://a/m.bin' } }),
    `canary "c" predictor: expected storageUri file extension: '.onnx' but got '.bin'`,
  ],
  [
    { predictor: { model: { ...model, confidential: { enabled: true, resourceId: 'kbs:x' } } } },
    'spec.predictor.confidential.resourceId: Invalid value: "kbs:x": must be in the format kbs:///<repo>/<type>/<tag>',
  ],
];

test('rules of InferenceServices answer in KServe’s words', async t => {
  const api = await kserveApi('Standard');
  t.after(() => api.stop());
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  await api.ask('POST', '/api/v1/namespaces', namespace);
  const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices';
  for (const [spec, message, annotations = {}] of rows) {
    const body = {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: 'x', annotations },
      spec,
    };
    const answer = await api.ask('POST', path, body);
    assert.equal(answer.body['message'], begin + message);
    assert.equal(answer.status, 403);
  }
});

test('the mode of a service stays what it was', async t => {
  const api = await kserveApi('Standard');
  t.after(() => api.stop());
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  await api.ask('POST', '/api/v1/namespaces', namespace);
  const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices';
  const head = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'x' } };
  const merge = 'application/merge-patch+json';
  assert.equal((await api.ask('POST', path, { ...head, spec: { predictor: { model } } })).status, 201);
  const status = { status: { deploymentMode: 'Standard' } };
  assert.equal((await api.ask('PATCH', `${path}/x/status`, status, merge)).status, 200);
  const change = { metadata: { annotations: mode('Serverless') } };
  const { body } = await api.ask('PATCH', `${path}/x`, change, merge);
  const message = "update rejected: deploymentMode cannot be changed from 'Standard' to 'Knative'";
  assert.equal(body['message'], begin + message);
});
