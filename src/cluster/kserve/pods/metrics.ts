import type { MetricsConfiguration } from '../config/shape.ts';
import { containerOf, type PodDraft, putVariables } from './draft.ts';

const aggregation = 'serving.kserve.io/enable-metric-aggregation';
const scraping = 'serving.kserve.io/enable-prometheus-scraping';
const queuePort = '9091';
const aggregatedPort = '9088';

/** Says whether and where a pod's metrics are, and lets the queue give the server's with its own (KServe 0.20, `metrics_aggregate_injector.go`). */
export function addMetrics(pod: PodDraft, configuration: MetricsConfiguration): void {
  const annotations = { ...pod.metadata.annotations };
  annotations[aggregation] ??= configuration.enableMetricAggregation;
  annotations[scraping] ??= configuration.enablePrometheusScraping;
  const aggregated = annotations[aggregation] === 'true';
  if (aggregated) tellQueue(pod, annotations);
  if (annotations[scraping] === 'true') {
    annotations['prometheus.io/port'] = aggregated ? aggregatedPort : queuePort;
    annotations['prometheus.io/path'] = '/metrics';
  }
  pod.metadata.annotations = annotations;
}

function tellQueue({ spec }: PodDraft, annotations: Readonly<Record<string, string>>): void {
  const queue = containerOf(spec, 'queue-proxy');
  if (queue === undefined) return;
  const { 'prometheus.kserve.io/port': port = '8080', 'prometheus.kserve.io/path': path = '/metrics' } =
    annotations;
  putVariables(queue, [
    { name: 'KSERVE_CONTAINER_PROMETHEUS_METRICS_PORT', value: port },
    { name: 'KSERVE_CONTAINER_PROMETHEUS_METRICS_PATH', value: path },
    { name: 'AGGREGATE_PROMETHEUS_METRICS_PORT', value: aggregatedPort },
  ]);
  const ports = queue.ports ?? [];
  if (ports.some(one => one.name === 'aggr-metric')) return;
  queue.ports = [...ports, { name: 'aggr-metric', containerPort: Number(aggregatedPort), protocol: 'TCP' }];
}
