/** Milliseconds. */
export interface Waiting {
  /** How long something may fail. */
  readonly patience?: number;
  /** Before the second try; doubled each time. */
  readonly pause?: number;
}

/** A process that is started together with this one, or anew, is there by then. */
const usual = { patience: 30_000, pause: 100 };
const longestPause = 2000;

/**
 * Does something that needs another process, again and again until it is there.
 * @param onFailure told of the first failure
 * @throws what the last try threw, when patience has ended
 */
export async function patiently<T>(
  act: () => Promise<T>,
  onFailure: (error: unknown) => void,
  waiting: Waiting = {},
): Promise<T> {
  const { patience, pause } = { ...usual, ...waiting };
  const until = performance.now() + patience;
  for (let wait = pause, first = true; ; wait = Math.min(2 * wait, longestPause), first = false) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() + wait > until) throw error;
      if (first) onFailure(error);
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
}
