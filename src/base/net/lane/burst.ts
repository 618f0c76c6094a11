/** What has an answer to write. */
export interface Answered {
  flush(): void;
}

/** So many answers are written at once, one by one, before it is looked again whether several come together. */
const trial = 64;

/**
 * Writes the answers to all that one look at the sockets has brought, one after the other, once all of it is read. A write on a machine's
 * own network wakes whoever reads it, which costs more than the write: those after the first find it awake. Where requests come one at a
 * time, waiting for the end of the look costs more than it gives, and answers are written at once.
 */
export class Burst {
  #due: Answered[] = [];
  #together = false;
  #alone = 0;

  /** Has `one` flushed: now, or when this look is over. */
  add(one: Answered): void {
    if (this.#due.length === 0) {
      if (!this.#together && ++this.#alone < trial) return one.flush();
      this.#alone = 0;
      setImmediate(this.#end);
    }
    this.#due.push(one);
  }

  readonly #end = (): void => {
    const due = this.#due;
    this.#due = [];
    this.#together = due.length > 1;
    for (const one of due) one.flush();
  };
}
