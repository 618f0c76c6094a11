/** Calls many functions again and again by one timer, which runs while there are any. */
export class Ticking {
  readonly #every: number;
  readonly #work = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param every milliseconds between two calls */
  constructor(every: number) {
    this.#every = every;
  }

  /** @returns what ends the calls */
  add(work: () => void): () => void {
    this.#work.add(work);
    this.#timer ??= setInterval(() => this.#work.forEach(one => one()), this.#every);
    return () => {
      this.#work.delete(work);
      if (this.#work.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }
}
