import type { Client } from '../dataplane/index.ts';
import type { LoadedPlan, ModelNotice } from '../repository/index.ts';

/** Work for a compute thread; the notice holds the plan. */
export interface Question {
  readonly exchange: string;
  readonly notice: ModelNotice;
  readonly body: Uint8Array;
  readonly client: Client;
}

/** Threads that compute for one server. */
export interface Compute {
  /** Requests that wait for a thread. */
  readonly waiting: number;
  /** Threads that there are. */
  readonly threads: number;
  /**
   * Answers a request on a compute thread, which is given the body, or a copy of one that may be used again. Once the
   * client has gone it is given up, before its turn or while it runs.
   * @throws overloaded, compute-crashed, client-gone, and what the exchange and the engine throw
   */
  answer(question: Question): Promise<string | Uint8Array>;
  /** Reads a model file on a compute thread. */
  load(path: string): Promise<LoadedPlan>;
  /** Lets the threads drop what they compiled for a generation. */
  forget(generation: number): void;
  /** Ends the work for this server; what waits or runs fails. */
  close(): Promise<void>;
}
