import { firstThreadUsed, processInfo } from '../../../base/detached/index.ts';
import type { SharedProcess } from './shared.ts';

/** Milliseconds between two looks. */
const look = 250;
/** One that has computed as many milliseconds since the last look is asked whether it answers. */
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
    const before = this.#used.get(shared) ?? used;
    this.#used.set(shared, used);
    const asked = shared.askedAt;
    const silent = asked !== undefined && used - asked >= patience;
    if (silent || resident > mostMemory) shared.process.kill();
    else if (asked === undefined && used - before >= busy) shared.ask(used);
  }
}
