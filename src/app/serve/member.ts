import { createListener, type Address, type Listener, type Tally } from '../../base/net/index.ts';
import type { Log } from '../../base/log/index.ts';
import type { Snapshot } from '../../base/metrics/index.ts';
import {
  createServing,
  type Control,
  type ModelNotice,
  type ServingThread,
  type SharedThreads,
} from '../../serve/index.ts';
import { guarded } from './guarded.ts';
import { meterListener } from './meters.ts';
import { listenerOptions, servingOptions, type ServeSettings } from './settings.ts';

/** What the crew asks of each serving thread, the main one included. */
export interface Member {
  /** Resolves to the port, which the system chose when 0 was asked for. */
  listen(address: Address): Promise<number>;
  apply(notice: ModelNotice): Promise<void>;
  snapshot(): Promise<Snapshot>;
  /** Has clients leave with their next answer; resolves to how many requests and connections have come so far. */
  leave(): Promise<number>;
  /** Stops accepting and lets what runs finish within `deadline` milliseconds. */
  drain(deadline: number): Promise<void>;
}

/** What a serving thread shares with others. */
interface Shared {
  readonly threads?: SharedThreads | undefined;
  /** What the threads that listen on the same port have open. */
  readonly tally?: Tally | undefined;
}

/** A serving thread: the listener and what answers behind it. */
export class LocalMember implements Member {
  readonly serving: ServingThread;
  readonly #listener: Listener;

  constructor(
    settings: ServeSettings,
    version: string,
    control: Control,
    log: Log,
    { threads: sharedThreads, tally }: Shared = {},
  ) {
    const options = servingOptions(settings, version);
    const threads = sharedThreads === undefined ? {} : { shared: sharedThreads };
    this.serving = createServing({ ...options, ...threads }, control, log);
    const { handler, onOwnAnswer } = this.serving;
    this.#listener = createListener(
      { ...listenerOptions(settings), onOwnAnswer, tally },
      guarded(handler, settings.guard, log),
    );
    meterListener(this.serving.metrics, this.#listener);
  }

  async listen(address: Address): Promise<number> {
    return (await this.#listener.listen(address)).port;
  }

  apply(notice: ModelNotice): Promise<void> {
    return this.serving.apply(notice);
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve(this.serving.metrics.snapshot());
  }

  leave(): Promise<number> {
    this.#listener.leave();
    const { accepted, lane, http1, http2 } = this.#listener.counters;
    return Promise.resolve(accepted + lane + http1 + http2);
  }

  async drain(deadline: number): Promise<void> {
    await this.#listener.drain(deadline);
    await this.serving.close();
  }
}
