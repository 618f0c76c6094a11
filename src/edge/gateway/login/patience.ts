import { messageOf } from '../../../base/errors/index.ts';

/** Milliseconds. */
export interface Waiting {
  /** How long something may fail. */
  readonly patience?: number;
  /** Before the second try; doubled each time. */
  readonly pause?: number;
  /** The longest of the pauses. */
  readonly longest?: number;
  /** Ends it: there is no further try. */
  readonly signal?: AbortSignal;
}

/** A process that is started together with this one, or anew, is there by then. */
const usual = { patience: 30_000, pause: 100, longest: 2000 };

/**
 * Does something that needs another process, again and again until it is there.
 * @param onFailure told of the first failure, and of each that has another reason than the one before
 * @throws what the last try threw, when patience has ended, or `signal` has told so
 */
export async function patiently<T>(
  act: () => Promise<T>,
  onFailure: (error: unknown) => void,
  waiting: Waiting = {},
): Promise<T> {
  const { patience, pause, longest, signal } = { ...usual, ...waiting };
  const until = performance.now() + patience;
  const isOver = (): boolean => signal?.aborted === true;
  let told: string | undefined;
  for (let wait = pause; ; wait = Math.min(2 * wait, longest)) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() + wait > until || isOver()) throw error;
      const reason = messageOf(error);
      if (reason !== told) onFailure(error);
      told = reason;
      await pauseOf(wait, signal);
      if (isOver()) throw error;
    }
  }
}

/** Ends early when it is told that nobody waits any more. */
function pauseOf(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
  });
}
