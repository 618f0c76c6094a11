import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withImageTag } from './images.ts';
import { mergedContainer, mergedPod } from './merge.ts';

const base = {
  name: 'kserve-container',
  image: 'example/server:1',
  args: ['--port=8080'],
  env: [
    { name: 'A', value: 'runtime' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  resources: { limits: { cpu: '1', memory: '2Gi' } },
};

describe('a runtime’s container with what a model says', () => {
  test('arguments come one after the other, a variable of both is the model’s', () => {
    const merged = mergedContainer(base, {
      name: '',
      args: ['--workers=2'],
      env: [
        { name: 'A', value: 'model' },
        { name: 'B', value: 'plain' },
        { name: 'C', value: 'new' },
      ],
      resources: { limits: { cpu: '4' } },
    });
    assert.equal(merged.name, 'kserve-container');
    assert.deepEqual(merged.args, ['--port=8080', '--workers=2']);
    const env = Object.fromEntries((merged.env ?? []).map(({ name, ...rest }) => [name, rest]));
    assert.deepEqual(env, { A: { value: 'model' }, B: { value: 'plain' }, C: { value: 'new' } });
    assert.deepEqual(merged.resources, { limits: { cpu: '4', memory: '2Gi' } });
  });

  test('what is KServe’s of a model stays out of the container', () => {
    const model = { modelFormat: { name: 'x' }, storageUri: 'gs://a', runtime: 'r', protocolVersion: 'v2' };
    assert.deepEqual(mergedContainer(base, model as never), base);
  });
});

test('a runtime’s pod with what the component says of it', () => {
  const runtime = {
    nodeSelector: { a: '1' },
    volumes: [{ name: 'shm', emptyDir: {} }],
    containers: [base],
    supportedModelFormats: [],
  };
  const component = { minReplicas: 2, serviceAccountName: 'sa', nodeSelector: { b: '2' } };
  assert.deepEqual(mergedPod(runtime, component), {
    nodeSelector: { a: '1', b: '2' },
    volumes: [{ name: 'shm', emptyDir: {} }],
    serviceAccountName: 'sa',
  });
});

describe('the tag of an image', () => {
  const gpu = { limits: { 'nvidia.com/gpu': '1' } };
  const rows: readonly [string, string | undefined, string, object, string][] = [
    ['server:1', '2', '', {}, 'server:2'],
    ['server', '2', '', {}, 'server:2'],
    ['host:5000/server:1', '2', '', {}, 'host:5000/server:2'],
    ['server@sha256:abc', '2', '', {}, 'server@sha256:abc'],
    ['tf:1', undefined, 'tensorflow-serving', gpu, 'tf:1-gpu'],
    ['tf:1-gpu', undefined, 'tensorflow-serving', gpu, 'tf:1-gpu'],
    ['tf:1', undefined, 'tensorflow-serving', {}, 'tf:1'],
    ['vllm:1', undefined, 'vllmserver', {}, 'vllm-cpu:1'],
    ['vllm:1', undefined, 'vllmserver', gpu, 'vllm:1'],
  ];
  for (const [image, version, server, resources, expected] of rows) {
    test(`${image} of ${server || 'any server'}, version ${version ?? 'not said'}: ${expected}`, () => {
      assert.equal(withImageTag({ name: 'c', image, resources }, version, server).image, expected);
    });
  }
});
