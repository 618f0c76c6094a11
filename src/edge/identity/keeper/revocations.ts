import type { Revoked } from '../index.ts';

/** Milliseconds between two signs of life. */
const beat = 250;
/** What one who follows may be behind by, before all he remembers is void. */
const held = 1000;

/** Tells everybody who follows what is revoked, in order, and that it is still there. */
export class Revocations {
  readonly #followers = new Set<(told: Revoked) => void>();

  tell(told: Revoked): void {
    for (const follower of this.#followers) follower(told);
  }

  /** Everything that is told from here on, and `undefined` at once and four times a second; ends when `signal` does. */
  async *follow(signal: AbortSignal): AsyncGenerator<Revoked | undefined> {
    let waiting: (Revoked | undefined)[] = [undefined];
    let wake = (): void => {};
    const add = (told: Revoked | undefined): void => {
      if (waiting.length >= held) waiting = [{ kind: 'all' }];
      else waiting.push(told);
      wake();
    };
    const end = (): void => wake();
    const timer = setInterval(() => waiting.length === 0 && add(undefined), beat);
    this.#followers.add(add);
    signal.addEventListener('abort', end);
    try {
      while (!signal.aborted) {
        const next = waiting;
        waiting = [];
        yield* next;
        if (waiting.length > 0 || signal.aborted) continue;
        await new Promise<void>(resolve => (wake = resolve));
      }
    } finally {
      clearInterval(timer);
      this.#followers.delete(add);
      signal.removeEventListener('abort', end);
    }
  }
}
