import { categoricalBit, leftBit } from './booster.ts';
import type { CategoryLists } from './categories.ts';
import { lightgbmErrors } from './errors.ts';

/** A split as releases before 2.0.5 have it. */
export interface OldSplit {
  /** One category goes left, or the values up to the threshold do. */
  readonly isCategory: boolean;
  readonly threshold: number;
  /** From 2.0.1 on what zero is taken for; zero is missing then, and has a direction. */
  readonly standIn: number | undefined;
}

const zeroMissing = 1 << 2;
const largestCategory = 2 ** 31 - 1;

/** Zero is in the set when its stand-in is the category. */
function categoriesOf({ threshold, standIn }: OldSplit): readonly number[] {
  const category = Math.trunc(threshold);
  const withZero = Math.trunc(standIn ?? 0) === category;
  const positive = category > 0 ? [category] : [];
  return withZero ? [0, ...positive] : positive;
}

/**
 * What a split is in today's terms: its threshold, or the number of its set, and its `decision_type`. NaN was read as 0.
 * @param lists takes the set of categories
 */
export function modernSplit(
  split: OldSplit,
  lists: CategoryLists,
  place: string,
): { readonly threshold: number; readonly decision: number } {
  const { isCategory, threshold, standIn } = split;
  if (isCategory) {
    if (!(Math.abs(threshold) <= largestCategory))
      throw lightgbmErrors.make['lightgbm-malformed'](`${place}: a split on the category ${threshold}`);
    return { threshold: lists.add(categoriesOf(split), place), decision: categoricalBit };
  }
  if (standIn === undefined) return { threshold, decision: 0 };
  return { threshold, decision: zeroMissing | (standIn <= threshold ? leftBit : 0) };
}
