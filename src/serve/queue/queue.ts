import type { Now } from '../../base/clock/index.ts';
import type { Metrics } from '../../base/metrics/index.ts';
import { keepBody, prepareHead, type Handler, type Head, type Sink } from '../../base/net/index.ts';
import { Limit, type Waiting } from './limit.ts';
import { Load } from './load.ts';
import { answerProbe, probeOf, type Ready } from './probes.ts';
import { WatchedSink, type Watcher } from './sinks.ts';

/** Times in milliseconds; 0 is no limit. */
export interface QueueOptions {
  /** Requests that run at once; 0 is no limit. */
  readonly concurrency: number;
  /** For the whole of a request, its wait included. */
  readonly timeout: number;
  /** For the answer to begin. */
  readonly startTimeout: number;
  /** Between two parts of an answer. */
  readonly idleTimeout: number;
  readonly ready: Ready;
  readonly now: Now;
  readonly metrics: Metrics;
}

/** Those who wait for each that runs: time for an autoscaler to act. */
const waitingForEach = 10;
/** Where Knative says who passed a request on, and what its activator calls itself. */
const proxyField = 'k-proxy-request';
const activator = 'activator';
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const text = [['Content-Type', 'text/plain; charset=utf-8']] as const;
const fullHead = prepareHead(503, [...text, ['Davit-Error-Code', 'queue-full'], ['Retry-After', '1']]);
const lateHead = prepareHead(504, [...text, ['Davit-Error-Code', 'queue-timeout']]);
const full = 'pending request queue full\n';
const late = 'request timeout';

/** What stands before the server of a pod: limits, counts and drains its requests, as Knative’s queue-proxy does. */
export class Queue {
  readonly load: Load;
  /** Requests that run or wait. */
  inside = 0;
  draining = false;
  readonly #next: Handler;
  readonly #options: QueueOptions;
  readonly #limit: Limit | undefined;
  /** Requests that were not answered at once, oldest first. */
  readonly #pending = new Set<Exchange>();
  readonly #whenQuiet = new Set<() => void>();
  readonly #observe: (status: number, seconds: number) => void;
  /** When the last request came. */
  #last = 0;
  #drainingSince = 0;

  constructor(next: Handler, options: QueueOptions) {
    this.#next = next;
    this.#options = options;
    this.load = new Load(options.now());
    const { concurrency, metrics } = options;
    if (concurrency > 0)
      this.#limit = new Limit({ running: concurrency, waiting: concurrency * waitingForEach });
    this.#observe = meter(metrics, () => this.inside);
  }

  readonly handler: Handler = (method, target, head, body, sink) => {
    const probe = probeOf(head);
    if (probe !== undefined) return answerProbe(probe, head, sink, this.draining, this.#options.ready);
    const limit = this.#limit;
    const exchange = new Exchange(this, this.#options.now(), head.header(proxyField) === activator);
    this.#last = exchange.since;
    this.load.enter(exchange.since, exchange.proxied);
    this.inside++;
    const watched = new WatchedSink(sink, exchange);
    exchange.sink = watched;
    if (limit !== undefined && !limit.enter()) {
      const kept = keepBody(body);
      const run = () => this.#run(exchange, watched, method, target, head, kept);
      return this.#wait(limit, exchange, watched, run, sink);
    }
    exchange.hasTurn = true;
    return this.#run(exchange, watched, method, target, head, body);
  };

  #run(
    exchange: Exchange,
    sink: WatchedSink,
    method: string,
    target: string,
    head: Head,
    body: Uint8Array,
  ): void | Promise<void> {
    let later: void | Promise<void>;
    try {
      later = this.#next(method, target, head, body, sink);
    } catch (thrown) {
      // The listener answers it.
      exchange.over();
      throw thrown;
    }
    exchange.working = later !== undefined;
    if (!exchange.isOver) this.#await(exchange, sink);
    return later?.then(
      () => exchange.worked(),
      (thrown: unknown) => {
        // The listener answers it.
        exchange.worked();
        exchange.over();
        throw thrown;
      },
    );
  }

  #await(exchange: Exchange, sink: WatchedSink): void {
    this.#pending.add(exchange);
    sink.watch();
  }

  #wait(
    limit: Limit,
    exchange: Exchange,
    watched: WatchedSink,
    run: () => void | Promise<void>,
    sink: Sink,
  ): void | Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    exchange.place = limit.wait(() => {
      exchange.hasTurn = true;
      try {
        const later = run();
        if (later === undefined) resolve();
        else later.then(resolve, reject);
      } catch (thrown) {
        reject(thrown);
      }
    });
    if (exchange.place === undefined) {
      exchange.over();
      return sink.send(fullHead, full);
    }
    this.#await(exchange, watched);
    return promise;
  }

  /** An exchange is over. */
  left(exchange: Exchange, status: number): void {
    const now = this.#options.now();
    this.inside--;
    this.load.leave(now, exchange.proxied);
    this.#pending.delete(exchange);
    this.#observe(status, (now - exchange.since) / 1000);
    if (exchange.hasTurn) this.#limit?.leave();
  }

  /** Enforces the time-outs; to be called several times a second. */
  sweep(): void {
    if (this.#pending.size === 0 && this.#whenQuiet.size === 0) return;
    const now = this.#options.now();
    const { timeout, startTimeout, idleTimeout } = this.#options;
    const isLate = ({ sink, since, active }: Exchange): boolean =>
      (timeout > 0 && now - since >= timeout) ||
      (startTimeout > 0 && sink?.begun === false && now - since >= startTimeout) ||
      (idleTimeout > 0 && now - active >= idleTimeout);
    const found: Exchange[] = [];
    for (const exchange of this.#pending) if (isLate(exchange)) found.push(exchange);
    // The last in line go first, so that none is given a turn only to lose it.
    for (const { sink } of found.toReversed()) sink?.giveUp(to => to.send(lateHead, late));
    for (const look of this.#whenQuiet) look();
  }

  /** Whether the time between two parts of an answer is limited. */
  get watchesParts(): boolean {
    return this.#options.idleTimeout > 0;
  }

  /** Milliseconds of the queue’s clock. */
  now(): number {
    return this.#options.now();
  }

  /**
   * Tells probes that the pod goes, and answers requests as before. Resolves when none has come for `quiet` milliseconds and none
   * is inside, or when `stay` is called.
   */
  drain(quiet: number): Promise<void> {
    if (!this.draining) this.#drainingSince = this.#options.now();
    this.draining = true;
    const since = this.#drainingSince;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      const idle = this.#options.now() - Math.max(this.#last, since) >= quiet;
      if (this.draining && (this.inside > 0 || !idle)) return;
      this.#whenQuiet.delete(look);
      resolve();
    };
    this.#whenQuiet.add(look);
    look();
    return promise;
  }

  /** The pod does not go after all. */
  stay(): void {
    this.draining = false;
    for (const look of this.#whenQuiet) look();
  }
}

/** One request in the queue. Its turn is over when its answer is, and whoever worked on it has stopped. */
class Exchange implements Watcher {
  readonly since: number;
  readonly proxied: boolean;
  /** When a part of the answer was last written. */
  active: number;
  sink: WatchedSink | undefined;
  place: Waiting | undefined;
  hasTurn = false;
  /** Somebody works on it until a promise settles. */
  working = false;
  isOver = false;
  readonly #queue: Queue;
  #status = 0;
  #hasLeft = false;

  constructor(queue: Queue, now: number, proxied: boolean) {
    this.#queue = queue;
    this.since = this.active = now;
    this.proxied = proxied;
  }

  begins({ status }: { status: number }): void {
    this.#status = status;
  }

  body(): void {
    if (this.#queue.watchesParts) this.active = this.#queue.now();
  }

  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.place?.leave();
    if (!this.working) this.#leave();
  }

  /** Whoever worked on it has stopped. */
  worked(): void {
    this.working = false;
    if (this.isOver) this.#leave();
  }

  /** Once: an answer may be over before whoever gave it says that the work goes on. */
  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#queue.left(this, this.#status);
  }
}

/** Knative’s metrics of a revision; the names are what its exporter for Prometheus makes of them. */
function meter(metrics: Metrics, depth: () => number): (status: number, seconds: number) => void {
  metrics.gauge('kn_serving_queue_depth', 'Number of current requests in the queue', depth);
  const known = new Map<number, (seconds: number) => void>();
  return (status, seconds) => {
    let observe = known.get(status);
    if (observe === undefined) {
      const histogram = metrics.histogram(
        'kn_serving_invocation_duration_seconds',
        'The duration of task execution',
        durationBounds,
        { http_response_status_code: String(status) },
      );
      known.set(status, (observe = value => histogram.observe(value)));
    }
    observe(seconds);
  };
}
