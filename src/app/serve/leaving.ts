import type { Now } from '../../base/clock/index.ts';

export interface Leaving {
  /** How many requests and connections have come so far. */
  readonly come: () => Promise<number>;
  /** Milliseconds that it takes at most. */
  readonly most: number;
  readonly now: Now;
  /** Resolves after so many milliseconds, once what had come by then was looked at. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Resolves as a promise does, or to undefined when that takes longer than so many milliseconds. */
  readonly within: <Value>(promise: Promise<Value>, milliseconds: number) => Promise<Value | undefined>;
}

/** Looks in a row that have to find nothing new, and milliseconds between two. */
const looks = 10;
const pause = 100;

/**
 * Resolves once nothing has come for a second: whoever sends requests has heard of the end by then. It is looked again and again, for a
 * process that was kept from computing has seen nothing either. Nor is one that does not say how many have come waited for any longer.
 * @throws what `come` throws
 */
export async function quiet({ come, most, now, wait, within }: Leaving): Promise<void> {
  const until = now() + most;
  const look = (): Promise<number | undefined> => within(come(), Math.max(0, until - now()));
  let before = await look();
  for (let still = 0; still < looks;) {
    const left = until - now();
    if (left <= 0 || before === undefined) return;
    await wait(Math.min(pause, left));
    const count = await look();
    still = count === before ? still + 1 : 0;
    before = count;
  }
}

/** Resolves as a promise does, or to undefined when that takes longer than so many milliseconds. @throws what the promise throws */
export async function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
