import type { Metrics } from '../../base/metrics/index.ts';

/** Counts answers by their status; 0 when the client went first. */
export function counting(metrics: Metrics): (status: number) => void {
  const known = new Map<number, () => void>();
  return status => {
    let add = known.get(status);
    if (add === undefined) {
      const labels = { code: String(status) };
      const counter = metrics.counter(
        'davit_gateway_requests_total',
        'Requests that came to an end, by status; 0 when the client went first.',
        labels,
      );
      known.set(status, (add = () => counter.add()));
    }
    add();
  };
}
