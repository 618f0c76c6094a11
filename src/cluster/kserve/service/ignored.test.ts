import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ignoredFields } from './ignored.ts';

const model = { modelFormat: { name: 'sklearn' }, storageUri: 'gs://a/b' };

function pathsOf(spec: object, mode: string, annotations: Readonly<Record<string, string>> = {}): string[] {
  const object = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { annotations },
  };
  return ignoredFields({ ...object, spec }, mode).map(text => text.replace(/ is stored but .*$/, ''));
}

test('fields that nothing is done for are named with their path, in the modes in which nothing is done', () => {
  const rows: readonly (readonly [
    predictor: object,
    standard: readonly string[],
    knative: readonly string[],
  ])[] = [
    [{}, [], []],
    [{ minReplicas: 2, maxReplicas: 2 }, [], []],
    [{ maxReplicas: 1 }, [], []],
    [{ minReplicas: 0 }, ['minReplicas'], ['minReplicas']],
    [{ minReplicas: 2, maxReplicas: 3 }, ['maxReplicas'], ['maxReplicas']],
    [{ scaleTarget: 5, scaleMetric: 'rps' }, ['scaleTarget', 'scaleMetric'], ['scaleTarget', 'scaleMetric']],
    [{ autoScaling: { metrics: [] } }, ['autoScaling'], ['autoScaling']],
    [{ canaryTrafficPercent: 10 }, ['canaryTrafficPercent'], []],
    [{ containerConcurrency: 0 }, [], []],
    [{ containerConcurrency: 4, timeout: 30 }, ['containerConcurrency', 'timeout'], []],
    [{ workerSpec: {} }, ['workerSpec'], ['workerSpec']],
    [{ batcher: { timeout: 9 } }, ['batcher.timeout'], ['batcher.timeout']],
    [
      { model: { ...model, confidential: { enabled: true } } },
      ['model.confidential'],
      ['model.confidential'],
    ],
  ];
  for (const [more, standard, knative] of rows) {
    const spec = { predictor: { model, ...more } };
    assert.deepEqual(
      pathsOf(spec, 'Standard'),
      standard.map(name => `spec.predictor.${name}`),
    );
    assert.deepEqual(
      pathsOf(spec, 'Knative'),
      knative.map(name => `spec.predictor.${name}`),
    );
  }
});

test('other components, canaries and annotations are looked at as well', () => {
  const spec = { predictor: { model }, transformer: { minReplicas: 0 }, canary: [{ trafficPercent: 10 }] };
  assert.deepEqual(pathsOf(spec, 'Standard', { 'serving.kserve.io/autoscalerClass': 'keda' }), [
    'spec.transformer.minReplicas',
    'spec.canary',
    'annotation serving.kserve.io/autoscalerClass',
  ]);
  assert.deepEqual(pathsOf(spec, 'Standard', { 'serving.kserve.io/autoscalerClass': 'none' }).length, 2);
  const scaling = {
    'autoscaling.knative.dev/min-scale': '2',
    'autoscaling.knative.dev/max-scale': '5',
    'autoscaling.knative.dev/target': '1',
  };
  assert.deepEqual(pathsOf({ predictor: { model, annotations: scaling } }, 'Knative'), [
    'spec.predictor.annotations: autoscaling.knative.dev/max-scale',
    'spec.predictor.annotations: autoscaling.knative.dev/target',
  ]);
  const never = { 'autoscaling.knative.dev/min-scale': '0' };
  assert.deepEqual(pathsOf({ predictor: { model } }, 'Knative', never), [
    'annotation autoscaling.knative.dev/min-scale',
  ]);
});
