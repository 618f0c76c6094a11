import { Worker } from 'node:worker_threads';
import type { Passwords } from '../index.ts';
import { bcryptCost, type Done, type Job, newCost } from './bcrypt.ts';
import { keeperErrors } from './errors.ts';

const program = new URL(
  import.meta.url.endsWith('.ts') ? './thread.ts' : './thread-passwords.cjs',
  import.meta.url,
);

/** Checks that wait, a few seconds' worth: whoever comes later is told so rather than left to wait. */
const mostWaiting = 32;
/** Milliseconds without work after which the thread ends: it takes as much memory as a tenth of the API, and starts in less time than a check takes. */
const usualRest = 10_000;
/** Characters of a password that anybody can mean. */
const longest = 1024;

export interface PasswordOptions {
  /** What a check for somebody unknown costs; as much as the hashes of those who are known. */
  readonly unknownCost?: number;
  /** Of new hashes. */
  readonly cost?: number;
  /** Milliseconds without work after which the thread ends. */
  readonly rest?: number;
}

type JobWithoutId = Job extends infer One ? (One extends Job ? Omit<One, 'id'> : never) : never;

/** Checks passwords on a thread of its own, one after the other; it is there while there is work, and a while longer. */
export class PasswordThread implements Passwords {
  readonly #waiting = new Map<number, PromiseWithResolvers<Done>>();
  readonly #cost: number;
  readonly #nobody: string;
  readonly #rest: number;
  #worker: Worker | undefined;
  #resting: NodeJS.Timeout | undefined;
  #next = 0;

  constructor({ unknownCost = newCost, cost = newCost, rest = usualRest }: PasswordOptions = {}) {
    this.#cost = cost;
    this.#rest = rest;
    // A well-formed hash that no password has.
    this.#nobody = `$2b$${unknownCost}$${'.'.repeat(53)}`;
  }

  /** @throws `passwords-busy`. */
  async check(password: string, hash: string | undefined): Promise<boolean> {
    const known = hash !== undefined && bcryptCost(hash) !== undefined && password.length <= longest;
    const done = await this.#ask({ check: password.slice(0, longest), hash: known ? hash : this.#nobody });
    return known && 'matches' in done && done.matches;
  }

  /** @throws `passwords-busy`. */
  async hash(password: string): Promise<string> {
    const done = await this.#ask({ make: password, cost: this.#cost });
    if ('hash' in done) return done.hash;
    throw new Error(`a password cannot be hashed: ${'fault' in done ? done.fault : 'no answer'}`);
  }

  /** Whether the thread is there. */
  get isThere(): boolean {
    return this.#worker !== undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#resting);
    await this.#worker?.terminate();
  }

  #ask(job: JobWithoutId): Promise<Done> {
    if (this.#waiting.size >= mostWaiting) {
      const text = `${this.#waiting.size} passwords wait to be checked; try again in a few seconds.`;
      return Promise.reject(keeperErrors.make['passwords-busy'](text));
    }
    clearTimeout(this.#resting);
    const worker = (this.#worker ??= this.#start());
    const id = this.#next++;
    const waiting = Promise.withResolvers<Done>();
    this.#waiting.set(id, waiting);
    worker.ref();
    worker.postMessage({ ...job, id });
    return waiting.promise;
  }

  /** Whoever waits keeps the process; a thread that has nothing to do does not. */
  #start(): Worker {
    const worker = new Worker(program);
    worker.on('message', (done: Done) => {
      this.#waiting.get(done.id)?.resolve(done);
      this.#waiting.delete(done.id);
      if (this.#waiting.size === 0) this.#idle(worker);
    });
    let reason: unknown = new Error('the thread that checks passwords has ended');
    worker.on('error', error => (reason = error));
    worker.on('exit', () => {
      // Nobody waits for one that was let go; there may be another.
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(reason);
      this.#waiting.clear();
    });
    return worker;
  }

  #idle(worker: Worker): void {
    worker.unref();
    this.#resting = setTimeout(() => {
      this.#worker = undefined;
      void worker.terminate();
    }, this.#rest).unref();
  }
}
