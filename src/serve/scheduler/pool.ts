import { Worker } from 'node:worker_threads';
import { errorOf, messageOf } from '../../base/errors/index.ts';
import { keepBody } from '../../base/net/index.ts';
import type { LoadedPlan, PlanPlace } from '../repository/index.ts';
import { schedulerErrors } from './errors.ts';
import type { Compute, Question } from './contract.ts';
import type { FromThread, Introduction, Offer, ServerData, ThreadData, ToThread } from './messages.ts';
import { fail, type Share } from './sharing.ts';

/** A task with where its outcome goes. */
interface Task {
  readonly id: number;
  readonly message: (knows: ReadonlySet<number>) => Exclude<ToThread, { kind: 'forget' }>;
  readonly generation: number | undefined;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly done: (outcome: FromThread) => void;
  readonly failed: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Generations whose plan it has. */
  readonly knows: Set<number>;
  readonly unwanted: Int32Array<SharedArrayBuffer>;
  task: Task | undefined;
}

const mostWaiting = 1024;

const program = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** Compute threads: started when first needed, each busy with one task, sharing the plans' memory. */
export class Pool implements Compute {
  readonly #size: number;
  readonly #data: ServerData;
  readonly #mostWaitingBytes: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  #waitingBytes = 0;
  #lastId = 0;
  #closed = false;

  /** @param mostWaitingBytes of bodies that may wait together */
  constructor(size: number, data: ServerData, mostWaitingBytes = 256 * 1024 ** 2) {
    this.#size = size;
    this.#data = data;
    this.#mostWaitingBytes = mostWaitingBytes;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get threads(): number {
    return this.#threads.size;
  }

  /**
   * Answers a request on a compute thread, which is given the body, or a copy of one that may be used again. Once the
   * client has gone it is given up, before its turn or while it runs.
   * @throws overloaded, compute-crashed, client-gone, and what the exchange and the engine throw
   */
  answer({ exchange, notice, body, client }: Question): Promise<string | Uint8Array> {
    if (client.aborted) throw gone();
    this.#admit(body.byteLength);
    const { generation } = notice;
    const id = this.#nextId();
    const kept = keepBody(body);
    const message: Task['message'] = knows => ({
      kind: 'answer',
      id,
      exchange,
      generation,
      introduced: knows.has(generation) ? undefined : { notice, ...this.#data },
      body: kept,
    });
    const answer = this.#run({ id, message, generation, body: kept }, outcome => {
      if (outcome.kind === 'answered') return outcome.body;
      throw unexpected(outcome);
    });
    client.onAbort(() => this.#giveUp(id));
    return answer;
  }

  /** Reads a model file on a compute thread, or takes its plan from where it is kept. */
  load(path: string, plans?: PlanPlace): Promise<LoadedPlan> {
    const message = () => ({ kind: 'load' as const, path, plans });
    const task = { id: this.#nextId(), message, generation: undefined, body: undefined };
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
    for (const task of waiting)
      task.failed(schedulerErrors.make['compute-crashed']('the server is stopping'));
  }

  /** Ids that a 32-bit element holds; 0 is none. */
  #nextId(): number {
    this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
    return this.#lastId;
  }

  /** @throws overloaded */
  #admit(bytes: number): void {
    const requests = this.#waiting.length;
    // A single body may be as large as the listener allows.
    if (requests < mostWaiting && (requests === 0 || this.#waitingBytes + bytes <= this.#mostWaitingBytes))
      return;
    throw schedulerErrors.make.overloaded(
      `${requests} requests of ${this.#waitingBytes} bytes wait for a compute thread, expected at most ${mostWaiting} of ${this.#mostWaitingBytes}`,
    );
  }

  #giveUp(id: number): void {
    const at = this.#waiting.findIndex(task => task.id === id);
    const [waiting] = at === -1 ? [] : this.#waiting.splice(at, 1);
    if (waiting !== undefined) {
      this.#waitingBytes -= waiting.body?.byteLength ?? 0;
      waiting.failed(gone());
      return;
    }
    for (const { task, unwanted } of this.#threads) if (task?.id === id) Atomics.store(unwanted, 0, id);
  }

  #run<T>(task: Omit<Task, 'done' | 'failed'>, take: (outcome: FromThread) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const done = (outcome: FromThread): void => {
        try {
          resolve(take(outcome));
        } catch (error) {
          reject(error);
        }
      };
      this.#waitingBytes += task.body?.byteLength ?? 0;
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
      give(thread, task);
    }
  }

  #start(): Thread | undefined {
    if (this.#closed || this.#threads.size >= this.#size) return undefined;
    const unwanted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const worker = new Worker(program, { workerData: { unwanted } satisfies ThreadData });
    const thread: Thread = { worker, knows: new Set(), unwanted, task: undefined };
    this.#threads.add(thread);
    worker.on('message', (outcome: FromThread | Offer) =>
      outcome.kind === 'offer'
        ? this.#share(thread, outcome.share)
        : this.#finish(thread, task => task.done(outcome)),
    );
    worker.on('error', error => this.#lose(thread, error));
    worker.on('exit', code => this.#lose(thread, new Error(`it ended with ${code}`)));
    worker.unref();
    return thread;
  }

  /** Threads without work help with a batch, unless other requests wait; they are started for it where there is room. */
  #share({ task }: Thread, share: Share): void {
    const asked = task?.message(new Set());
    if (asked?.kind !== 'answer' || this.#waiting.length > 0) return;
    for (let helpers = this.#size - 1; helpers > 0; helpers--) {
      const thread = [...this.#threads].find(one => one.task === undefined) ?? this.#start();
      if (thread === undefined) return;
      const introduced = asked.introduced as Introduction;
      give(thread, {
        id: this.#nextId(),
        message: knows => ({
          kind: 'help',
          introduced: knows.has(share.generation) ? undefined : introduced,
          share,
        }),
        generation: share.generation,
        body: undefined,
        done: () => {},
        failed: () => fail(share),
      });
    }
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
    this.#finish(thread, task =>
      task.failed(schedulerErrors.make['compute-crashed'](message, { cause: error })),
    );
  }
}

function gone(): Error {
  return schedulerErrors.make['client-gone']('the client went away before its turn came');
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
