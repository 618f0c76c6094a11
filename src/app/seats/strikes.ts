/** A server that has threads ended so often, within so many milliseconds, is to have a process of its own. */
const most = 3;
const within = 60_000;

/** Counts threads that were lost by the work of one server. Pure, with the time passed in. */
export class Strikes {
  readonly #times: number[] = [];

  /** @returns whether it was one too many */
  add(now: number): boolean {
    this.#times.push(now);
    if (this.#times.length > most) this.#times.shift();
    return this.#times.length === most && now - (this.#times[0] ?? now) <= within;
  }
}
