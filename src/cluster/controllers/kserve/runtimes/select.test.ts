import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Model, ModelFormat, Runtime, RuntimeSpec } from '../shapes.ts';
import { isNoRuntime, selectRuntime, usualProtocol } from './select.ts';

interface Said extends RuntimeSpec {
  readonly created?: string;
}

function runtime(name: string, { created = '2026-01-01T00:00:00Z', ...spec }: Said): Runtime {
  const supportedModelFormats: ModelFormat[] = [{ name: 'sklearn', version: '1', autoSelect: true }];
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ServingRuntime',
    metadata: { name, creationTimestamp: created },
    spec: { supportedModelFormats, protocolVersions: ['v1'], ...spec },
  };
}

const sklearn: Model = { modelFormat: { name: 'sklearn' } };

function chosen(model: Model, inNamespace: Runtime[], inCluster: Runtime[] = [], multiNode = false): string {
  const selection = selectRuntime(model, { inNamespace, inCluster }, multiNode);
  return isNoRuntime(selection)
    ? `${selection.reason}: ${selection.error}`
    : `${selection.runtime.metadata.name}${selection.ofCluster ? ' of the cluster' : ''}`;
}

const format = (more: Partial<ModelFormat>): ModelFormat => ({ name: 'sklearn', autoSelect: true, ...more });

describe('a runtime that is not named', () => {
  const none = 'NoSupportingRuntime: no runtime found to support predictor with model type: {sklearn <nil>}';
  const rows: readonly [what: string, expected: string, Model, Runtime[], Runtime[]?][] = [
    ['the namespace comes before the cluster', 'a', sklearn, [runtime('a', {})], [runtime('b', {})]],
    ['of the cluster where the namespace has none', 'b of the cluster', sklearn, [], [runtime('b', {})]],
    ['there is none', none, sklearn, []],
    [
      'a higher priority wins',
      'b',
      sklearn,
      [
        runtime('a', { supportedModelFormats: [format({ priority: 1 })] }),
        runtime('b', { supportedModelFormats: [format({ priority: 2 })] }),
      ],
    ],
    [
      'any priority before none',
      'b',
      sklearn,
      [runtime('a', {}), runtime('b', { supportedModelFormats: [format({ priority: 0 })] })],
    ],
    [
      'the younger of two of one priority',
      'young',
      sklearn,
      [runtime('old', {}), runtime('young', { created: '2026-02-01T00:00:00Z' })],
    ],
    ['by name where all else is equal', 'a', sklearn, [runtime('b', {}), runtime('a', {})]],
    [
      'the lowest protocol first',
      'v1',
      { ...sklearn, protocolVersion: 'v2' },
      [runtime('b', { protocolVersions: ['v2'] }), runtime('v1', { protocolVersions: ['v2', 'v1'] })],
    ],
    ['one that is disabled is left out', none, sklearn, [runtime('a', { disabled: true })]],
    ['one for many models is left out', none, sklearn, [runtime('a', { multiModel: true })]],
    ['one for several nodes is left out', none, sklearn, [runtime('a', { workerSpec: {} })]],
    [
      'one that speaks other protocols is left out',
      none,
      sklearn,
      [runtime('a', { protocolVersions: ['v2'] })],
    ],
    ['one that names no protocol speaks all', 'a', sklearn, [runtime('a', { protocolVersions: [] })]],
    [
      'one that is not to be selected by itself is left out',
      none,
      sklearn,
      [runtime('a', { supportedModelFormats: [format({ autoSelect: false })] })],
    ],
    [
      'versions are compared as they are written',
      'NoSupportingRuntime: no runtime found to support predictor with model type: {sklearn 1.0}',
      { modelFormat: { name: 'sklearn', version: '1.0' } },
      [runtime('a', {})],
    ],
  ];
  for (const [what, expected, model, inNamespace, inCluster] of rows) {
    test(what, () => assert.equal(chosen(model, inNamespace, inCluster), expected));
  }

  test('one for several nodes is for a service of several nodes', () => {
    assert.equal(chosen(sklearn, [runtime('a', {}), runtime('b', { workerSpec: {} })], [], true), 'b');
  });
});

describe('a runtime that is named', () => {
  const named: Model = { ...sklearn, runtime: 'a' };
  const rows: readonly [what: string, expected: string, Model, Runtime[]][] = [
    [
      'is not there',
      'RuntimeNotRecognized: No ServingRuntimes or ClusterServingRuntimes with the name: a',
      named,
      [runtime('b', {})],
    ],
    [
      'is disabled',
      'RuntimeDisabled: specified runtime a is disabled',
      named,
      [runtime('a', { disabled: true })],
    ],
    [
      'does not speak the protocol',
      'NoSupportingRuntime: specified runtime a does not support specified protocol version',
      { ...named, protocolVersion: 'v2' },
      [runtime('a', {})],
    ],
    [
      'does not know the format',
      'NoSupportingRuntime: specified runtime a does not support specified framework/version',
      { ...named, modelFormat: { name: 'xgboost' } },
      [runtime('a', {})],
    ],
    [
      'need not be one that is selected by itself',
      'a',
      named,
      [runtime('a', { supportedModelFormats: [format({ autoSelect: false })] })],
    ],
  ];
  for (const [what, expected, model, runtimes] of rows) {
    test(what, () => assert.equal(chosen(model, runtimes), expected));
  }
});

test('a model that names no protocol speaks the lowest of its runtime', () => {
  assert.equal(usualProtocol({ protocolVersions: ['grpc-v2', 'v2'] }), 'v2');
  assert.equal(usualProtocol({}), 'unknown');
});
