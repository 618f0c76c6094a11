/** How a numeric split treats values that are missing; `none` takes NaN for 0, and so does `zero`. */
export type Missing = 'none' | 'zero' | 'nan';

/** A linear model in each leaf: coefficients of leaf i stand at `starts[i]` to `starts[i + 1]`. */
export interface LinearLeaves {
  /** `[leaves]` */
  readonly constant: Float64Array;
  /** `[leaves + 1]` */
  readonly starts: Int32Array;
  /** Columns of the features, `[coefficients]`. */
  readonly features: Int32Array;
  readonly coefficients: Float64Array;
}

/** Sets of categories as bits: set i is the words `boundaries[i]` to `boundaries[i + 1]` of `words`. */
export interface CategorySets {
  readonly boundaries: Int32Array;
  readonly words: Uint32Array;
}

/**
 * A tree in the layout of the library: split nodes `[splits]` and leaves `[splits + 1]`. A child of 0 or more is a split
 * node, a negative one is the leaf `~child`; every node and leaf hangs on the root, split node 0, exactly once.
 */
export interface Tree {
  readonly feature: Int32Array;
  /** Of a numeric split; of a categorical one the index of its set of categories. */
  readonly threshold: Float64Array;
  /** Bit 0: categorical. Bit 1: missing goes left. Bits 2 and 3: 0 none, 1 zero, 2 NaN. */
  readonly decision: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly gain: Float64Array | undefined;
  /** Rows of training at each split node. */
  readonly count: Float64Array | undefined;
  readonly leafValue: Float64Array;
  readonly leafCount: Float64Array | undefined;
  readonly categories: CategorySets | undefined;
  readonly linear: LinearLeaves | undefined;
  readonly depth: number;
}

/** One of the values that a column of a pandas frame could take in training. */
export type Category = string | number | boolean | null;

/** A model of LightGBM as its files tell it, whatever their form. */
export interface Booster {
  readonly form: 'text' | 'JSON dump';
  /** Version of the format: `v2`, `v3`, `v4`; undefined in files before 2.1. */
  readonly version: string | undefined;
  readonly classes: number;
  readonly treesPerIteration: number;
  /** As written: `binary sigmoid:1`; undefined for a custom one. */
  readonly objective: string | undefined;
  /** Answers are the mean of the iterations, not their sum: random forests. */
  readonly average: boolean;
  /** False of a form that names neither objective nor average: dumps before 2.2. Only raw scores are known then. */
  readonly tellsAnswers: boolean;
  /**
   * The objective has nothing to add: leaves of random forests before 2.2 are answers already, and before 2.0.5 `poisson`
   * predicted its target itself.
   */
  readonly sumsAreAnswers: boolean;
  readonly features: number;
  readonly featureNames: readonly string[];
  /** Columns that were trained as categories, where the file tells. */
  readonly categorical: readonly number[] | undefined;
  /** Categories of each categorical column of the data frame of training, in the order of columns. */
  readonly pandasCategories: readonly (readonly Category[])[] | undefined;
  /** Iteration after iteration, in each the trees of class 0, 1, … */
  readonly trees: readonly Tree[];
  /** Settings of training as the file lists them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What the reader should know. */
  readonly notes: readonly string[];
}

export const categoricalBit = 1;
export const leftBit = 2;

export function missingOf(decision: number): Missing {
  return (['none', 'zero', 'nan', 'none'] as const)[(decision >> 2) & 3] as Missing;
}
