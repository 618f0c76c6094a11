import type { KubeObject } from '../../meta/index.ts';
import type { Kind } from '../../kinds/index.ts';
import { servedAll, servedAtOnce } from './versions.ts';

type Tell = (objects: readonly KubeObject[]) => void;

interface Waiting {
  readonly states: readonly KubeObject[];
  readonly tell: Tell;
}

/** Entries that are turned together: a webhook is asked about the objects of all of them at once. */
const mostTogether = 100;

/**
 * Turns stored objects into the version of a request and tells them in the order in which they came: at once, or behind a webhook,
 * which is asked about some at a time while the others wait as the store has them.
 */
export class Turning {
  readonly #kind: Kind;
  readonly #fail: (error: unknown) => void;
  readonly #queue: Waiting[] = [];
  #busy = false;
  #stopped = false;

  /** @param fail Told when an object cannot be turned; nothing is told after it. */
  constructor(kind: Kind, fail: (error: unknown) => void) {
    this.#kind = kind;
    this.#fail = fail;
  }

  /** Entries that have not been told. */
  get waiting(): number {
    return this.#queue.length;
  }

  add(states: readonly KubeObject[], tell: Tell): void {
    const kind = this.#kind;
    if (kind.converter === undefined) tell(states.map(state => servedAtOnce(state, kind)));
    else if (!this.#stopped) {
      this.#queue.push({ states, tell });
      if (!this.#busy) void this.#work();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#queue.length > 0) await this.#tellSome();
    } catch (error) {
      this.stop();
      this.#fail(error);
    } finally {
      this.#busy = false;
    }
  }

  async #tellSome(): Promise<void> {
    const some = this.#queue.slice(0, mostTogether);
    const objects = await servedAll(
      some.flatMap(({ states }) => states),
      this.#kind,
    );
    let from = 0;
    for (const { states, tell } of some) {
      if (this.#stopped) return;
      this.#queue.shift();
      tell(objects.slice(from, (from += states.length)));
    }
  }
}
