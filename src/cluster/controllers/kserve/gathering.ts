/** Keeps apart what is told again and again of one thing while it changes: the next time tells what has come together. */
export class Gathering {
  readonly #apart: number;
  readonly #now: () => number;
  /** When something was told last of a key. */
  readonly #last = new Map<string, number>();

  /**
   * @param apart milliseconds between two times at least
   * @param now milliseconds that only grow
   */
  constructor(apart: number, now = (): number => performance.now()) {
    this.#apart = apart;
    this.#now = now;
  }

  /** Milliseconds until something is to be told of a key; 0 where that is now. */
  left(key: string): number {
    const last = this.#last.get(key);
    return last === undefined ? 0 : Math.max(0, last + this.#apart - this.#now());
  }

  /** Something is told of a key. */
  told(key: string): void {
    this.#last.set(key, this.#now());
  }

  /** A key that is gone. */
  forget(key: string): void {
    this.#last.delete(key);
  }
}
