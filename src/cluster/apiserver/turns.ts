import { StatusError } from '../meta/index.ts';
import type { Kinds } from '../kinds/index.ts';
import type { Call } from './call.ts';

/** Milliseconds of ordinary work in one go, before whatever came meanwhile is looked at. */
const slice = 10;
/** Requests that may wait for their turn. */
export const mostWaiting = 10_000;

/**
 * Whose turn it is: requests are begun as long as those before them have taken little time; the others wait, so that health checks and
 * watches, which do not, are answered behind any number of lists. Nothing waits while there is little to do.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #since: number | undefined;

  /**
   * Undefined: the request may begin at once.
   * @throws StatusError 429 when too many wait already
   */
  enter(): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#inTime()) return undefined;
    if (this.#waiting.length >= mostWaiting) throw tooMany();
    return new Promise(resolve => {
      this.#waiting.push(resolve);
    });
  }

  #inTime(): boolean {
    if (this.#since === undefined) this.#begin();
    return performance.now() - (this.#since ?? 0) < slice;
  }

  #begin(): void {
    this.#since = performance.now();
    setImmediate(() => {
      this.#since = undefined;
      if (this.#waiting.length > 0) this.#next();
    });
  }

  /** Lets one begin, and after it the next, until the time of this turn is up. */
  #next(): void {
    if (!this.#inTime()) return;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) queueMicrotask(() => this.#next());
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
