import type { Metrics } from '../../base/metrics/index.ts';
import type { Listener } from '../../base/net/index.ts';
import type { Repository } from '../../serve/index.ts';

/** What a listener counts, as metrics. */
export function meterListener(metrics: Metrics, listener: Listener): void {
  const { counters } = listener;
  metrics.gauge('davit_http_connections', 'Open connections.', () => counters.open);
  metrics.total(
    'davit_http_connections_total',
    'Connections accepted, refused ones among them.',
    () => counters.accepted,
  );
  metrics.total(
    'davit_http_connections_refused_total',
    'Connections answered 503 and closed, because as many were open as --max-connections allows.',
    () => counters.full,
  );
  for (const path of ['lane', 'http1', 'http2'] as const) {
    metrics.total(
      'davit_http_requests_total',
      'Requests that reached a protocol, by what read them: lane is the fast lane for usual HTTP/1.1, http1 the full parser for the rest of it, http2 the parser of HTTP/2.',
      () => counters[path],
      { path },
    );
  }
  metrics.total(
    'davit_http_requests_refused_total',
    'Requests answered with an error before they reached a protocol: malformed, too large, too slow, in an unknown encoding.',
    () => counters.refused - counters.full,
  );
  metrics.total(
    'davit_http_requests_aborted_total',
    'Requests that reached a protocol and whose client went before the answer.',
    () => counters.aborted,
  );
  metrics.total(
    'davit_http_timeouts_total',
    'Connections ended by a time limit: too slow to send, to read, or to come back.',
    () => counters.timedOut,
  );
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
