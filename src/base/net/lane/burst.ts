import { type Now, steadyNow } from '../../clock/index.ts';

/** What has an answer to write. It must not throw. */
export interface Answered {
  flush(): void;
}

/** Milliseconds that an answer waits for those that are still being computed. */
const patience = 1;
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
  #since = 0;
  readonly #now: Now;

  constructor(now: Now = steadyNow) {
    this.#now = now;
  }

  /** Has `one` flushed: now, or when this look is over. */
  add(one: Answered): void {
    if (this.#due.length === 0) {
      if (!this.#together && ++this.#alone < trial) return one.flush();
      this.#alone = 0;
      this.#since = this.#now();
      setImmediate(this.#end);
    } else if (this.#now() - this.#since > patience) {
      this.#since = this.#now();
      for (const earlier of this.#due.splice(0)) earlier.flush();
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
