import type { Component } from '../components/component.ts';
import type { Child } from '../children.ts';
import { autoscalerAnnotation, type Extension, type Metric } from '../shapes.ts';
import type { Metadata } from './metadata.ts';

const usualUtilization = 80;

/** How many pods a component has at least and at most, as its HorizontalPodAutoscaler says. Pure. */
export function replicaBounds({ minReplicas = 1, maxReplicas = 0 }: Extension): { min: number; max: number } {
  const min = Math.max(minReplicas, 1);
  return { min, max: Math.max(maxReplicas, min) };
}

/** The HorizontalPodAutoscaler of a component; undefined where its class says that somebody else scales. Pure. */
export function scalerOf(
  { name, labels, annotations, extension }: Component,
  metadata: Metadata,
): Child | undefined {
  const scalerClass = annotations[autoscalerAnnotation];
  if (scalerClass !== undefined && scalerClass !== 'hpa') return undefined;
  const { min, max } = replicaBounds(extension);
  return {
    plural: 'horizontalpodautoscalers',
    object: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { ...metadata, labels: { ...labels, app: `isvc.${name}` } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: min,
        maxReplicas: max,
        metrics: metricsOf(extension),
        behavior: {},
      },
    },
  };
}

/** What a HorizontalPodAutoscaler cannot measure (concurrency, requests) leaves it with the processor. */
function metricsOf({ autoScaling, scaleMetric = 'cpu', scaleTarget }: Extension): object[] {
  const usual = resource('cpu', { type: 'Utilization', averageUtilization: usualUtilization });
  if (autoScaling !== undefined) {
    const metrics = (autoScaling.metrics ?? []).flatMap(metricOf);
    return metrics.length > 0 ? metrics : [usual];
  }
  if (scaleTarget === undefined || !['cpu', 'memory'].includes(scaleMetric)) return [usual];
  return [resource(scaleMetric, { type: 'Utilization', averageUtilization: scaleTarget })];
}

function metricOf({ resource: asked }: Metric): object[] {
  if (asked === undefined) return [];
  const { type, averageUtilization, averageValue } = asked.target;
  if (asked.name === 'cpu') {
    const target = { type: 'Utilization', averageUtilization: averageUtilization ?? usualUtilization };
    return [resource('cpu', target)];
  }
  if (type === 'AverageValue') return [resource(asked.name, { type, averageValue })];
  return [resource(asked.name, { type, averageUtilization })];
}

function resource(name: string, target: object): object {
  return { type: 'Resource', resource: { name, target } };
}
