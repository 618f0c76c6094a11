import type { ReadyModel } from '../repository/index.ts';
import type { Exchange } from './exchange.ts';

/** Whoever waits for an answer: a sink, for one. */
export interface Client {
  /** True once it has gone. */
  readonly aborted: boolean;
  /** Calls `listener` when it goes before its answer is there, at once when it has gone already. */
  onAbort(listener: () => void): void;
}

/** The one door to models: protocols ask here, and do not know on which thread the answer is made. */
export interface DataPlane {
  /**
   * The answer's body: a value when it was quick to have, else a promise. `body` is what a handler was given, and is the
   * data plane's from here on; work that takes longer is given up when `client` goes.
   * @throws coded errors, also through the promise
   */
  answer(
    exchange: Exchange,
    model: ReadyModel,
    body: Uint8Array,
    client: Client,
  ): string | Uint8Array | Promise<string | Uint8Array>;
}
