import { treePolicies, zeroThreshold } from '../../plan/index.ts';
import type { CategorySplit, SourceTree } from '../trees/index.ts';
import { categoricalBit, leftBit, missingOf, type CategorySets, type Tree } from './booster.ts';

/** A tree with its leaves among its nodes: leaf i of `tree` is node splits + i. */
export interface Numbered extends SourceTree {
  readonly tree: Tree;
  readonly splits: number;
}

/** The number next to it; it lies between 2^-117 and 2^-116. */
const beyond = zeroThreshold + 2 ** -169;

/**
 * The library takes values of the size of `kZeroThreshold` for 0 before it compares them, so that thresholds among them
 * divide at the ends of that range.
 */
function thresholdFor(threshold: number): number {
  if (threshold >= 0 && threshold < zeroThreshold) return zeroThreshold;
  return threshold < 0 && threshold >= -zeroThreshold ? -beyond : threshold;
}

/** `Tree::NumericalDecision` and `Tree::CategoricalDecision`. */
function policyOf(decision: number): number {
  // A category is cut to an integer before its sign is looked at.
  if ((decision & categoricalBit) !== 0) return treePolicies.truncated;
  const side = (decision & leftBit) === 0 ? treePolicies.nanRight : treePolicies.nanLeft;
  switch (missingOf(decision)) {
    case 'none':
      return treePolicies.nanZero;
    case 'zero':
      return treePolicies.zeroMissing + side;
    case 'nan':
      return side;
  }
}

/** Categories of the set go left; all others, those below zero and NaN go right. */
function splitOf({ boundaries, words }: CategorySets, set: number): CategorySplit {
  const right = words.slice(boundaries[set], boundaries[set + 1]);
  for (const [index, word] of right.entries()) right[index] = ~word;
  return { right, count: 32 * right.length, beyondRight: true, negativeRight: true, nanRight: true };
}

function filled(splits: number, children: Int32Array): Int32Array {
  const list = new Int32Array(2 * splits + 1).fill(-1);
  for (const [node, child] of children.entries()) list[node] = child < 0 ? splits + ~child : child;
  return list;
}

/** A tree as the operators' writer takes it. */
export function numbered(tree: Tree): Numbered {
  const splits = tree.left.length;
  const nodes = 2 * splits + 1;
  const feature = new Int32Array(nodes);
  feature.set(tree.feature);
  const threshold = new Float64Array(nodes);
  threshold.set(tree.threshold.map(thresholdFor));
  const policies = new Uint8Array(nodes);
  policies.set(tree.decision.map(policyOf));
  const { categories, decision } = tree;
  const sets = new Map<number, CategorySplit>();
  function setOf(all: CategorySets, set: number): CategorySplit {
    const known = sets.get(set) ?? splitOf(all, set);
    sets.set(set, known);
    return known;
  }
  return {
    tree,
    splits,
    left: filled(splits, tree.left),
    right: filled(splits, tree.right),
    feature,
    threshold,
    policies,
    categories: node =>
      categories !== undefined && ((decision[node] as number) & categoricalBit) !== 0
        ? setOf(categories, Math.trunc(tree.threshold[node] as number))
        : undefined,
  };
}
