import { treeKey, type NewArray } from '../../../plan/index.ts';
import { sklearnErrors } from '../errors.ts';
import { LeafTable } from './leaves.ts';
import type { FileTree } from './read.ts';

/** What a leaf of a tree gives, written into `target`. */
export type WriteLeaf = (tree: FileTree, node: number, target: Float64Array) => void;

/** The arrays of the operator `trees`, and its number of bits. */
export interface Forest {
  readonly bits: number;
  readonly arrays: { readonly roots: Int32Array; readonly nodes: NewArray; readonly leaves: NewArray };
}

/**
 * The nodes of a tree level by level, both children of a node side by side.
 * @returns for each position the node of the file that stands there
 * @throws `sklearn-malformed` when a child is out of bounds, or more nodes are reached than there are
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

/** The largest distance from a node to its left child. */
function furthestChild(tree: FileTree, order: Int32Array): number {
  let furthest = 0;
  let child = 1;
  for (let position = 0; position < order.length; position++) {
    if (tree.left[order[position] as number] === -1) continue;
    furthest = Math.max(furthest, child - position);
    child += 2;
  }
  return furthest;
}

function bitsFor(value: number): number {
  return 32 - Math.clz32(value);
}

const largestFloat = 3.402_823_466_385_288_6e38;
const oneUp = new Float32Array(1);
const oneUpBits = new Int32Array(oneUp.buffer);

/** The largest float32 that is not above a float64: a float32 is at most the one exactly when it is at most the other. */
function float32Below(threshold: number): number {
  const near = Math.fround(threshold);
  if (near <= threshold) return near;
  if (near === Infinity) return largestFloat;
  oneUp[0] = near;
  if (near === 0) return -1.401_298_464_324_817e-45;
  oneUpBits[0] = (oneUpBits[0] as number) + (near > 0 ? -1 : 1);
  return oneUp[0];
}

/** Where the nodes of all trees are written, in two words each or in three. */
class NodeWriter {
  readonly words: Int32Array;
  readonly #size: 2 | 3;
  readonly #bits: number;
  #at = 0;

  constructor(count: number, size: 2 | 3, bits: number) {
    this.words = new Int32Array(count * size);
    this.#size = size;
    this.#bits = bits;
  }

  write(first: number, column: number, offset: number): void {
    this.words[this.#at] = first;
    if (this.#size === 2) this.words[this.#at + 1] = (offset << this.#bits) | column;
    else {
      this.words[this.#at + 1] = column;
      this.words[this.#at + 2] = offset;
    }
    this.#at += this.#size;
  }
}

interface Columns {
  readonly features: number;
  /** Whether NaN may go left, from columns of its own. */
  readonly missing: boolean;
}

function checkFeature(feature: number, features: number, place: string): void {
  if (feature < 0 || feature >= features)
    throw sklearnErrors.make['sklearn-malformed'](
      `${place}.tree_: a node asks for feature ${feature} of ${features}`,
    );
}

/** Writes the trees one after another, breadth-first. */
export function flatten(
  trees: readonly FileTree[],
  place: string,
  { features, missing }: Columns,
  leafWidth: number,
  writeLeaf: WriteLeaf,
): Forest {
  const orders = trees.map(tree => levelOrder(tree, place));
  const total = orders.reduce((sum, order) => sum + order.length, 0);
  const furthest = Math.max(...trees.map((tree, index) => furthestChild(tree, orders[index] as Int32Array)));
  const leafColumn = missing ? 2 * features : features;
  const bits = bitsFor(leafColumn);
  const size = bits + bitsFor(furthest) <= 31 ? 2 : 3;
  const writer = new NodeWriter(total, size, bits);
  const table = new LeafTable(leafWidth);
  const roots = new Int32Array(trees.length);
  let root = 0;
  for (const [index, tree] of trees.entries()) {
    roots[index] = root;
    const order = orders[index] as Int32Array;
    let child = 1;
    for (let position = 0; position < order.length; position++) {
      const node = order[position] as number;
      if (tree.left[node] === -1) {
        writeLeaf(tree, node, table.next);
        writer.write(table.add(), leafColumn, 0);
        continue;
      }
      const feature = tree.feature[node] as number;
      checkFeature(feature, features, place);
      const column = missing && tree.missingLeft?.[node] === 1 ? features + feature : feature;
      writer.write(treeKey(float32Below(tree.threshold[node] as number)), column, child - position);
      child += 2;
    }
    root += order.length;
  }
  const nodes = { values: writer.words, shape: [total, size] };
  return { bits, arrays: { roots, nodes, leaves: table.finish() } };
}

/**
 * Levels below the root of a tree.
 * @throws `sklearn-malformed` as `flatten` does
 */
export function depthOf(tree: FileTree, place: string): number {
  const order = levelOrder(tree, place);
  let depth = 0;
  // The nodes of a level stand together: the children of the level before it are the next.
  for (let start = 0, end = 1; ; depth++) {
    let children = 0;
    for (let position = start; position < end; position++)
      if (tree.left[order[position] as number] !== -1) children += 2;
    if (children === 0) return depth;
    start = end;
    end += children;
  }
}
