import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, mergeSnapshots, renderPrometheus } from './index.ts';

test('counters, gauges and histograms in the Prometheus text format', () => {
  const metrics = createMetrics();
  metrics.counter('requests_total', 'Requests.', { model: 'a "b"\n' }).add(3);
  metrics.gauge('open', 'Open.', () => 2);
  metrics.total('accepted_total', 'Accepted.', () => 7);
  const seconds = metrics.histogram('seconds', 'Time.', [0.1, 1]);
  for (const value of [0.1, 0.5, 7]) seconds.observe(value);
  assert.equal(
    renderPrometheus(metrics.snapshot()),
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{model="a \\"b\\"\\n"} 3
# HELP open Open.
# TYPE open gauge
open 2
# HELP accepted_total Accepted.
# TYPE accepted_total counter
accepted_total 7
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{le="0.1"} 1
seconds_bucket{le="1"} 2
seconds_bucket{le="+Inf"} 3
seconds_sum 7.6
seconds_count 3
`,
  );
});

test('a handle asked for twice is the same, whatever the order of labels', () => {
  const metrics = createMetrics();
  metrics.counter('n', '', { a: '1', b: '2' }).add();
  metrics.counter('n', '', { b: '2', a: '1' }).add();
  assert.match(renderPrometheus(metrics.snapshot()), /^n\{a="1",b="2"\} 2$/m);
});

test('snapshots of several threads add up', () => {
  const [one, two] = [createMetrics(), createMetrics()];
  for (const [metrics, amount] of [
    [one, 1],
    [two, 4],
  ] as const) {
    metrics.counter('n', 'N.', { model: 'm' }).add(amount);
    metrics.histogram('s', 'S.', [1]).observe(amount);
  }
  two.counter('n', 'N.', { model: 'other' }).add(9);
  const text = renderPrometheus(mergeSnapshots([one.snapshot(), two.snapshot()]));
  assert.match(text, /^n\{model="m"\} 5\nn\{model="other"\} 9$/m);
  assert.match(text, /^s_bucket\{le="1"\} 1\ns_bucket\{le="\+Inf"\} 2\ns_sum 5\ns_count 2$/m);
});
