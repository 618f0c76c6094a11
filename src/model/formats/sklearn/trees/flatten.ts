import { leafMark, missingLeft, treeNodeWords, type NewArray } from '../../../plan/index.ts';
import { sklearnErrors } from '../errors.ts';
import type { FileTree } from './read.ts';

/** What a leaf of a tree gives, written into `target` from `at` on. */
export type WriteLeaf = (tree: FileTree, node: number, target: Float64Array, at: number) => void;

/** Trees as the operator `trees` takes them. */
export interface Forest {
  readonly roots: Int32Array;
  readonly nodes: NewArray;
  /** Absent when a leaf gives one number: that stands in the node. */
  readonly leaves?: NewArray;
}

/**
 * The nodes of a tree level by level, both children of a node side by side.
 * @returns for each position the node of the file that stands there; a leaf is there once for each way to it
 * @throws `sklearn-malformed` when a child is out of bounds, or a node has two parents
 */
function levelOrder(tree: FileTree, place: string): Int32Array {
  const count = tree.left.length;
  const order = new Int32Array(count);
  let filled = 1;
  for (let at = 0; at < filled; at++) {
    const left = tree.left[order[at] as number] as number;
    const right = tree.right[order[at] as number] as number;
    if (left === -1) continue;
    if (left <= 0 || left >= count || right <= 0 || right >= count || filled + 2 > count)
      throw sklearnErrors.make['sklearn-malformed'](
        `${place}.tree_: node ${String(order[at])} has the children ${left} and ${right} among ${count} nodes`,
      );
    order[filled++] = left;
    order[filled++] = right;
  }
  return order.subarray(0, filled);
}

/** Writes the trees one after another, breadth-first. */
export function flatten(
  trees: readonly FileTree[],
  place: string,
  leafWidth: number,
  useMissing: boolean,
  writeLeaf: WriteLeaf,
): Forest {
  const orders = trees.map(tree => levelOrder(tree, place));
  const total = orders.reduce((sum, order) => sum + order.length, 0);
  const leafCount = leafWidth === 1 ? 0 : countLeaves(trees, orders);
  const words = new Int32Array(total * treeNodeWords);
  const numbers = new Float64Array(words.buffer);
  const leaves = new Float64Array(leafCount * leafWidth);
  const roots = new Int32Array(trees.length);
  let first = 0;
  let leaf = 0;
  for (const [index, tree] of trees.entries()) {
    roots[index] = first;
    const order = orders[index] as Int32Array;
    let child = first + 1;
    for (const [position, node] of order.entries()) {
      const at = (first + position) * treeNodeWords;
      if (tree.left[node] === -1) {
        words[at + 2] = leafMark;
        if (leafWidth === 1) writeLeaf(tree, node, numbers, at / 2);
        else {
          words[at + 3] = leaf;
          writeLeaf(tree, node, leaves, leafWidth * leaf++);
        }
        continue;
      }
      numbers[at / 2] = tree.threshold[node] as number;
      words[at + 2] =
        (tree.feature[node] as number) | (useMissing && tree.missingLeft?.[node] ? missingLeft : 0);
      words[at + 3] = child;
      child += 2;
    }
    first += order.length;
  }
  const nodes = { values: words, shape: [total, treeNodeWords] };
  if (leafWidth === 1) return { roots, nodes };
  return { roots, nodes, leaves: { values: leaves, shape: [leafCount, leafWidth] } };
}

function countLeaves(trees: readonly FileTree[], orders: readonly Int32Array[]): number {
  let count = 0;
  for (const [index, tree] of trees.entries())
    for (const node of orders[index] as Int32Array) if (tree.left[node] === -1) count++;
  return count;
}

/** Levels below the root of the deepest tree. */
export function depthOf(tree: FileTree): number {
  let level = [0];
  let depth = 0;
  let seen = 1;
  while (seen <= tree.left.length) {
    const below = level.flatMap(node =>
      tree.left[node] === -1 ? [] : [tree.left[node] as number, tree.right[node] as number],
    );
    if (below.length === 0) break;
    seen += below.length;
    depth++;
    level = below;
  }
  return depth;
}
