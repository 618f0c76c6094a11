/** Where categories go that a node tests by a set. */
export interface CategorySplit {
  /** Bit c & 31 of word c >> 5 is 1 when category c goes right. */
  readonly right: Uint32Array | Int32Array;
  /** How many categories `right` tells about: 0 to `count` - 1. */
  readonly count: number;
  /** Whether categories from `count` on go right. */
  readonly beyondRight: boolean;
  readonly negativeRight: boolean;
  readonly nanRight: boolean;
}

/** A tree as a model file has it, whatever the library. Node 0 is the root. */
export interface SourceTree {
  /** Children by node; negative (both) at a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Of leaves it does not matter. */
  readonly feature: Int32Array;
  readonly threshold: Float64Array | Float32Array;
  /** `treePolicies` by node: where missing values go, and what is missing; absent, NaN goes right everywhere. */
  readonly policies?: Uint8Array | undefined;
  /** The set that a node tests; undefined where it compares with its threshold. Only asked of splits. */
  readonly categories?: ((node: number) => CategorySplit | undefined) | undefined;
}

/** Ends the translation: the file contradicts itself. */
export type Fail = (problem: string) => never;

/**
 * The nodes of a tree level by level, both children of a node side by side, so that walks are short in memory.
 * @returns for each position the node of the file that stands there
 */
export function levelOrder({ left, right }: SourceTree, fail: Fail): Int32Array {
  const count = left.length;
  if (count === 0) fail('a tree has no nodes');
  const order = new Int32Array(count);
  let filled = 1;
  for (let at = 0; at < filled; at++) {
    const node = order[at] as number;
    const l = left[node] as number;
    const r = right[node] as number;
    if (l < 0 && r < 0) continue;
    if (l <= 0 || l >= count || r <= 0 || r >= count || filled + 2 > count)
      fail(`node ${node} has the children ${l} and ${r} among ${count} nodes`);
    order[filled++] = l;
    order[filled++] = r;
  }
  return order.subarray(0, filled);
}

/** Levels below the root of a tree. */
export function depthOf(tree: SourceTree, fail: Fail): number {
  const order = levelOrder(tree, fail);
  let depth = 0;
  // The nodes of a level stand together: the children of the level before it are the next.
  for (let start = 0, end = 1; ; depth++) {
    let children = 0;
    for (let position = start; position < end; position++)
      if ((tree.left[order[position] as number] as number) >= 0) children += 2;
    if (children === 0) return depth;
    start = end;
    end += children;
  }
}
