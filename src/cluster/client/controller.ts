import { isStatusError } from '../meta/index.ts';
import { WorkQueue, type Backoff } from './queue.ts';

/** Keys that a worker works on before others of the process have a turn. */
const burst = 16;

/** What is to happen with a key after it was worked on. */
export interface Outcome {
  /** Milliseconds after which the key comes again. */
  readonly again?: number;
}

export interface ControllerOptions {
  readonly name: string;
  /** Keys worked on at the same time. */
  readonly workers?: number;
  readonly backoff?: Backoff;
  /** Brings one key to what is desired; whatever it throws makes the key come again later. */
  readonly reconcile: (key: string) => Promise<Outcome | undefined | void>;
  /** Told of what went wrong. Conflicts, which the next try settles, are not told. */
  readonly onError?: (key: string, error: unknown, failures: number) => void;
}

/** Works on the keys of a queue, one after the other or several at a time. */
export class Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  #workers: Promise<void>[] = [];

  constructor(options: ControllerOptions) {
    this.name = options.name;
    this.#options = options;
    this.queue = new WorkQueue(options.backoff);
  }

  start(): void {
    const { workers = 1 } = this.#options;
    this.#workers = Array.from({ length: workers }, () => this.#work());
  }

  async stop(): Promise<void> {
    this.queue.close();
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    for (let worked = 1; ; worked++) {
      const key = await this.queue.take();
      if (key === undefined) return;
      await this.#one(key);
      this.queue.done(key);
      // Work that waits for nothing would keep everything else of the process waiting.
      if (worked % burst === 0) await new Promise(resolve => setImmediate(resolve));
    }
  }

  async #one(key: string): Promise<void> {
    try {
      const outcome = await this.#options.reconcile(key);
      this.queue.forget(key);
      if (outcome?.again !== undefined) this.queue.addAfter(key, outcome.again);
    } catch (error) {
      const settledByRetry = isStatusError(error) && error.reason === 'Conflict';
      if (!settledByRetry) this.#options.onError?.(key, error, this.queue.failures(key) + 1);
      this.queue.addAgain(key);
    }
  }
}
