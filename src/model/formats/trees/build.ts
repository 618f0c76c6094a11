import type { Attribute, NewArray, PlanArray } from '../../plan/index.ts';
import {
  atMost,
  codeOf,
  floatThresholds,
  KeyColumns,
  rankThresholds,
  type Keys,
  type Thresholds,
} from './columns.ts';
import { LeafTable } from './leaves.ts';
import { SetWriter } from './sets.ts';
import { levelOrder, type Fail, type SourceTree } from './source.ts';

export interface TreesToBuild<T extends SourceTree> {
  readonly trees: readonly T[];
  /** Width of the input. */
  readonly features: number;
  /** `float32` rounds features and compares exactly then; `rank` compares float64 exactly. */
  readonly keys: Keys;
  /** Whether a value that equals the threshold goes left (`at-most`: x <= t) or right (`below`: x < t). */
  readonly split: 'at-most' | 'below';
  readonly leafWidth: number;
  /** Writes what a leaf gives into `target` [leafWidth]. */
  leaf(tree: T, node: number, target: Float64Array, index: number): void;
  /**
   * `each`: every leaf has a row of its own, tree after tree and level by level, so that leaves can be named, explained
   * or linear. `shared`: leaves that give the same share a row.
   */
  readonly leaves: 'each' | 'shared';
  /** What a value is that sparse rows do not hold; 0 when not said. */
  readonly absent?: 'zero' | 'missing';
  readonly fail: Fail;
}

/** Trees in the form of the operators `trees`, `treeLeaves` and `treeContributions`. */
export interface BuiltTrees<T extends SourceTree> {
  /** What all these operators take. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly arrays: Readonly<Record<string, PlanArray | NewArray>>;
  /** [leaves, leafWidth] */
  readonly leaves: NewArray;
  readonly depth: number;
  /** Calls `visit` for every node in the order of the operators' arrays: `position` counts over all trees. */
  eachNode(visit: (tree: T, node: number, position: number, index: number) => void): void;
  /** Calls `visit` for every leaf in the order of rows of `leaves`, when each has one. */
  eachLeaf(visit: (tree: T, node: number, leaf: number, index: number) => void): void;
}

function isLeaf(tree: SourceTree, node: number): boolean {
  return (tree.left[node] as number) < 0;
}

/** The largest distance from a node to its left child. */
function furthestChild(tree: SourceTree, order: Int32Array): number {
  let furthest = 0;
  let child = 1;
  for (let position = 0; position < order.length; position++) {
    if (isLeaf(tree, order[position] as number)) continue;
    furthest = Math.max(furthest, child - position);
    child += 2;
  }
  return furthest;
}

function bitsFor(value: number): number {
  return 32 - Math.clz32(value);
}

/** Where the nodes of all trees are written, in two words each or in three. */
class NodeWriter {
  readonly words: Int32Array;
  readonly size: 2 | 3;
  readonly bits: number;
  #at = 0;

  constructor(count: number, columns: number, furthest: number) {
    this.bits = Math.max(1, bitsFor(columns));
    this.size = this.bits + bitsFor(furthest) <= 31 ? 2 : 3;
    this.words = new Int32Array(count * this.size);
  }

  write(key: number, column: number, offset: number): void {
    this.words[this.#at] = key;
    if (this.size === 2) this.words[this.#at + 1] = (offset << this.bits) | column;
    else {
      this.words[this.#at + 1] = column;
      this.words[this.#at + 2] = offset;
    }
    this.#at += this.size;
  }
}

/** Goes through trees node by node, in the order in which they are written. */
class Walk<T extends SourceTree> {
  readonly trees: readonly T[];
  readonly orders: readonly Int32Array[];
  readonly fail: Fail;

  constructor({ trees, fail }: TreesToBuild<T>) {
    if (trees.length === 0) fail('there is no tree');
    this.trees = trees;
    this.fail = fail;
    this.orders = trees.map((tree, index) => levelOrder(tree, problem => fail(`tree ${index}: ${problem}`)));
  }

  each(visit: (tree: T, node: number, position: number, index: number) => void): void {
    let position = 0;
    for (const [index, tree] of this.trees.entries())
      for (const node of this.orders[index] as Int32Array) visit(tree, node, position++, index);
  }

  eachSplit(visit: (tree: T, node: number) => void): void {
    this.each((tree, node) => {
      if (!isLeaf(tree, node)) visit(tree, node);
    });
  }
}

function columnsOf<T extends SourceTree>(walk: Walk<T>, features: number): KeyColumns {
  const asked = new Set<number>();
  walk.eachSplit((tree, node) => asked.add(codeOf(tree, node, features, walk.fail)));
  return new KeyColumns(asked);
}

function thresholdsOf<T extends SourceTree>(
  walk: Walk<T>,
  columns: KeyColumns,
  { keys, split, features }: TreesToBuild<T>,
): Thresholds {
  if (keys === 'float32') return floatThresholds;
  const asked: number[][] = Array.from({ length: columns.numeric }, () => []);
  walk.eachSplit((tree, node) => {
    const column = columns.columnOf(codeOf(tree, node, features, walk.fail));
    asked[column]?.push(atMost(tree.threshold[node] as number, split === 'below'));
  });
  return rankThresholds(asked);
}

function depthOfOrder(tree: SourceTree, order: Int32Array): number {
  let depth = 0;
  for (let start = 0, end = 1, child = 1; start < end; depth++) {
    for (let position = start; position < end; position++)
      if (!isLeaf(tree, order[position] as number)) child += 2;
    start = end;
    end = child;
  }
  return depth - 1;
}

/**
 * Writes trees in the form that the operators over trees take: breadth-first, one after another, thresholds as integers.
 * @throws what `fail` throws, when children or features are out of bounds, or nodes form no tree
 */
export function buildTrees<T extends SourceTree>(source: TreesToBuild<T>): BuiltTrees<T> {
  const walk = new Walk(source);
  const { trees, orders, fail } = walk;
  const { features, split, leafWidth } = source;
  const columns = columnsOf(walk, features);
  const thresholds = thresholdsOf(walk, columns, source);
  const total = orders.reduce((sum, order) => sum + order.length, 0);
  const furthest = trees.reduce(
    (most, tree, index) => Math.max(most, furthestChild(tree, orders[index] as Int32Array)),
    0,
  );
  const leafColumn = columns.features.length;
  const writer = new NodeWriter(total, leafColumn, furthest);
  const table = new LeafTable(leafWidth, source.leaves === 'shared');
  const sets = new SetWriter();
  const roots = new Int32Array(trees.length);

  function keyOf(tree: T, node: number, column: number): number {
    const categories = column < columns.numeric ? undefined : tree.categories?.(node);
    if (categories !== undefined) return sets.add(categories, fail);
    return thresholds.keyOf(column, atMost(tree.threshold[node] as number, split === 'below'));
  }

  function writeTree(tree: T, index: number): void {
    let child = 1;
    for (const [position, node] of (orders[index] as Int32Array).entries()) {
      if (isLeaf(tree, node)) {
        source.leaf(tree, node, table.next, index);
        writer.write(table.add(), leafColumn, 0);
        continue;
      }
      const column = columns.columnOf(codeOf(tree, node, features, fail));
      writer.write(keyOf(tree, node, column), column, child - position);
      child += 2;
    }
  }

  let root = 0;
  for (const [index, tree] of trees.entries()) {
    roots[index] = root;
    writeTree(tree, index);
    root += (orders[index] as Int32Array).length;
  }
  const { numeric } = columns;
  return {
    attributes: { keys: source.keys, absent: source.absent ?? 'zero', numeric, bits: writer.bits },
    arrays: {
      features: columns.features,
      policies: columns.policies,
      ...thresholds.arrays,
      ...(numeric === leafColumn ? {} : { sets: sets.finish() }),
      roots,
      nodes: { values: writer.words, shape: [total, writer.size] },
    },
    leaves: table.finish(),
    depth: trees.reduce(
      (most, tree, index) => Math.max(most, depthOfOrder(tree, orders[index] as Int32Array)),
      0,
    ),
    eachNode: visit => walk.each(visit),
    eachLeaf(visit) {
      let leaf = 0;
      walk.each((tree, node, _, index) => {
        if (isLeaf(tree, node)) visit(tree, node, leaf++, index);
      });
    },
  };
}
