import { treePolicies, type NewArray } from '../../plan/index.ts';
import { buildTrees, type BuiltTrees, type CategorySplit, type SourceTree } from '../trees/index.ts';
import { isBefore, type Booster, type BoosterTree, type TreeModel } from './booster.ts';
import { malformed } from './errors.ts';

/** A tree of a booster as the builder of trees takes it. */
export interface ListedTree extends SourceTree {
  readonly source: BoosterTree;
}

/** More words of category sets than a sane model has: a small file could ask for any number. */
const mostSetWords = 2 ** 26;

/** `InvalidCat`: from here on a float32 does not name one category only. */
const largestCategory = 2 ** 24;

/**
 * How a split by categories treats each of them; those that it lists go right. What is not listed goes left; in 1.6 what
 * its bits do not reach went where missing values go (`common::Decision`).
 */
function setOf(
  tree: BoosterTree,
  node: number,
  release: Pick<Booster, 'release'>,
): CategorySplit | undefined {
  const categories = tree.categories.get(node);
  if (categories === undefined) return undefined;
  const largest = categories.reduce((most, category) => Math.max(most, category), 0);
  const words = Math.floor(largest / 32) + 1;
  const right = new Uint32Array(words);
  for (const category of categories) {
    if (category < 0 || category >= largestCategory) malformed(`node ${node} lists the category ${category}`);
    right[category >> 5] = (right[category >> 5] as number) | (1 << (category & 31));
  }
  const nanRight = tree.defaultLeft[node] === 0;
  const beyondRight = nanRight && isBefore(release, 1, 7) && !isBefore(release, 1, 6);
  return { right, count: words * 32, beyondRight, negativeRight: beyondRight, nanRight };
}

function listed(tree: BoosterTree, booster: Booster): ListedTree {
  const { nanLeft, nanRight } = treePolicies;
  const sets = new Map<number, CategorySplit | undefined>();
  const categories = (node: number): CategorySplit | undefined => {
    if (!sets.has(node)) sets.set(node, setOf(tree, node, booster));
    return sets.get(node);
  };
  return {
    source: tree,
    left: tree.left,
    right: tree.right,
    feature: tree.feature,
    threshold: tree.condition,
    policies: tree.defaultLeft.map((left, node) =>
      tree.categories.has(node) || left === 0 ? nanRight : nanLeft,
    ),
    categories: tree.categories.size === 0 ? undefined : categories,
  };
}

function checkSets(trees: readonly BoosterTree[]): void {
  let words = 0;
  for (const { categories } of trees)
    for (const set of categories.values())
      words += 1 + Math.floor(set.reduce((most, one) => Math.max(most, one), 0) / 32);
  if (words > mostSetWords)
    malformed(`the sets of categories take ${words} words, expected at most ${mostSetWords}`);
}

/** The first trees of a model, written for the operators. */
export interface Written {
  readonly built: BuiltTrees<ListedTree>;
  readonly width: number;
  /** The output of each tree; undefined for vector leaves, which add to all. */
  readonly targets: Int32Array | undefined;
}

/** @param count how many of the trees are used, from the first on; at least one */
export function writeTrees(booster: Booster, model: TreeModel, count: number): Written {
  const used = model.trees.slice(0, count);
  checkSets(used);
  const isVector = used[0]?.vectors !== undefined;
  const weightOf = (index: number): number => model.weights?.[index] ?? 1;
  const built = buildTrees<ListedTree>({
    trees: used.map(tree => listed(tree, booster)),
    features: booster.features,
    keys: 'float32',
    split: 'below',
    absent: 'missing',
    leaves: 'each',
    leafWidth: isVector ? booster.outputs : 1,
    leaf({ source }, node, target, index) {
      const weight = weightOf(index);
      if (source.vectors === undefined) {
        target[0] = Math.fround((source.condition[node] as number) * weight);
        return;
      }
      const { values, width, rowOf } = source.vectors;
      const start = (rowOf[node] as number) * width;
      for (let at = 0; at < width; at++) target[at] = Math.fround((values[start + at] as number) * weight);
    },
    fail: problem => malformed(`the trees contradict themselves: ${problem}`),
  });
  return {
    built,
    width: booster.outputs,
    targets: isVector ? undefined : model.groupOf.slice(0, count),
  };
}

/** The node that each leaf is, by which the library names it. */
export function leafNames({ built }: Written): Int32Array {
  const names = new Int32Array(built.leaves.shape[0] as number);
  built.eachLeaf((_, node, leaf) => {
    names[leaf] = node;
  });
  return names;
}

/** Nodes of each tree in the order of the operators' arrays. */
function ordersOf({ built }: Written): readonly { readonly tree: ListedTree; readonly order: Int32Array }[] {
  const orders: { readonly tree: ListedTree; readonly order: Int32Array }[] = [];
  const filled: number[] = [];
  built.eachNode((tree, node, _, index) => {
    const one = (orders[index] ??= { tree, order: new Int32Array(tree.left.length) });
    const at = filled[index] ?? 0;
    one.order[at] = node;
    filled[index] = at + 1;
  });
  return orders.map(({ tree, order }, index) => ({ tree, order: order.subarray(0, filled[index]) }));
}

export interface Explanation {
  /** Weights of the training rows by node. */
  readonly covers: Float64Array;
  /** Mean of each tree by these weights. */
  readonly expected: NewArray;
}

/** What contributions are measured against: `FillNodeMeanValues`, in float32. */
export function explanation(written: Written): Explanation {
  const orders = ordersOf(written);
  const { values: leaves, shape } = written.built.leaves;
  const width = shape[1] as number;
  const covers = new Float64Array(orders.reduce((sum, { order }) => sum + order.length, 0));
  const expected = new Float64Array(orders.length * width);
  let position = 0;
  let leaf = 0;
  for (const [index, { tree, order }] of orders.entries()) {
    const means = new Float64Array(tree.left.length * width);
    for (const node of order) {
      covers[position++] = tree.source.cover[node] as number;
      if ((tree.left[node] as number) >= 0) continue;
      for (let at = 0; at < width; at++) means[node * width + at] = leaves[leaf * width + at] as number;
      leaf++;
    }
    // Children stand after their parents.
    for (const node of order.toReversed())
      if ((tree.left[node] as number) >= 0) meanOfChildren(tree, node, width, means);
    expected.set(means.subarray(0, width), index * width);
  }
  return { covers, expected: { values: expected, shape: [orders.length, width] } };
}

function meanOfChildren(
  { left, right, source }: ListedTree,
  node: number,
  width: number,
  means: Float64Array,
): void {
  const { cover } = source;
  const l = left[node] as number;
  const r = right[node] as number;
  for (let at = 0; at < width; at++) {
    const one = Math.fround((means[l * width + at] as number) * (cover[l] as number));
    const other = Math.fround((means[r * width + at] as number) * (cover[r] as number));
    means[node * width + at] = Math.fround(Math.fround(one + other) / (cover[node] as number));
  }
}
