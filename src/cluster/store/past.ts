import { Collection, keyOf } from './collection.ts';
import type { Change, Stored } from './contract.ts';

/** Objects in order, from a key on, and how many they are. */
export interface Objects {
  from(namespace: string | undefined, after: string | undefined): Iterable<Stored>;
  count(namespace: string | undefined, after: string | undefined): number;
}

/**
 * The objects of a resource as they were before some changes: what the changes touched comes from them, all else is as it is now. Costs
 * what is asked for and what has changed, not the whole collection.
 */
export class Past implements Objects {
  readonly #now: Collection;
  /** What was there of the objects that changed. */
  readonly #was: Collection;
  /** What is there of them now. */
  readonly #is: Collection;
  readonly #touched: ReadonlySet<string>;

  constructor(changes: readonly Change[], now: Collection) {
    const touched = new Map<string, Stored | undefined>();
    const is: [string, Stored][] = [];
    for (const { stored, previous } of changes) {
      const key = keyOf(stored.place);
      if (touched.has(key)) continue;
      touched.set(key, previous);
      const present = now.get(stored.place);
      if (present !== undefined) is.push([key, present]);
    }
    this.#now = now;
    this.#is = new Collection(is);
    this.#was = new Collection([...touched].flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])));
    this.#touched = new Set(touched.keys());
  }

  count(namespace: string | undefined, after: string | undefined): number {
    const changed = this.#was.count(namespace, after) - this.#is.count(namespace, after);
    return this.#now.count(namespace, after) + changed;
  }

  *from(namespace: string | undefined, after: string | undefined): Generator<Stored> {
    const past = [...this.#was.from(namespace, after)];
    let at = 0;
    for (const stored of this.#now.from(namespace, after)) {
      const key = keyOf(stored.place);
      if (this.#touched.has(key)) continue;
      for (; at < past.length && keyOf((past[at] as Stored).place) < key; at++) yield past[at] as Stored;
      yield stored;
    }
    yield* past.slice(at);
  }
}
