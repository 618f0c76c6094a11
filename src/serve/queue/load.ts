/** What ran between two reports. */
export interface LoadReport {
  /** Requests that ran at the same time, averaged over the time; two that take half of it each make one. */
  readonly concurrency: number;
  readonly proxiedConcurrency: number;
  /** Requests that came. */
  readonly requests: number;
  readonly proxiedRequests: number;
  /** Length of the time, seconds. */
  readonly seconds: number;
}

/** Counts requests as an autoscaler wants them; a proxied one came through somebody who counts it, too. */
export class Load {
  #running = 0;
  #proxiedRunning = 0;
  #requests = 0;
  #proxiedRequests = 0;
  /** Seconds that requests ran, added up. */
  #busy = 0;
  #proxiedBusy = 0;
  #seconds = 0;
  #changed: number;

  /** @param now milliseconds of a steady clock, as everywhere here */
  constructor(now: number) {
    this.#changed = now;
  }

  get running(): number {
    return this.#running;
  }

  enter(now: number, proxied: boolean): void {
    this.#advance(now);
    this.#running++;
    this.#requests++;
    if (!proxied) return;
    this.#proxiedRunning++;
    this.#proxiedRequests++;
  }

  leave(now: number, proxied: boolean): void {
    this.#advance(now);
    this.#running--;
    if (proxied) this.#proxiedRunning--;
  }

  #advance(now: number): void {
    const seconds = (now - this.#changed) / 1000;
    if (seconds <= 0) return;
    this.#changed = now;
    this.#seconds += seconds;
    this.#busy += this.#running * seconds;
    this.#proxiedBusy += this.#proxiedRunning * seconds;
  }

  /** What ran since the last report. */
  report(now: number): LoadReport {
    this.#advance(now);
    const seconds = this.#seconds;
    const report = {
      concurrency: seconds === 0 ? 0 : this.#busy / seconds,
      proxiedConcurrency: seconds === 0 ? 0 : this.#proxiedBusy / seconds,
      requests: this.#requests,
      proxiedRequests: this.#proxiedRequests,
      seconds,
    };
    this.#requests = this.#proxiedRequests = this.#busy = this.#proxiedBusy = this.#seconds = 0;
    return report;
  }
}
