import type { FamilySnapshot, Snapshot } from './exposition.ts';

export interface Counter {
  /** Adds `amount` (1 when absent); negative amounts are for gauges only. */
  add(amount?: number): void;
}

export interface Histogram {
  /** Counts one observation, in the family's unit (seconds for durations). */
  observe(value: number): void;
}

export type Labels = Readonly<Record<string, string>>;

/** Families of Prometheus metrics of one thread. A handle is looked up once and then costs an addition per use. */
export interface Metrics {
  counter(name: string, help: string, labels?: Labels): Counter;
  gauge(name: string, help: string, read: () => number, labels?: Labels): void;
  /** A counter whose total somebody else keeps. */
  total(name: string, help: string, read: () => number, labels?: Labels): void;
  histogram(name: string, help: string, bounds: readonly number[], labels?: Labels): Histogram;
  /** The values now, as plain data that can cross threads. */
  snapshot(): Snapshot;
}

class CounterCell implements Counter {
  value = 0;
  add(amount = 1): void {
    this.value += amount;
  }
}

class HistogramCell implements Histogram {
  readonly counts: Float64Array;
  sum = 0;
  readonly bounds: readonly number[];

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.bounds.length && value > (this.bounds[at] as number)) at++;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.sum += value;
  }
}

type Cell = { labels: Labels; read: () => FamilySnapshot['series'][number]['value']; handle: unknown };

interface Family {
  readonly type: FamilySnapshot['type'];
  readonly help: string;
  readonly bounds: readonly number[];
  readonly cells: Map<string, Cell>;
}

export function createMetrics(): Metrics {
  const families = new Map<string, Family>();

  function cell<T>(
    name: string,
    family: Omit<Family, 'cells'>,
    labels: Labels,
    make: () => { handle: T; read: Cell['read'] },
  ): T {
    const entry = families.get(name) ?? { ...family, cells: new Map<string, Cell>() };
    families.set(name, entry);
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const found = entry.cells.get(key) ?? { labels, ...make() };
    entry.cells.set(key, found);
    return found.handle as T;
  }

  return {
    counter: (name, help, labels = {}) =>
      cell<Counter>(name, { type: 'counter', help, bounds: [] }, labels, () => {
        const handle = new CounterCell();
        return { handle, read: () => handle.value };
      }),
    gauge: (name, help, read, labels = {}) => {
      cell(name, { type: 'gauge', help, bounds: [] }, labels, () => ({ handle: undefined, read }));
    },
    total: (name, help, read, labels = {}) => {
      cell(name, { type: 'counter', help, bounds: [] }, labels, () => ({ handle: undefined, read }));
    },
    histogram: (name, help, bounds, labels = {}) =>
      cell<Histogram>(name, { type: 'histogram', help, bounds }, labels, () => {
        const handle = new HistogramCell(bounds);
        return { handle, read: () => ({ counts: [...handle.counts], sum: handle.sum }) };
      }),
    snapshot: () =>
      [...families].map(([name, { type, help, bounds, cells }]) => ({
        name,
        type,
        help,
        bounds,
        series: [...cells.values()].map(({ labels, read }) => ({ labels, value: read() })),
      })),
  };
}
