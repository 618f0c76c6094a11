import { firstCategoryBit } from '../../plan/index.ts';
import type { CategorySplit, Fail } from './source.ts';

/** Collects the sets of categories in the form that the operator takes: bits of each, then the bits. */
export class SetWriter {
  #words = new Int32Array(64);
  #used = 0;

  /** @returns where the set starts */
  add(split: CategorySplit, fail: Fail): number {
    const { right, count } = split;
    if (!(count >= 0 && count <= right.length * 32))
      fail(`a set of ${count} categories has ${right.length} words`);
    const length = count + firstCategoryBit;
    const start = this.#used;
    this.#reserve(1 + Math.ceil(length / 32));
    this.#words[start] = length;
    this.#put(start, 0, split.beyondRight);
    this.#put(start, 1, split.negativeRight);
    this.#put(start, 2, split.nanRight);
    for (let category = 0; category < count; category++)
      this.#put(
        start,
        category + firstCategoryBit,
        (((right[category >> 5] as number) >>> (category & 31)) & 1) === 1,
      );
    return start;
  }

  finish(): Int32Array {
    return this.#words.slice(0, this.#used);
  }

  #put(start: number, bit: number, isRight: boolean): void {
    const word = start + 1 + (bit >> 5);
    if (isRight) this.#words[word] = (this.#words[word] as number) | (1 << (bit & 31));
  }

  #reserve(count: number): void {
    this.#used += count;
    if (this.#used <= this.#words.length) return;
    const larger = new Int32Array(Math.max(this.#used, 2 * this.#words.length));
    larger.set(this.#words);
    this.#words = larger;
  }
}
