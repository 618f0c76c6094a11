import type { Categories } from './categories.ts';

/** A tree as XGBoost keeps it (`RegTree`). Node 0 is the root; nodes that pruning left behind stay, unreachable. */
export interface BoosterTree {
  /** Children by node, -1 at a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Int32Array;
  /** The threshold of a split (x < t goes left), the value of a leaf. */
  readonly condition: Float32Array;
  /** 1 where missing values go left. */
  readonly defaultLeft: Uint8Array;
  /** Sums of hessians: how much training data reached the node; empty where the file has none. */
  readonly cover: Float32Array;
  /** Loss reductions of the splits; empty where the file has none. */
  readonly gain: Float32Array;
  /** Of a split by categories: those that go right, rising. */
  readonly categories: ReadonlyMap<number, Int32Array>;
  /** Vector leaves: `values` [leaves, width], and by node the row of a leaf. */
  readonly vectors:
    | { readonly values: Float32Array; readonly width: number; readonly rowOf: Int32Array }
    | undefined;
}

/** `gbtree` and `dart`. */
export interface TreeModel {
  readonly kind: 'trees';
  readonly trees: readonly BoosterTree[];
  /** The output that each tree adds to. */
  readonly groupOf: Int32Array;
  /** DART's weights, one for each tree. */
  readonly weights: Float32Array | undefined;
  /** Number of trees before each boosting round, and in all; undefined where the file does not tell. */
  readonly roundStarts: Int32Array | undefined;
}

/** `gblinear`: `weights` [features + 1, outputs], the last row is the bias. */
export interface LinearModel {
  readonly kind: 'linear';
  readonly weights: Float32Array;
}

/** What was trained for; its parameters as the file spells them. */
export interface Objective {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A release, as far as the file tells. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

/** A model of XGBoost, whatever file it came from. */
export interface Booster {
  /** What it was written in: `JSON`, `UBJ`, `binary`. */
  readonly form: string;
  /** Undefined before 1.0, which did not write it. */
  readonly release: Release | undefined;
  /** As written, e.g. `2.1.4`. */
  readonly releaseText: string | undefined;
  readonly booster: 'gbtree' | 'dart' | 'gblinear';
  readonly objective: Objective;
  /** One number for all outputs, or one each. */
  readonly baseScore: Float32Array;
  /** Before 1.0 the base score stands in the file as a margin, from then on as a prediction. */
  readonly baseIsMargin: boolean;
  readonly features: number;
  /** 0 unless there are many classes. */
  readonly classes: number;
  readonly targets: number;
  /** Numbers that a row gets: classes, targets, or 1. */
  readonly outputs: number;
  readonly featureNames: readonly string[] | undefined;
  readonly featureTypes: readonly string[] | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of every column, where the file has those of a data frame. */
  readonly categories?: readonly Categories[] | undefined;
  readonly model: TreeModel | LinearModel;
}

/** Whether the library that wrote a model came before `major.minor`. */
export function isBefore({ release }: Pick<Booster, 'release'>, major: number, minor: number): boolean {
  return release === undefined || release.major < major || (release.major === major && release.minor < minor);
}
