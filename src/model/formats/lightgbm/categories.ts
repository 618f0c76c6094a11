import { lightgbmErrors } from './errors.ts';
import type { CategorySets } from './booster.ts';

/** 64 MiB for all sets of a model: a category that is written in ten digits would take as much as 2^27 words. */
const mostWords = 2 ** 24;

/** Builds the sets of a model's trees from lists of categories, for files that do not write bits. */
export class CategoryLists {
  #words = 0;
  #lists: (readonly number[])[] = [];

  /** @returns the index of the set */
  add(categories: readonly number[], place: string): number {
    const words = categories.reduce((most, category) => Math.max(most, (category >>> 5) + 1), 0);
    this.#words += words;
    if (this.#words > mostWords)
      throw lightgbmErrors.make['lightgbm-unsupported'](
        `${place}: the categories of this model need more than ${mostWords * 4} bytes; the largest is ${Math.max(...categories)}`,
      );
    return this.#lists.push(categories) - 1;
  }

  /** The sets added since the last call, one tree's. */
  take(): CategorySets | undefined {
    const lists = this.#lists;
    if (lists.length === 0) return undefined;
    this.#lists = [];
    const boundaries = new Int32Array(lists.length + 1);
    for (const [index, list] of lists.entries())
      boundaries[index + 1] =
        (boundaries[index] as number) +
        list.reduce((most, category) => Math.max(most, (category >>> 5) + 1), 0);
    const words = new Uint32Array(boundaries[lists.length] as number);
    for (const [index, list] of lists.entries()) {
      for (const category of list) {
        const at = (boundaries[index] as number) + (category >>> 5);
        words[at] = (words[at] as number) | (1 << (category & 31));
      }
    }
    return { boundaries, words };
  }
}
