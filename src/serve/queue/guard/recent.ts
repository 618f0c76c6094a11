/** Answers that are good for a short while, of the last keys that were asked about; a key is asked about once at a time. */
export class Recent<Value> {
  readonly #options: RecentOptions;
  readonly #kept = new Map<string, { readonly value: Value; readonly until: number }>();
  readonly #asking = new Map<string, Promise<Value>>();

  constructor(options: RecentOptions) {
    this.#options = options;
  }

  /** What is known; undefined when it has to be asked. */
  look(key: string): Value | undefined {
    const found = this.#kept.get(key);
    return found === undefined || found.until <= this.#options.now() ? undefined : found.value;
  }

  /** @throws Error when too many questions are open. */
  ask(key: string, question: () => Promise<Value>): Promise<Value> {
    const open = this.#asking.get(key);
    if (open !== undefined) return open;
    if (this.#asking.size >= this.#options.atOnce) {
      return Promise.reject(new Error(`${this.#options.atOnce} questions are open already`));
    }
    // Good from when it was asked: what was revoked meanwhile may not be in the answer.
    const since = this.#options.now();
    const asking = question().then(value => {
      this.#keep(key, value, since + this.#options.stays);
      return value;
    });
    this.#asking.set(key, asking);
    const settled = (): void => void this.#asking.delete(key);
    asking.then(settled, settled);
    return asking;
  }

  #keep(key: string, value: Value, until: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, until });
    if (this.#kept.size <= this.#options.most) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

export interface RecentOptions {
  /** Milliseconds that an answer is good. */
  readonly stays: number;
  /** Answers that are kept. */
  readonly most: number;
  /** Questions that are open at once. */
  readonly atOnce: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}
