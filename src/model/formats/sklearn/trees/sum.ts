import { treePolicies } from '../../../plan/index.ts';
import { buildTrees } from '../../trees/index.ts';
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

/** A node that adds up what the leaves of all trees give, tree after tree. */
export function sumOfTrees(
  estimator: Estimator,
  trees: readonly FileTree[],
  input: number,
  { width, missing, leaf, targets, start, startNode }: Sum,
  { builder }: Translation,
): number {
  const { nanLeft, nanRight } = treePolicies;
  const built = buildTrees({
    trees: trees.map(tree => ({
      ...tree,
      policies: missing ? tree.missingLeft?.map(left => (left === 0 ? nanRight : nanLeft)) : undefined,
    })),
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
