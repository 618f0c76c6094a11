import { Worker } from 'node:worker_threads';
import { messageOf } from '../../base/errors/index.ts';
import { serveErrors } from '../errors.ts';
import type { LoadedPlan } from '../repository/load.ts';
import type { ModelNotice } from '../repository/model.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { errorOf } from './notes.ts';

/** A task with where its outcome goes. */
interface Task {
  readonly message: (knows: ReadonlySet<number>) => Exclude<ToThread, { kind: 'forget' }>;
  readonly generation: number | undefined;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly wanted: () => boolean;
  readonly done: (outcome: FromThread) => void;
  readonly failed: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Generations whose plan it has. */
  readonly knows: Set<number>;
  task: Task | undefined;
}

/** Work for a compute thread: the notice holds the plan, `wanted` turns false once the client has gone. */
export interface Question {
  readonly exchange: string;
  readonly notice: ModelNotice;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly wanted: () => boolean;
}

/** Bytes of bodies that may wait together. */
const mostWaitingBytes = 256 * 1024 ** 2;
const mostWaiting = 1024;

const program = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** Compute threads: started when first needed, each busy with one task, sharing the plans' memory. */
export class Pool {
  readonly #size: number;
  readonly #data: ThreadData;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  #waitingBytes = 0;
  #closed = false;

  constructor(size: number, data: ThreadData) {
    this.#size = size;
    this.#data = data;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get threads(): number {
    return this.#threads.size;
  }

  /**
   * Answers a request on a compute thread. Takes the body over.
   * @throws overloaded, compute-crashed, and what the exchange and the engine throw
   */
  answer({ exchange, notice, body, wanted }: Question): Promise<string | Uint8Array> {
    const { generation } = notice;
    const message: Task['message'] = knows => ({
      kind: 'answer',
      exchange,
      generation,
      notice: knows.has(generation) ? undefined : notice,
      body,
    });
    return this.#run({ message, generation, body, wanted }, outcome => {
      if (outcome.kind === 'answered') return outcome.body;
      throw unexpected(outcome);
    });
  }

  /** Reads a model file on a compute thread. */
  load(path: string): Promise<LoadedPlan> {
    const task = {
      message: () => ({ kind: 'load' as const, path }),
      generation: undefined,
      body: undefined,
      wanted: () => true,
    };
    return this.#run(task, outcome => {
      if (outcome.kind === 'loaded') return outcome.plan;
      throw unexpected(outcome);
    });
  }

  /** Lets the threads drop what they compiled for a generation. */
  forget(generation: number): void {
    for (const { worker, knows } of this.#threads) {
      if (knows.delete(generation)) worker.postMessage({ kind: 'forget', generation } satisfies ToThread);
    }
  }

  /** Ends the threads that there are; what they work on fails, what waits goes to new ones. */
  async endThreads(): Promise<void> {
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  /** Ends the threads for good; what waits or runs fails. */
  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#waiting.splice(0);
    await this.endThreads();
    for (const task of waiting) task.failed(serveErrors.make['compute-crashed']('the server is stopping'));
  }

  #run<T>(task: Omit<Task, 'done' | 'failed'>, take: (outcome: FromThread) => T): Promise<T> {
    const bytes = task.body?.byteLength ?? 0;
    if (this.#waiting.length >= mostWaiting || this.#waitingBytes + bytes > mostWaitingBytes) {
      throw serveErrors.make.overloaded(
        `${this.#waiting.length} requests of ${this.#waitingBytes} bytes wait for a compute thread`,
      );
    }
    return new Promise<T>((resolve, reject) => {
      const done = (outcome: FromThread): void => {
        try {
          resolve(take(outcome));
        } catch (error) {
          reject(error);
        }
      };
      this.#waitingBytes += bytes;
      this.#waiting.push({ ...task, done, failed: reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const thread = [...this.#threads].find(one => one.task === undefined) ?? this.#start();
      if (thread === undefined) return;
      const task = this.#waiting.shift() as Task;
      this.#waitingBytes -= task.body?.byteLength ?? 0;
      if (task.wanted()) give(thread, task);
      else task.failed(serveErrors.make.overloaded('the client went away before its turn came'));
    }
  }

  #start(): Thread | undefined {
    if (this.#closed || this.#threads.size >= this.#size) return undefined;
    const worker = new Worker(program, { workerData: this.#data });
    const thread: Thread = { worker, knows: new Set(), task: undefined };
    this.#threads.add(thread);
    worker.on('message', (outcome: FromThread) => this.#finish(thread, task => task.done(outcome)));
    worker.on('error', error => this.#lose(thread, error));
    worker.on('exit', code => this.#lose(thread, new Error(`it ended with ${code}`)));
    worker.unref();
    return thread;
  }

  #finish(thread: Thread, settle: (task: Task) => void): void {
    const { task } = thread;
    thread.task = undefined;
    if (task !== undefined) settle(task);
    this.#next();
  }

  #lose(thread: Thread, error: unknown): void {
    this.#threads.delete(thread);
    const message = `the compute thread that worked on the request ended: ${messageOf(error)}`;
    this.#finish(thread, task => task.failed(serveErrors.make['compute-crashed'](message, { cause: error })));
  }
}

function give(thread: Thread, task: Task): void {
  thread.task = task;
  const message = task.message(thread.knows);
  if (task.generation !== undefined) thread.knows.add(task.generation);
  thread.worker.postMessage(message, task.body === undefined ? [] : [task.body.buffer]);
}

function unexpected(outcome: FromThread): Error {
  return outcome.kind === 'failed'
    ? errorOf(outcome.error)
    : new Error(`a compute thread answered ${outcome.kind}`);
}
