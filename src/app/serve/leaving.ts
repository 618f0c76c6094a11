import type { Now } from '../../base/clock/index.ts';

export interface Leaving {
  /** How many requests and connections have come so far. */
  readonly come: () => Promise<number>;
  /** Milliseconds that it takes at most. */
  readonly most: number;
  readonly now: Now;
  /** Resolves after so many milliseconds, once what had come by then was looked at. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Looks in a row that have to find nothing new, and milliseconds between two. */
const looks = 10;
const pause = 100;

/**
 * Resolves once nothing has come for a second: whoever sends requests has heard of the end by then. It is looked again and again, for a
 * process that was kept from computing has seen nothing either. @throws what `come` throws
 */
export async function quiet({ come, most, now, wait }: Leaving): Promise<void> {
  const until = now() + most;
  let before = await come();
  for (let still = 0; still < looks;) {
    const left = until - now();
    if (left <= 0) return;
    await wait(Math.min(pause, left));
    const count = await come();
    still = count === before ? still + 1 : 0;
    before = count;
  }
}
