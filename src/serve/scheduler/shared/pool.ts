import { errorOf } from '../../../base/errors/index.ts';
import { schedulerErrors } from '../errors.ts';
import type { FromThread } from '../messages.ts';
import { LimitedThread } from './limited.ts';
import type { Fault, Owner, Task } from './task.ts';

export interface SharedPoolOptions {
  /** Most threads. */
  readonly size: number;
  /** Bytes of resident memory of the whole process above which work that runs is given up. */
  readonly memory: number;
  /** Resident memory of the process now, bytes. */
  readonly resident: () => number;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** Learns for whom the thread of a place works from now on: nobody when undefined. */
  readonly onWork?: (slot: number, owner: string | undefined) => void;
}

/** Milliseconds between two looks at what runs, while something does. */
const look = 50;
/** Milliseconds after which a thread without work ends, save for those that stay: one to work, and one for when that is lost. */
const idle = 10_000;
const stay = 2;
const mostWaiting = 256;
const mostWaitingBytes = 32 * 1024 ** 2;

/**
 * Compute threads that many servers share. No server has all of them: one that takes long, or does not come back, leaves one for the
 * others; a thread whose work does not come back is ended, and another takes its place.
 */
export class SharedPool {
  readonly #options: SharedPoolOptions;
  readonly #threads = new Set<LimitedThread>();
  readonly #waiting: Task[] = [];
  #lastId = 0;
  #watching: NodeJS.Timeout | undefined;
  #resting: NodeJS.Timeout | undefined;

  constructor(options: SharedPoolOptions) {
    this.#options = options;
  }

  get threads(): number {
    return this.#threads.size;
  }

  /** Ids that a 32-bit element holds; 0 is none. */
  nextId(): number {
    this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
    return this.#lastId;
  }

  /** @throws overloaded, compute-crashed when the owner has closed */
  run<T>(task: Omit<Task, 'done' | 'failed'>, take: (outcome: FromThread) => T): Promise<T> {
    const { owner, body } = task;
    if (owner.closed) throw closing();
    admit(owner, body?.byteLength ?? 0);
    return new Promise<T>((resolve, reject) => {
      const done = (outcome: FromThread): void => {
        if (outcome.kind === 'failed') reject(errorOf(outcome.error));
        else resolve(take(outcome));
      };
      this.#enter({ ...task, done, failed: reject });
    });
  }

  /** Gives up a task that waits, or has it given up where it runs. */
  giveUp(id: number): void {
    const at = this.#waiting.findIndex(task => task.id === id);
    const waiting = this.#waiting[at];
    if (waiting !== undefined) {
      this.#leave(at);
      waiting.failed(schedulerErrors.make['client-gone']('the client went away before its turn came'));
      return;
    }
    for (const thread of this.#threads) if (thread.task?.id === id) thread.giveUp(id);
  }

  forget(generation: number): void {
    for (const thread of this.#threads) thread.forget(generation);
  }

  /** Fails what waits for an owner; what runs goes to nobody. */
  close(owner: Owner): void {
    owner.closed = true;
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const task = this.#waiting[at] as Task;
      if (task.owner !== owner) continue;
      this.#leave(at);
      task.failed(closing());
    }
  }

  /** Ends every thread. */
  end(): void {
    for (const thread of this.#threads) thread.end('crashed', 'the server is stopping');
    clearInterval(this.#watching);
    clearTimeout(this.#resting);
  }

  #enter(task: Task): void {
    task.owner.waiting++;
    task.owner.waitingBytes += task.body?.byteLength ?? 0;
    this.#waiting.push(task);
    this.#next();
  }

  #leave(at: number): void {
    const [task] = this.#waiting.splice(at, 1) as [Task];
    task.owner.waiting--;
    task.owner.waitingBytes -= task.body?.byteLength ?? 0;
  }

  #next(): void {
    for (;;) {
      const at = this.#waiting.findIndex(task => this.#mayRun(task));
      const task = this.#waiting[at];
      if (task === undefined) return;
      const thread = this.#free() ?? this.#start();
      if (thread === undefined) return;
      this.#leave(at);
      task.owner.running++;
      this.#options.onWork?.(thread.slot, task.owner.name);
      thread.give(task);
      if (this.#threads.size < stay) this.#start();
      this.#watching ??= setInterval(() => this.#look(), look).unref();
    }
  }

  /** One thread is always left for what is quick, and one for the other owners. */
  #mayRun({ owner, allowed }: Task): boolean {
    const most = Math.max(1, this.#options.size - 1);
    if (owner.running >= most) return false;
    return allowed.quick || this.#count(({ task }) => task?.allowed.quick === false) < most;
  }

  #count(which: (thread: LimitedThread) => boolean): number {
    let count = 0;
    for (const thread of this.#threads) if (which(thread)) count++;
    return count;
  }

  #free(): LimitedThread | undefined {
    for (const thread of this.#threads) if (thread.task === undefined) return thread;
    return undefined;
  }

  #start(): LimitedThread | undefined {
    if (this.#threads.size >= this.#options.size) return undefined;
    const taken = new Set([...this.#threads].map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    const thread = new LimitedThread(slot, this.#options.now, {
      finished: (one, outcome) => this.#finish(one, task => task.done(outcome)),
      lost: (one, fault, message) => this.#lose(one, fault, message),
    });
    this.#threads.add(thread);
    return thread;
  }

  #finish(thread: LimitedThread, settle: (task: Task) => void): void {
    const { task } = thread;
    thread.task = undefined;
    thread.since = this.#options.now();
    if (task !== undefined) {
      task.owner.running--;
      this.#options.onWork?.(thread.slot, undefined);
      settle(task);
    }
    this.#next();
    if (this.#threads.size > stay) this.#resting ??= setTimeout(() => this.#rest(), idle).unref();
  }

  #lose(thread: LimitedThread, fault: Fault, message: string): void {
    this.#threads.delete(thread);
    this.#finish(thread, task => {
      const text = `the compute thread that worked on the request was ended: ${message}`;
      task.failed(schedulerErrors.make['compute-crashed'](text));
      if (!task.owner.closed) task.owner.onFault(fault, message);
    });
  }

  #look(): void {
    const now = this.#options.now();
    const working = [...this.#threads].filter(({ task }) => task !== undefined);
    if (working.length === 0) {
      clearInterval(this.#watching);
      this.#watching = undefined;
      return;
    }
    for (const thread of working) thread.look(now);
    this.#lookAtMemory(now);
  }

  /** What has run longest is what has grown, most probably. */
  #lookAtMemory(now: number): void {
    const { memory, resident } = this.#options;
    const bytes = resident();
    if (bytes <= memory) return;
    const old = [...this.#threads].filter(({ task, since }) => task !== undefined && now - since >= look);
    const [first] = old.toSorted((a, b) => a.since - b.since);
    first?.end('memory', `the process took ${bytes} bytes, expected ${memory} at most`);
  }

  /** Threads that have had nothing to do for long end. */
  #rest(): void {
    this.#resting = undefined;
    const now = this.#options.now();
    for (const thread of this.#threads) {
      if (this.#threads.size <= stay) return;
      if (thread.task === undefined && now - thread.since >= idle) thread.end('crashed', 'it had no work');
    }
    if (this.#threads.size > stay) this.#resting = setTimeout(() => this.#rest(), idle).unref();
  }
}

/** @throws overloaded */
function admit({ waiting, waitingBytes }: Owner, bytes: number): void {
  // A single body may be as large as the listener allows.
  if (waiting === 0 || (waiting < mostWaiting && waitingBytes + bytes <= mostWaitingBytes)) return;
  throw schedulerErrors.make.overloaded(
    `${waiting} requests of ${waitingBytes} bytes wait for a shared compute thread, expected at most ${mostWaiting} of ${mostWaitingBytes}`,
  );
}

function closing(): Error {
  return schedulerErrors.make['compute-crashed']('the server is stopping');
}
