import type { Handler, ListenerOptions } from '../base/net/index.ts';
import type { Log } from '../base/log/index.ts';
import { createMetrics, type Metrics } from '../base/metrics/index.ts';
import { ownAnswerLog, withAccessLog } from './accesslog.ts';
import type { ExchangeLimits } from './dataplane/index.ts';
import type { Control } from './protocols/index.ts';
import {
  Directory,
  findModel,
  loadPlan,
  type LoadedPlan,
  type ModelNotice,
  type ModelOptions,
} from './repository/index.ts';
import { Router } from './router.ts';
import { Pool, Scheduler } from './scheduler/index.ts';

/** Files up to this are read on the event loop: it takes a few milliseconds, and starting a thread takes longer. */
const inlineFileBytes = 256 * 1024;

export interface ServingOptions {
  readonly model: ModelOptions;
  readonly limits: ExchangeLimits;
  /** Most compute threads of this serving thread. */
  readonly computeThreads: number;
  readonly version: string;
  readonly accessLog: boolean;
}

/** One serving thread: its view of the models, and what answers its listener's requests. */
export interface ServingThread {
  readonly handler: Handler;
  /** What its listener should tell of answers that never came to the handler; nothing without an access log. */
  readonly onOwnAnswer: ListenerOptions['onOwnAnswer'];
  readonly metrics: Metrics;
  /** Learns of a model; resolves when the model's new state is in force on this thread. */
  apply(notice: ModelNotice): Promise<void>;
  /** Reads a model file; a large one on a compute thread. */
  load(path: string): Promise<LoadedPlan>;
  notReady(): readonly ModelNotice[];
  close(): Promise<void>;
}

export function createServing(options: ServingOptions, control: Control, log: Log): ServingThread {
  const metrics = createMetrics();
  const pool = new Pool(options.computeThreads, { options: options.model, limits: options.limits });
  const directory = new Directory(options.model, () => router.renew());
  const dataPlane = new Scheduler(directory, pool, options.limits);
  const router = new Router({ directory, dataPlane, control, metrics, version: options.version }, log);
  metrics.gauge('davit_compute_queue_length', 'Requests that wait for a compute thread.', () => pool.waiting);
  metrics.gauge('davit_compute_threads', 'Compute threads that were started.', () => pool.threads);
  return {
    handler: options.accessLog ? withAccessLog(router.handle, log) : router.handle,
    onOwnAnswer: options.accessLog ? ownAnswerLog(log) : undefined,
    metrics,
    apply: async notice => {
      await directory.apply(notice, generation => pool.forget(generation));
    },
    load: async path => ((await findModel(path)).bytes > inlineFileBytes ? pool.load(path) : loadPlan(path)),
    notReady: () => directory.notReady(),
    close: () => pool.close(),
  };
}
