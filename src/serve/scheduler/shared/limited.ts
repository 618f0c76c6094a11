import { Worker } from 'node:worker_threads';
import type { Expectation, FromThread, Offer, ThreadData, ToThread } from '../messages.ts';
import { slowMilliseconds } from './allowance.ts';
import type { Fault, Task } from './task.ts';

// What is published lies in one folder.
const program = new URL(import.meta.url.endsWith('.ts') ? '../thread.ts' : './thread.js', import.meta.url);

/** Mebibytes of the heap of a thread; what it holds outside of its heap counts for the process. */
const heap = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };
/** Part of what a task may take that it has to have computed, on top, before it counts as stuck: a machine may be busy. */
const computed = 0.6;
/** Whatever it computed, it is stuck after so many times what it may take. */
const patience = 20;

/** Milliseconds in which a thread is usually up, and has made a model ready that it did not know. */
const starting = 1000;
export const introducing = 1000;

export interface Listeners {
  readonly finished: (thread: LimitedThread, outcome: FromThread) => void;
  readonly lost: (thread: LimitedThread, fault: Fault, message: string) => void;
}

/** A compute thread whose tasks have limited time: it is ended when its task does not end. */
export class LimitedThread {
  /** Generations whose plan it has. */
  readonly knows = new Set<number>();
  /** Number of its place among the threads. */
  readonly slot: number;
  task: Task | undefined;
  /** When it began its last task, or when that was over; milliseconds of a steady clock. */
  since: number;
  readonly #now: () => number;
  /** Its program has been loaded. */
  #isUp = false;
  readonly #worker: Worker;
  readonly #unwanted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #listeners: Listeners;
  /** Milliseconds that its task may take. */
  #allowed = 0;
  #usedBefore: NodeJS.CpuUsage | undefined;
  #over = false;

  constructor(slot: number, now: () => number, listeners: Listeners) {
    this.slot = slot;
    this.#now = now;
    this.since = now();
    this.#listeners = listeners;
    const workerData: ThreadData = { unwanted: this.#unwanted, tells: true };
    this.#worker = new Worker(program, { workerData, resourceLimits: heap });
    this.#worker.on('message', (outcome: FromThread | Offer | Expectation) => {
      if (this.#over) return;
      if (outcome.kind === 'up') this.#up();
      else if (outcome.kind === 'expects') this.#expect(outcome.nanoseconds / 1e6);
      // Nobody helps with a batch here: each thread may be needed for another server.
      else if (outcome.kind !== 'offer') listeners.finished(this, outcome);
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#lose(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crashed', error.message),
    );
    this.#worker.on('exit', code => this.#lose('crashed', `it ended with ${code}`));
    this.#worker.unref();
  }

  give(task: Task): void {
    this.task = task;
    const { generation, allowed } = task;
    const isNew = generation !== undefined && !this.knows.has(generation);
    this.#allowed = allowed.milliseconds + (isNew ? introducing : 0);
    this.since = this.#now();
    this.#usedBefore = undefined;
    const message = task.message(this.knows);
    if (task.generation !== undefined) this.knows.add(task.generation);
    this.#worker.postMessage(message, task.body === undefined ? [] : [task.body.buffer]);
  }

  forget(generation: number): void {
    if (this.knows.delete(generation))
      this.#worker.postMessage({ kind: 'forget', generation } satisfies ToThread);
  }

  /** Has the task given up at its next checkpoint. */
  giveUp(id: number): void {
    Atomics.store(this.#unwanted, 0, id);
  }

  /** Ends the thread when its task has taken longer than it may, by the clock and by what it computed. */
  look(now: number): void {
    const { task } = this;
    if (task === undefined) return;
    const elapsed = now - this.since;
    const milliseconds = this.#isUp ? this.#allowed : starting;
    if (elapsed < milliseconds) return;
    if (elapsed >= milliseconds * patience) this.#stuck(elapsed);
    else if (this.#isUp) void this.#measure(task, elapsed);
  }

  async #measure(task: Task, elapsed: number): Promise<void> {
    try {
      const { user, system } = await this.#worker.cpuUsage();
      if (this.task !== task || this.#over) return;
      this.#usedBefore ??= { user, system };
      const used = (user + system - this.#usedBefore.user - this.#usedBefore.system) / 1000;
      if (used >= this.#allowed * computed) this.#stuck(elapsed);
    } catch {
      // It has ended, which is told by its events.
    }
  }

  /** Its task has been read: what it may take was guessed from its length before. */
  #expect(milliseconds: number): void {
    const elapsed = this.#now() - this.since;
    this.#allowed = Math.min(this.#allowed, elapsed + slowMilliseconds(milliseconds));
  }

  #up(): void {
    this.#isUp = true;
    if (this.task !== undefined) this.since = this.#now();
  }

  #stuck(elapsed: number): void {
    const most = Math.round(this.#allowed);
    this.end('stuck', `it did not come back within ${Math.round(elapsed)} ms, expected ${most} at most`);
  }

  /** Ends it, with what it works on. */
  end(fault: Fault, message: string): void {
    this.#lose(fault, message);
    void this.#worker.terminate();
  }

  #lose(fault: Fault, message: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#listeners.lost(this, fault, message);
  }
}
