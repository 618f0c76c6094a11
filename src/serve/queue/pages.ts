import { renderPrometheus, type Metrics } from '../../base/metrics/index.ts';
import { prepareHead, type Handler } from '../../base/net/index.ts';
import type { Load, LoadReport } from './load.ts';
import type { Queue } from './queue.ts';
import { encodeStat } from './stat.ts';

const plain = prepareHead(200, [['Content-Type', 'text/plain; charset=utf-8']]);
const absent = prepareHead(404, [['Content-Type', 'text/plain; charset=utf-8']]);
const prometheus = prepareHead(200, [['Content-Type', 'text/plain; version=0.0.4; charset=utf-8']]);
const protobuf = prepareHead(200, [['Content-Type', 'application/protobuf']]);

/** How long a second is reported for: what is scraped is always of a whole one. */
export const reportInterval = 1000;

/** The latest whole second of a queue, as an autoscaler scrapes it at `/metrics`. */
export class StatPage {
  readonly #podName: string;
  readonly #load: Load;
  readonly #started: number;
  #latest: LoadReport | undefined;
  #at: number;

  constructor(podName: string, load: Load, now: number) {
    this.#podName = podName;
    this.#load = load;
    this.#started = this.#at = now;
  }

  /** Ends a second; to be called once in each. */
  tick(now: number): void {
    this.#at = now;
    this.#latest = this.#load.report(now);
  }

  readonly handler: Handler = (_method, target, _head, _body, sink) => {
    if (target.split('?', 1)[0] !== '/metrics') return sink.send(absent, '404 page not found\n');
    const {
      concurrency = 0,
      proxiedConcurrency = 0,
      requests = 0,
      proxiedRequests = 0,
      seconds = 0,
    } = this.#latest ?? {};
    const uptime = this.#latest === undefined ? 0 : (this.#at - this.#started) / 1000;
    const load = { concurrency, proxiedConcurrency, requests, proxiedRequests, seconds };
    return sink.send(protobuf, encodeStat({ podName: this.#podName, uptime, ...load }));
  };
}

/** Metrics for people, at `/metrics`. */
export function metricsPage(metrics: Metrics): Handler {
  return (_method, target, _head, _body, sink) => {
    if (target.split('?', 1)[0] !== '/metrics') return sink.send(absent, '404 page not found\n');
    return sink.send(prometheus, Buffer.from(renderPrometheus(metrics.snapshot())));
  };
}

/** Milliseconds after which a container that was not told to end is taken to go on. */
const resetAfter = 1000;

/**
 * What the hook before the end of a container waits for: `/wait-for-drain` answers when the queue is empty. A container that is
 * only started again calls it, too; then nobody tells the process to end, and the queue serves on.
 */
export function adminPage(queue: Queue, quiet: number, ending: () => boolean): Handler {
  return async (_method, target, _head, _body, sink) => {
    if (target.split('?', 1)[0] !== '/wait-for-drain') return sink.send(absent, '404 page not found\n');
    await queue.drain(quiet);
    setTimeout(() => ending() || queue.stay(), resetAfter).unref();
    return sink.send(plain, '');
  };
}
