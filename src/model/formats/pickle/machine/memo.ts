import type { PyValue } from '../values.ts';

/** Gaps of this size, as `pickletools.optimize` leaves, stay in the array; after a larger one, indices go to a map. */
const slack = 16;

/** The memo: values by index. Its memory follows the number of entries, not the indices a file makes up. */
export class Memo {
  readonly #dense: (PyValue | undefined)[] = [];
  #sparse: Map<number, PyValue> | undefined;
  /** Number of entries; MEMOIZE stores under it. */
  count = 0;

  get(index: number): PyValue | undefined {
    return index < this.#dense.length ? this.#dense[index] : this.#sparse?.get(index);
  }

  put(index: number, value: PyValue): void {
    const dense = this.#dense;
    if (index === dense.length) {
      dense.push(value);
      if (this.#sparse?.delete(index) === true) this.count--;
    } else if (index < dense.length) {
      if (dense[index] !== undefined) this.count--;
      dense[index] = value;
    } else this.#putAhead(index, value);
    this.count++;
  }

  #putAhead(index: number, value: PyValue): void {
    const dense = this.#dense;
    if (index - dense.length <= slack && this.#sparse === undefined) {
      while (dense.length < index) dense.push(undefined);
      dense.push(value);
      return;
    }
    this.#sparse ??= new Map();
    if (this.#sparse.has(index)) this.count--;
    this.#sparse.set(index, value);
  }
}
