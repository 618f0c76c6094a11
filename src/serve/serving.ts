import type { Handler, ListenerOptions } from '../base/net/index.ts';
import type { Log } from '../base/log/index.ts';
import { createMetrics, type Metrics } from '../base/metrics/index.ts';
import { ownAnswerLog, withAccessLog } from './accesslog.ts';
import type { ExchangeLimits } from './dataplane/index.ts';
import type { Control } from './protocols/index.ts';
import {
  type Admit,
  described,
  Directory,
  findModel,
  loadPlan,
  type LoadedPlan,
  type ModelNotice,
  type ModelOptions,
  type PlanPlace,
} from './repository/index.ts';
import { Router } from './router.ts';
import { type Compute, type Fault, Place, Pool, Scheduler, type SharedPool } from './scheduler/index.ts';

/** Files up to this are read on the event loop: it takes a few milliseconds, and starting a thread takes longer. */
const inlineFileBytes = 256 * 1024;

export interface ServingOptions {
  readonly model: ModelOptions;
  readonly limits: ExchangeLimits;
  /** Most compute threads of this serving thread. */
  readonly computeThreads: number;
  readonly version: string;
  readonly accessLog: boolean;
  /** Where plans of large files are kept, asked for the first of them; without it each is read anew. */
  readonly plans?: () => Promise<PlanPlace | undefined>;
  /** Threads that compute for this server and others; without them it has its own, and does what is short on the event loop. */
  readonly shared?: SharedThreads;
}

export interface SharedThreads {
  readonly pool: SharedPool;
  /** What tells this server from the others. */
  readonly name: string;
  /** Learns that a thread was lost by the work of this server. */
  readonly onFault: (fault: Fault, message: string) => void;
}

/** One serving thread: its view of the models, and what answers its listener's requests. */
export interface ServingThread {
  readonly handler: Handler;
  /** What its listener should tell of answers that never came to the handler; nothing without an access log. */
  readonly onOwnAnswer: ListenerOptions['onOwnAnswer'];
  readonly metrics: Metrics;
  /** Learns of a model; resolves when the model's new state is in force on this thread. */
  apply(notice: ModelNotice): Promise<void>;
  /** Reads a model file, a large one on a compute thread, once it is admitted. @throws what `admit` throws */
  load(path: string, admit: Admit): Promise<LoadedPlan>;
  notReady(): readonly ModelNotice[];
  close(): Promise<void>;
}

export function createServing(options: ServingOptions, control: Control, log: Log): ServingThread {
  const metrics = createMetrics();
  const { pool, directory, load } = computing(options, () => router.renew());
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
    load,
    notReady: () => directory.notReady(),
    close: () => pool.close(),
  };
}

interface Computing {
  readonly pool: Compute;
  readonly directory: Directory;
  readonly load: ServingThread['load'];
}

function computing(options: ServingOptions, changed: () => void): Computing {
  const { model, limits, computeThreads, plans, shared } = options;
  const server = { options: model, limits };
  if (shared === undefined) {
    const pool = new Pool(computeThreads, server);
    const load = async (path: string, admit: Admit): Promise<LoadedPlan> => {
      const { bytes } = await findModel(path);
      admit(bytes);
      return bytes > inlineFileBytes ? pool.load(path, await plans?.()) : loadPlan(path);
    };
    return { pool, directory: new Directory(model, changed), load };
  }
  const { pool, name, onFault } = shared;
  const place = new Place(pool, { ...server, name, onFault });
  const directory = new Directory(model, changed, async notice => {
    await place.prepare(notice);
    return { ...described(notice, model), executable: undefined };
  });
  const load = async (path: string, admit: Admit): Promise<LoadedPlan> => {
    admit((await findModel(path)).bytes);
    return place.load(path);
  };
  return { pool: place, directory, load };
}
