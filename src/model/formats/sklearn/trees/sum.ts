import { treePolicies } from '../../../plan/index.ts';
import { buildTrees, type SourceTree } from '../../trees/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { failAt, type FileTree } from './read.ts';

/** What a leaf of a tree gives, written into `target`; `index` counts the trees. */
export type WriteLeaf = (tree: FileTree, node: number, target: Float64Array, index: number) => void;

/**
 * Features as a tree reads them: rounded to float32, and finite but for NaN where that is allowed. Sparse rows stay so:
 * they come from other estimators, and are rounded when they are compared.
 */
export function treeInput(owner: string, x: Features, missing: boolean, { builder }: Translation): number {
  const given = x.numbers();
  if (builder.typeOf(given).kind === 'sparse') return given;
  const rounded = builder.add('cast32', [given]);
  return builder.add('finite', [rounded], { owner, nan: missing ? 'allow' : 'refuse', range: 'f32' });
}

export interface Sum {
  /** Columns of the result. */
  readonly width: number;
  /** Whether NaN may come in. */
  readonly missing: boolean;
  readonly leaf: WriteLeaf;
  /** The column that each tree adds to; every tree adds to all columns when not said. */
  readonly targets?: Int32Array;
  /** What the sums start from, by column; 0 when not said. */
  readonly start?: Float64Array;
  /** A node that the sums start from, row by row. */
  readonly startNode?: number | undefined;
}

function withPolicies(trees: readonly FileTree[], missing: boolean): readonly (FileTree & SourceTree)[] {
  const { nanLeft, nanRight } = treePolicies;
  return trees.map(tree => ({
    ...tree,
    policies: missing ? tree.missingLeft?.map(left => (left === 0 ? nanRight : nanLeft)) : undefined,
  }));
}

/** A node that adds up what the leaves of all trees give, tree after tree. */
export function sumOfTrees(
  estimator: Estimator,
  trees: readonly FileTree[],
  input: number,
  { width, missing, leaf, targets, start, startNode }: Sum,
  { builder }: Translation,
): number {
  const built = buildTrees({
    trees: withPolicies(trees, missing),
    features: builder.typeOf(input).width,
    keys: 'float32',
    split: 'at-most',
    leafWidth: targets === undefined ? width : 1,
    leaf,
    leaves: 'shared',
    fail: failAt(estimator.place),
  });
  return builder.add(
    'trees',
    startNode === undefined ? [input] : [input, startNode],
    { ...built.attributes, width, sum: 'f64' },
    {
      ...built.arrays,
      leaves: built.leaves,
      ...(targets === undefined ? {} : { targets }),
      ...(start === undefined ? {} : { start }),
    },
  );
}

/** A node that tells for each tree the node of the file that a row ends in: `apply` of scikit-learn. */
export function leavesOfTrees(
  estimator: Estimator,
  trees: readonly FileTree[],
  input: number,
  missing: boolean,
  { builder }: Translation,
): number {
  const names: number[] = [];
  const built = buildTrees({
    trees: withPolicies(trees, missing),
    features: builder.typeOf(input).width,
    keys: 'float32',
    split: 'at-most',
    leafWidth: 1,
    leaf: (_, node) => names.push(node),
    leaves: 'each',
    fail: failAt(estimator.place),
  });
  return builder.add('treeLeaves', [input], built.attributes, {
    ...built.arrays,
    names: Int32Array.from(names),
  });
}
