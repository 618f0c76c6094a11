import { StatusError } from '../meta/index.ts';
import type { Kinds } from '../kinds/index.ts';
import type { Call } from './call.ts';

/** Milliseconds of ordinary work in one go, before whatever came meanwhile is looked at. */
const slice = 10;
/** Requests that may wait for their turn. */
export const mostWaiting = 10_000;

/**
 * Whose turn it is: the first request of a turn begins at once, and each further one as long as those before it have taken little time; the
 * others wait, so that health checks and watches, which do not, are answered behind any number of lists. How long a request takes is
 * not known when it comes: many that come together are begun one after another, and not all before the first has done anything.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  /** When this turn began; undefined while nothing has begun in it. */
  #since: number | undefined;
  #isGoing = false;

  /**
   * Undefined: the request may begin at once.
   * @throws StatusError 429 when too many wait already
   */
  enter(): Promise<void> | undefined {
    if (this.#since === undefined && this.#waiting.length === 0) {
      this.#begin();
      return undefined;
    }
    if (this.#waiting.length >= mostWaiting) throw tooMany();
    const turn = new Promise<void>(resolve => {
      this.#waiting.push(resolve);
    });
    this.#goOn();
    return turn;
  }

  #begin(): void {
    this.#since = performance.now();
    setImmediate(() => {
      this.#since = undefined;
      if (this.#waiting.length === 0) return;
      this.#begin();
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    queueMicrotask(() => this.#next());
  }

  /** Lets one begin, and after it the next, until the time of this turn is up. */
  #next(): void {
    this.#isGoing = false;
    const isInTime = this.#since !== undefined && performance.now() - this.#since < slice;
    if (this.#waiting.length === 0 || !isInTime) return;
    this.#waiting.shift()?.();
    this.#goOn();
  }
}

function tooMany(): StatusError {
  const message = `Too many requests: ${mostWaiting} wait already. Please try again later.`;
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
}

/** What is not to wait: whether the server is well, what is followed, and who leads. */
export function isUrgent(info: Call['info'] | undefined, kinds: Kinds): boolean {
  if (info === undefined) return false;
  if (!info.isResource) return /^\/(healthz|livez|readyz)(\/|$)/.test(info.path);
  return info.verb === 'watch' || kinds.find(info.group, info.version, info.resource)?.urgent === true;
}
