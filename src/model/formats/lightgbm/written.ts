import type { NewArray, PlanArray } from '../../plan/index.ts';
import { buildTrees, type BuiltTrees } from '../trees/index.ts';
import type { Booster, Tree } from './booster.ts';
import { lightgbmErrors } from './errors.ts';
import { numbered, type Numbered } from './source-tree.ts';

/** Trees in the form of the operators over trees. */
export interface Written {
  readonly built: BuiltTrees<Numbered>;
  /** Tree → class; undefined for a single class. */
  readonly targets: Int32Array | undefined;
  readonly trees: readonly Tree[];
}

type Arrays = Readonly<Record<string, PlanArray | NewArray>>;

/** @param trees of the booster, whole iterations */
export function writeTrees({ features, treesPerIteration }: Booster, trees: readonly Tree[]): Written {
  const built = buildTrees({
    trees: trees.map(numbered),
    features,
    keys: 'rank',
    split: 'at-most',
    leafWidth: 1,
    leaf({ tree, splits }, node, target) {
      target[0] = tree.leafValue[node - splits] as number;
    },
    leaves: 'each',
    fail(problem) {
      throw lightgbmErrors.make['lightgbm-malformed'](problem);
    },
  });
  const targets =
    treesPerIteration === 1 ? undefined : Int32Array.from(trees, (_, index) => index % treesPerIteration);
  return { built, targets, trees };
}

/** The library's number of each leaf: `pred_leaf`. */
export function leafNames({ built }: Written): Int32Array {
  const names: number[] = [];
  built.eachLeaf(({ splits }, node) => names.push(node - splits));
  return Int32Array.from(names);
}

/** What linear leaves need besides their values: `Tree::Predict` of `linear_tree`. Leaves of other trees are constants. */
export function linearArrays({ built, trees }: Written): Arrays {
  if (trees.every(tree => tree.linear === undefined)) return {};
  const constants: number[] = [];
  const termStarts: number[] = [0];
  const termFeatures: number[] = [];
  const coefficients: number[] = [];
  built.eachLeaf(({ tree: { linear, leafValue }, splits }, node) => {
    const leaf = node - splits;
    constants.push((linear === undefined ? leafValue : linear.constant)[leaf] as number);
    const end = linear?.starts[leaf + 1] ?? 0;
    for (let term = linear?.starts[leaf] ?? 0; term < end; term++) {
      termFeatures.push(linear?.features[term] as number);
      coefficients.push(linear?.coefficients[term] as number);
    }
    termStarts.push(termFeatures.length);
  });
  return {
    constants: Float64Array.from(constants),
    termStarts: Int32Array.from(termStarts),
    termFeatures: Int32Array.from(termFeatures),
    coefficients: Float64Array.from(coefficients),
  };
}

/** Whether the rows of training at every node are known. */
export function hasCounts({ left, count, leafCount }: Tree): boolean {
  return left.length === 0 || (count !== undefined && leafCount !== undefined);
}

/** `Tree::ExpectedValue` */
function expectedOf({ left, count, leafCount, leafValue }: Tree): number {
  if (left.length === 0) return leafValue[0] as number;
  const total = count?.[0] as number;
  let sum = 0;
  for (const [leaf, value] of leafValue.entries()) sum += ((leafCount?.[leaf] as number) / total) * value;
  return sum;
}

/** Rows of training at each node, and the mean of each tree, for contributions. */
export function explanation({ built, trees }: Written): Arrays {
  const covers: number[] = [];
  built.eachNode(({ tree, splits }, node) => {
    covers.push((node < splits ? tree.count?.[node] : tree.leafCount?.[node - splits]) ?? 1);
  });
  return {
    covers: Float64Array.from(covers),
    expected: { values: Float64Array.from(trees, expectedOf), shape: [trees.length, 1] },
  };
}
