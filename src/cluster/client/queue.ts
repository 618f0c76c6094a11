/** How long a key that failed waits: it doubles with each failure. */
export interface Backoff {
  /** Milliseconds. */
  readonly first: number;
  readonly longest: number;
}

/** The longest time of a timer; a key that is to come later comes then, and is put off again. */
const longestTimer = 2 ** 31 - 1;

const defaultBackoff: Backoff = { first: 5, longest: 60_000 };

/**
 * Keys to be worked on: each at most once at a time, one that is added while it is worked on comes again afterwards (client-go's
 * work queue).
 */
export class WorkQueue {
  readonly #ready: string[] = [];
  readonly #dirty = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #later = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  readonly #backoff: Backoff;
  #closed = false;

  constructor(backoff: Backoff = defaultBackoff) {
    this.#backoff = backoff;
  }

  get size(): number {
    return this.#ready.length;
  }

  /** Whether nothing waits, is worked on or comes later. */
  get idle(): boolean {
    return this.#ready.length === 0 && this.#busy.size === 0 && this.#later.size === 0;
  }

  add(key: string): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    if (this.#busy.has(key)) return;
    this.#offer(key);
  }

  /** Adds a key after a time, 25 days at most, unless it is to come sooner already; no time at all (NaN) is never. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#closed || Number.isNaN(milliseconds)) return;
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    const wait = Math.min(milliseconds, longestTimer);
    const at = performance.now() + wait;
    const known = this.#later.get(key);
    if (known !== undefined && known.at <= at) return;
    if (known !== undefined) clearTimeout(known.timer);
    const timer = setTimeout(() => {
      this.#later.delete(key);
      this.add(key);
    }, wait).unref();
    this.#later.set(key, { timer, at });
  }

  /** Adds a key that failed, later each time. */
  addAgain(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(this.#backoff.first * 2 ** Math.min(failures, 30), this.#backoff.longest));
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key; undefined when the queue is closed. Each key is to be given back by `done`. */
  async take(): Promise<string | undefined> {
    const key = this.#ready.shift();
    if (key !== undefined) return this.#begin(key);
    if (this.#closed) return undefined;
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  done(key: string): void {
    this.#busy.delete(key);
    if (this.#dirty.has(key)) this.#offer(key);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #offer(key: string): void {
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#ready.push(key);
    else resolve(this.#begin(key));
  }

  #begin(key: string): string {
    this.#dirty.delete(key);
    this.#busy.add(key);
    return key;
  }
}
