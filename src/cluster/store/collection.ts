import type { Place, Stored } from './contract.ts';

export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The objects of one resource, in the order of their keys. */
export class Collection {
  readonly #items = new Map<string, Stored>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#items.size;
  }

  get(place: Place): Stored | undefined {
    return this.#items.get(keyOf(place));
  }

  put(stored: Stored): void {
    const key = keyOf(stored.place);
    if (!this.#items.has(key)) this.#keys.splice(this.#at(key), 0, key);
    this.#items.set(key, stored);
  }

  remove(place: Place): void {
    const key = keyOf(place);
    if (this.#items.delete(key)) this.#keys.splice(this.#at(key), 1);
  }

  /** Objects in order, of one namespace or all, from the first key after `after`. */
  *from(namespace: string | undefined, after: string | undefined): Generator<Stored> {
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    const first = after === undefined ? prefix : `${after}\u0000`;
    for (let at = this.#at(first < prefix ? prefix : first); at < this.#keys.length; at++) {
      const key = this.#keys[at] as string;
      if (!key.startsWith(prefix)) return;
      yield this.#items.get(key) as Stored;
    }
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
