import type { Metrics } from '../../base/metrics/index.ts';
import type { Listener } from '../../base/net/index.ts';
import type { Repository } from '../../serve/index.ts';

/** What a listener counts, as metrics. */
export function meterListener(metrics: Metrics, listener: Listener): void {
  const { counters } = listener;
  metrics.gauge('davit_http_connections', 'Open connections.', () => counters.open);
  metrics.total('davit_http_connections_total', 'Connections accepted.', () => counters.accepted);
  metrics.total(
    'davit_http_connections_refused_total',
    'Connections refused at the limit.',
    () => counters.refused,
  );
  metrics.total('davit_http_timeouts_total', 'Connections ended by a time limit.', () => counters.timedOut);
  for (const path of ['lane', 'http1', 'http2'] as const) {
    metrics.total(
      'davit_http_requests_total',
      'Requests by the parser that read them.',
      () => counters[path],
      { path },
    );
  }
}

/** The process, by the names every Prometheus client uses, and the memory of models. */
export function meterProcess(metrics: Metrics, repository: Repository): void {
  const started = Date.now() / 1000 - process.uptime();
  metrics.gauge(
    'process_start_time_seconds',
    'Start of the process, seconds since the epoch.',
    () => started,
  );
  metrics.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  metrics.total('process_cpu_seconds_total', 'User and system CPU time.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge(
    'davit_models_ready',
    'Models that are ready.',
    () => repository.index().filter(one => one.state === 'READY').length,
  );
  metrics.gauge('davit_models_memory_bytes', 'Bytes counted for loaded models.', () =>
    [...repository.memory().values()].reduce((sum, bytes) => sum + bytes, 0),
  );
}
