import { firstThreadUsed, processInfo } from '../../../base/detached/index.ts';
import type { SharedProcess } from './shared.ts';

/** Milliseconds between two looks. */
const look = 250;
/** One whose first thread has computed as many milliseconds since it was asked last, however long that took, is asked whether it answers. */
const busy = 50;
/** One whose first thread, which is to answer, has computed as many milliseconds since it was asked does not. */
const patience = 500;
/** Bytes of resident memory above which one is ended; it gives up work by itself before that. */
const mostMemory = 2 * 1024 ** 3;

/**
 * Ends shared processes that compute and do not answer, or that take too much memory. One that is only kept from computing, on a busy
 * machine, is left alone.
 */
export class SharedWatch {
  readonly #processes: () => Iterable<SharedProcess>;
  /** What the first thread of each had computed when it was asked last, or first seen. */
  readonly #used = new WeakMap<SharedProcess, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(processes: () => Iterable<SharedProcess>) {
    this.#processes = processes;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#look(), look).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    let any = false;
    for (const shared of this.#processes()) {
      any = true;
      if (shared.pid !== undefined) this.#lookAt(shared, shared.pid);
    }
    if (!any) this.stop();
  }

  #lookAt(shared: SharedProcess, pid: number): void {
    const info = processInfo(pid);
    if (info === undefined) return;
    const { resident } = info;
    const used = firstThreadUsed(pid) ?? 0;
    const since = this.#used.get(shared) ?? used;
    this.#used.set(shared, since);
    const { askedAt } = shared;
    if (askedAt !== undefined && used - askedAt >= patience) shared.endSilent();
    else if (resident > mostMemory) shared.process.kill();
    else if (askedAt === undefined && used - since >= busy) {
      this.#used.set(shared, used);
      shared.ask(used);
    }
  }
}
