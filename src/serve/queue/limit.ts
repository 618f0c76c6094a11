/** How many run at once, and how many may wait for it. */
export interface Bounds {
  readonly running: number;
  readonly waiting: number;
}

/** A turn that was asked for and has not come. */
export interface Waiting {
  /** Gives the place up; harmless once the turn has come. */
  leave(): void;
}

interface Place extends Waiting {
  run: (() => void) | undefined;
}

/** Lets so many run at once, in the order in which they came; a bounded number waits. */
export class Limit {
  running = 0;
  waiting = 0;
  readonly #bounds: Bounds;
  readonly #line: Place[] = [];
  #first = 0;
  #serving = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * Takes a turn at once, when one is free and nobody waits for it.
   * @returns whether it did; whoever has a turn calls `leave` when done
   */
  enter(): boolean {
    if (this.waiting > 0 || this.running >= this.#bounds.running) return false;
    this.running++;
    return true;
  }

  /** Waits for a turn: `run` is called when it has come. @returns undefined when too many wait already */
  wait(run: () => void): Waiting | undefined {
    if (this.waiting >= this.#bounds.waiting) return undefined;
    this.waiting++;
    const place: Place = {
      run,
      leave: () => {
        if (place.run === undefined) return;
        place.run = undefined;
        this.waiting--;
      },
    };
    this.#line.push(place);
    return place;
  }

  /** A turn is over; the next in line has it. */
  leave(): void {
    this.running--;
    // One that is done at once leaves within its own turn: the loop goes on, not the stack.
    if (this.#serving) return;
    this.#serving = true;
    while (this.#first < this.#line.length && this.running < this.#bounds.running) {
      const place = this.#line[this.#first++] as Place;
      const { run } = place;
      if (run === undefined) continue;
      place.run = undefined;
      this.waiting--;
      this.running++;
      run();
    }
    this.#serving = false;
    this.#forget();
  }

  /** What has been served is dropped now and then, so that the line does not grow for ever. */
  #forget(): void {
    if (this.#line.length === 0) return;
    if (this.#first === this.#line.length) this.#line.length = 0;
    else if (this.#first < 1024 || this.#first * 2 < this.#line.length) return;
    else this.#line.splice(0, this.#first);
    this.#first = 0;
  }
}
