import { lowestKey, treeKey, treePolicies } from '../../plan/index.ts';
import { float32AtMost, float64Below } from './neighbours.ts';
import type { CategorySplit, Fail, SourceTree } from './source.ts';

export type Keys = 'float32' | 'rank';

/** Policies are below 16; the next bit tells categories from numbers. */
const categorical = 16;
const codes = 32;

interface Columns {
  /** Feature and policy of each column, numbers first. */
  readonly features: Int32Array;
  readonly policies: Int32Array;
  readonly numeric: number;
}

/** Two splits share a column of keys when they ask the same feature, and treat special values alike. */
export class KeyColumns implements Columns {
  readonly features: Int32Array;
  readonly policies: Int32Array;
  readonly numeric: number;
  readonly #columns: ReadonlyMap<number, number>;

  /** @param asked codes of `codeOf` */
  constructor(asked: ReadonlySet<number>) {
    const isSet = (code: number): boolean => (code & categorical) !== 0;
    const all = Float64Array.from(asked).sort();
    const sorted = [...all.filter(code => !isSet(code % codes)), ...all.filter(code => isSet(code % codes))];
    this.numeric = sorted.filter(code => !isSet(code % codes)).length;
    this.features = Int32Array.from(sorted, code => Math.floor(code / codes));
    this.policies = Int32Array.from(sorted, code => code % categorical);
    this.#columns = new Map(sorted.map((code, column) => [code, column]));
  }

  columnOf(code: number): number {
    return this.#columns.get(code) as number;
  }
}

/** What a split asks for, as one number. */
export function codeOf(tree: SourceTree, node: number, features: number, fail: Fail): number {
  const feature = tree.feature[node] as number;
  if (!(feature >= 0 && feature < features)) fail(`node ${node} asks for feature ${feature} of ${features}`);
  const policy = tree.policies?.[node] ?? treePolicies.nanRight;
  return feature * codes + policy + (tree.categories?.(node) === undefined ? 0 : categorical);
}

/** How the thresholds of splits become the keys of nodes. */
export interface Thresholds {
  keyOf(column: number, threshold: number): number;
  /** What the operator needs to know, for keys that are ranks. */
  readonly arrays: { readonly thresholds?: Float64Array; readonly thresholdStarts?: Int32Array };
}

/** `x <= t`, or `x < t` as `x <= the number before t`. */
export function atMost(threshold: number, isBelow: boolean): number {
  return isBelow ? float64Below(threshold) : threshold;
}

/** Nothing is at most NaN: such a node sends every number right. */
export const floatThresholds: Thresholds = {
  keyOf: (_, threshold) => (Number.isNaN(threshold) ? lowestKey : treeKey(float32AtMost(threshold))),
  arrays: {},
};

function distinct(values: readonly number[]): Float64Array {
  const sorted = Float64Array.from(values).sort();
  let count = 0;
  for (const value of sorted) {
    if (count === 0 || value > (sorted[count - 1] as number)) sorted[count++] = value;
  }
  return sorted.subarray(0, count);
}

function positionOf(sorted: Float64Array, from: number, to: number, threshold: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < threshold) low = middle + 1;
    else high = middle;
  }
  return low - from;
}

/** @param asked the thresholds of each column, in any order */
export function rankThresholds(asked: readonly (readonly number[])[]): Thresholds {
  const lists = asked.map(list => distinct(list.filter(value => !Number.isNaN(value))));
  const thresholdStarts = new Int32Array(lists.length + 1);
  for (const [column, list] of lists.entries())
    thresholdStarts[column + 1] = (thresholdStarts[column] as number) + list.length;
  const thresholds = new Float64Array(thresholdStarts[lists.length] as number);
  for (const [column, list] of lists.entries()) thresholds.set(list, thresholdStarts[column]);
  return {
    keyOf: (column, threshold) =>
      Number.isNaN(threshold)
        ? lowestKey
        : positionOf(
            thresholds,
            thresholdStarts[column] as number,
            thresholdStarts[column + 1] as number,
            threshold,
          ),
    arrays: { thresholds, thresholdStarts },
  };
}

export type { CategorySplit };
