import type { Place, Stored } from './contract.ts';

export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The character after the one that ends a namespace. */
const afterSlash = '0';

/** The objects of one resource, in the order of their keys. */
export class Collection {
  readonly #items = new Map<string, Stored>();
  /** Keys in order, and the objects in the same places. */
  #keys: string[] = [];
  #values: Stored[] = [];

  /** @param stored in any order; of one key the last one counts */
  constructor(stored: Iterable<readonly [key: string, stored: Stored]> = []) {
    for (const [key, one] of stored) this.#items.set(key, one);
    this.#keys = [...this.#items.keys()].sort();
    this.#values = this.#keys.map(key => this.#items.get(key) as Stored);
  }

  get size(): number {
    return this.#items.size;
  }

  get(place: Place): Stored | undefined {
    return this.#items.get(keyOf(place));
  }

  put(stored: Stored): void {
    const key = keyOf(stored.place);
    const at = this.#at(key);
    if (this.#items.has(key)) this.#values[at] = stored;
    else {
      this.#keys.splice(at, 0, key);
      this.#values.splice(at, 0, stored);
    }
    this.#items.set(key, stored);
  }

  remove(place: Place): void {
    const key = keyOf(place);
    if (!this.#items.delete(key)) return;
    const at = this.#at(key);
    this.#keys.splice(at, 1);
    this.#values.splice(at, 1);
  }

  /** Objects in order, of one namespace or all, from the first key after `after`. */
  *from(namespace: string | undefined, after: string | undefined): Generator<Stored> {
    const [start, end] = this.#range(namespace, after);
    for (let at = start; at < end; at++) yield this.#values[at] as Stored;
  }

  /** How many objects `from` brings. */
  count(namespace: string | undefined, after: string | undefined): number {
    const [start, end] = this.#range(namespace, after);
    return Math.max(0, end - start);
  }

  #range(namespace: string | undefined, after: string | undefined): [start: number, end: number] {
    const first = namespace === undefined ? 0 : this.#at(`${namespace}/`);
    const end = namespace === undefined ? this.#keys.length : this.#at(`${namespace}${afterSlash}`);
    return [after === undefined ? first : Math.max(first, this.#at(`${after}\u0000`)), end];
  }

  /** The place of a key, or where it would be. */
  #at(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
