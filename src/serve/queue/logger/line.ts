import type { Log } from '../../../base/log/index.ts';
import { messageOf } from '../../../base/errors/index.ts';
import type { Counter, Metrics } from '../../../base/metrics/index.ts';
import type { CloudEvent } from '../../../wire/cloudevents/index.ts';

/** Where events go. */
export interface EventSink {
  /** Delivers events, all or none. @throws what may pass when tried again, or `Refused` */
  deliver(events: readonly CloudEvent[], signal: AbortSignal): Promise<void>;
  /** Events of one delivery. */
  readonly atOnce: number;
  /** Deliveries at the same time. */
  readonly workers: number;
}

/** The sink will never take the event. */
export class Refused extends Error {}

export interface LineOptions {
  readonly sink: EventSink;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Events and bytes that may wait. */
  readonly mostEvents?: number;
  readonly mostBytes?: number;
  /** Milliseconds for one delivery, and before the second one; each further wait is twice as long. */
  readonly timeout?: number;
  readonly firstWait?: number;
  /** Deliveries that are tried of one event. */
  readonly tries?: number;
}

/** Why an event was dropped. */
type Reason = 'full' | 'refused' | 'failed' | 'ending';

/** How often a line about dropped events is logged. */
const tellInterval = 10_000;

/** Events on their way to a sink. Bounded in every direction: what has no room is dropped and counted, and nobody waits. */
export class Line {
  readonly #options: Required<Omit<LineOptions, 'sink' | 'log' | 'metrics'>> & LineOptions;
  readonly #waiting: CloudEvent[] = [];
  readonly #ending = new AbortController();
  #bytes = 0;
  #working = 0;
  #idle: (() => void) | undefined;
  #told = -Infinity;
  #untold = 0;

  constructor(options: LineOptions) {
    this.#options = {
      mostEvents: 1000,
      mostBytes: 64 * 1024 * 1024,
      timeout: 10_000,
      firstWait: 250,
      tries: 4,
      ...options,
    };
    const { metrics } = options;
    metrics.gauge(
      'davit_logger_queue_length',
      'Events that wait to be delivered.',
      () => this.#waiting.length,
    );
    this.#delivered();
  }

  #delivered(): Counter {
    return this.#options.metrics.counter('davit_logger_delivered_total', 'Events that their sink has taken.');
  }

  add(event: CloudEvent): void {
    const { mostEvents, mostBytes } = this.#options;
    if (this.#waiting.length >= mostEvents || this.#bytes + event.data.length > mostBytes)
      return this.drop('full');
    this.#bytes += event.data.length;
    this.#waiting.push(event);
    if (this.#working < this.#options.sink.workers) void this.#work();
  }

  drop(reason: Reason, error?: unknown): void {
    const help =
      'Events that were dropped: no room, refused by the sink, not delivered in several tries, or the process ended.';
    this.#options.metrics.counter('davit_logger_dropped_total', help, { reason }).add();
    this.#untold++;
    const now = performance.now();
    if (now - this.#told < tellInterval) return;
    this.#options.log.error('events of the logger were dropped', {
      reason,
      events: this.#untold,
      error: error === undefined ? undefined : messageOf(error),
    });
    this.#told = now;
    this.#untold = 0;
  }

  async #work(): Promise<void> {
    const { sink } = this.#options;
    this.#working++;
    while (this.#waiting.length > 0) {
      const events = this.#waiting.splice(0, sink.atOnce);
      await this.#deliver(events);
      for (const { data } of events) this.#bytes -= data.length;
    }
    this.#working--;
    if (this.#working === 0) this.#idle?.();
  }

  async #deliver(events: readonly CloudEvent[]): Promise<void> {
    const { tries, firstWait } = this.#options;
    const ending = this.#ending.signal;
    const dropAll = (reason: Reason, error: unknown): void => events.forEach(() => this.drop(reason, error));
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#try(events);
        return this.#delivered().add(events.length);
      } catch (error) {
        if (ending.aborted) return dropAll('ending', error);
        if (error instanceof Refused) return dropAll('refused', error);
        if (attempt + 1 >= tries) return dropAll('failed', error);
        await pause(firstWait * 2 ** attempt, ending);
      }
    }
  }

  async #try(events: readonly CloudEvent[]): Promise<void> {
    const { sink, timeout } = this.#options;
    const ending = this.#ending.signal;
    const giveUp = new AbortController();
    const end = (): void => giveUp.abort();
    const timer = setTimeout(end, timeout);
    ending.addEventListener('abort', end);
    try {
      await sink.deliver(events, giveUp.signal);
    } finally {
      clearTimeout(timer);
      ending.removeEventListener('abort', end);
    }
  }

  /** Delivers what waits, within so many milliseconds; the rest is dropped. */
  async close(within: number): Promise<void> {
    const cut = setTimeout(() => {
      for (let left = this.#waiting.splice(0).length; left > 0; left--) this.drop('ending');
      this.#ending.abort();
    }, within);
    if (this.#working > 0) await new Promise<void>(resolve => (this.#idle = resolve));
    clearTimeout(cut);
  }
}

/** Waits, but not longer than the process goes on. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(done, milliseconds);
  signal.addEventListener('abort', done);
  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  }
  return promise;
}
