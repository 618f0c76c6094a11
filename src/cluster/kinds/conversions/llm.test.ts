import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import { llm } from './llm.ts';

const object = (metadata: object, spec: object, status?: object): KubeObject => ({
  apiVersion: 'x',
  kind: 'LLMInferenceService',
  metadata,
  spec,
  ...(status && { status }),
});

test('how critical models are is kept in annotations, and comes back', () => {
  const adapters = [
    { name: 'a', uri: 'u' },
    { name: 'b', uri: 'u', criticality: 'Sheddable' },
  ];
  const old = object(
    { name: 'm' },
    { model: { uri: 'hf://m', criticality: 'Critical', lora: { adapters } } },
  );
  const stored = llm.toStorage(old);
  assert.deepEqual(stored.metadata.annotations, {
    'internal.serving.kserve.io/model-criticality': 'Critical',
    'internal.serving.kserve.io/lora-criticalities': '{"1":"Sheddable"}',
  });
  assert.deepEqual(stored['spec'], {
    model: { uri: 'hf://m', lora: { adapters: [adapters[0], { name: 'b', uri: 'u' }] } },
  });
  assert.deepEqual(llm.fromStorage(stored), old);
});

test('pools are named otherwise', () => {
  const selector = { app: 'm' };
  const extensionRef = { failureMode: 'FailOpen', kind: 'Service', name: 'epp', portNumber: 9003 };
  const old = object({ name: 'm' }, poolOf({ extensionRef, selector, targetPortNumber: 8000 }));
  const stored = llm.toStorage(old);
  assert.deepEqual(
    stored['spec'],
    poolOf({
      endpointPickerRef: { failureMode: 'FailOpen', kind: 'Service', name: 'epp', port: { number: 9003 } },
      selector: { matchLabels: selector },
      targetPorts: [{ number: 8000 }],
    }),
  );
  assert.deepEqual(llm.fromStorage(stored), old);
  const bare = llm.toStorage(object({}, poolOf({ extensionRef: { name: 'epp' } })));
  const endpointPickerRef = {
    failureMode: 'FailClose',
    kind: 'Service',
    name: 'epp',
    port: { number: 9002 },
  };
  assert.deepEqual(bare['spec'], poolOf({ endpointPickerRef }));
});

function poolOf(spec: object): object {
  return { router: { scheduler: { pool: { spec } } } };
}

test('what v1alpha1 has no field for is left out; annotations of others stay', () => {
  const stored = object(
    { name: 'm', annotations: { mine: '1', 'internal.serving.kserve.io/lora-criticalities': 'no JSON' } },
    {
      model: { uri: 'u', confidential: {} },
      kvCacheOffloading: {},
      prefill: { kvCacheOffloading: {}, replicas: 1 },
    },
    { url: 'http://x', workloads: {}, addresses: [{ url: 'http://x', origin: {} }] },
  );
  assert.deepEqual(
    llm.fromStorage(stored),
    object(
      { name: 'm', annotations: { mine: '1' } },
      { model: { uri: 'u' }, prefill: { replicas: 1 } },
      { url: 'http://x', addresses: [{ url: 'http://x' }] },
    ),
  );
});

test('objects of any shape are taken as they are', () => {
  for (const spec of [null, 'text', [], { model: 'text', router: { scheduler: [] } }]) {
    const odd = object({}, spec as object);
    assert.deepEqual(llm.toStorage(odd), odd);
    assert.deepEqual(llm.fromStorage(odd), odd);
  }
});
