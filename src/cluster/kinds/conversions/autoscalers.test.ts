import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import { autoscalers } from './autoscalers.ts';

const head = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const selector = { matchLabels: { a: 'b' } };

function autoscaler(spec: object, status: object = {}): KubeObject {
  return {
    ...head,
    metadata: { name: 'h', annotations: { mine: 'kept' } },
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 3, ...spec },
    status: { desiredReplicas: 0, currentMetrics: null, ...status },
  };
}

const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

test('the use of processors is a field of v1, and comes back', () => {
  const stored = autoscaler({ metrics: [cpu] });
  const first = autoscalers.fromStorage(stored);
  assert.deepEqual(first['spec'], {
    scaleTargetRef,
    minReplicas: 1,
    maxReplicas: 3,
    targetCPUUtilizationPercentage: 80,
  });
  assert.deepEqual(first.metadata.annotations, { mine: 'kept' });
  assert.deepEqual(autoscalers.toStorage(first), stored);
});

test('what v1 has no field for stands in annotations, and comes back', () => {
  const metrics = [
    {
      type: 'Pods',
      pods: { metric: { name: 'hits', selector }, target: { type: 'AverageValue', averageValue: '5' } },
    },
    {
      type: 'Object',
      object: {
        describedObject: scaleTargetRef,
        metric: { name: 'queue' },
        target: { type: 'Value', value: '10' },
      },
    },
    {
      type: 'External',
      external: { metric: { name: 'x', selector }, target: { type: 'Value', value: '1' } },
    },
    {
      type: 'ContainerResource',
      containerResource: {
        name: 'memory',
        container: 'c',
        target: { type: 'AverageValue', averageValue: '1Gi' },
      },
    },
  ];
  const behavior = {
    scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] },
  };
  const conditions = [{ type: 'AbleToScale', status: 'True', reason: 'R', message: 'm' }];
  const used = {
    type: 'Resource',
    resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '1' } },
  };
  const status = { currentMetrics: [used], conditions, currentReplicas: 2, desiredReplicas: 2 };
  const stored = autoscaler({ metrics: [...metrics, cpu], behavior }, status);
  const first = autoscalers.fromStorage(stored);
  const { annotations = {} } = first.metadata;
  const prefix = 'autoscaling.alpha.kubernetes.io';
  assert.deepEqual(JSON.parse(annotations[`${prefix}/metrics`] ?? '')[0], {
    type: 'Pods',
    pods: { metricName: 'hits', targetAverageValue: '5', selector },
  });
  assert.equal(
    annotations[`${prefix}/behavior`],
    '{"ScaleDown":{"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}]}}',
  );
  assert.deepEqual(first['status'], {
    currentReplicas: 2,
    desiredReplicas: 2,
    currentCPUUtilizationPercentage: 50,
  });
  assert.deepEqual(autoscalers.toStorage(first), stored);
});

test('notes that somebody has written by hand break nothing', () => {
  const first = autoscalers.fromStorage(autoscaler({ metrics: [cpu] }));
  const annotations = {
    'autoscaling.alpha.kubernetes.io/metrics': '[1, null, {"type": "Pods", "pods": null}',
    'autoscaling.alpha.kubernetes.io/behavior': '7',
    'autoscaling.alpha.kubernetes.io/conditions': '{}',
    'autoscaling.alpha.kubernetes.io/current-metrics': '[{"type":"Object","object":null}]',
  };
  const { spec } = autoscalers.toStorage({ ...first, metadata: { ...first.metadata, annotations } });
  assert.deepEqual((spec as { metrics: unknown }).metrics, [cpu]);
});
