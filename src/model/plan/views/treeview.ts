import {
  firstCategoryBit,
  originsOf,
  treePolicies,
  typesOf,
  viewOf,
  type ArrayOf,
  type ArrayType,
  type NodeType,
  type Origins,
  type Plan,
  type PlanNode,
} from '../index.ts';

/** A node of a tree, for people to look at. */
export type TreeNode =
  | { readonly kind: 'leaf'; readonly values: readonly number[] }
  | {
      readonly kind: 'numeric' | 'categories';
      /** Column of the trees' input. */
      readonly column: number;
      /** Feature of the request that the column is; undefined when it was computed. */
      readonly feature: number | undefined;
      /** Largest value that goes left. */
      readonly threshold: number;
      /** Categories that go right. */
      readonly right: readonly number[];
      /** Where NaN goes. */
      readonly missing: 'left' | 'right' | 'as 0';
      readonly children: readonly [left: number, right: number];
    };

/** Reads the trees of one node of a plan. */
export class TreeView {
  readonly count: number;
  readonly #node: PlanNode;
  readonly #buffer: SharedArrayBuffer;
  readonly #origins: Origins;
  readonly #size: number;

  constructor(node: PlanNode, buffer: SharedArrayBuffer, origins: Origins) {
    this.#node = node;
    this.#buffer = buffer;
    this.#origins = origins;
    this.count = node.arrays['roots']?.shape[0] ?? 0;
    this.#size = node.arrays['nodes']?.shape[1] ?? 2;
  }

  /** Index of a tree's first node. */
  rootOf(tree: number): number {
    return this.#array('roots', 'i32')[tree] ?? 0;
  }

  /** Number of a tree's nodes. */
  sizeOf(tree: number): number {
    const end = this.#array('roots', 'i32')[tree + 1] ?? this.#node.arrays['nodes']?.shape[0] ?? 0;
    return end - this.rootOf(tree);
  }

  nodeAt(index: number): TreeNode {
    const words = this.#array('nodes', 'i32');
    const bits = this.#node.attributes['bits'] as number;
    const key = words[index * this.#size] as number;
    const second = words[index * this.#size + 1] as number;
    const at = this.#size === 2 ? second & (2 ** bits - 1) : second;
    const offset = this.#size === 2 ? second >> bits : (words[index * this.#size + 2] as number);
    if (offset === 0) return { kind: 'leaf', values: this.#leaf(key) };
    const column = this.#array('features', 'i32')[at] as number;
    const isNumeric = at < (this.#node.attributes['numeric'] as number);
    const set = isNumeric ? [] : this.#set(key);
    return {
      kind: isNumeric ? 'numeric' : 'categories',
      column,
      feature: this.#origins?.[column],
      threshold: isNumeric ? this.#threshold(at, key) : NaN,
      right: set.filter(bit => bit >= firstCategoryBit).map(bit => bit - firstCategoryBit),
      missing: isNumeric ? this.#missing(at) : set.includes(2) ? 'right' : 'left',
      children: [index + offset, index + offset + 1],
    };
  }

  #array<T extends ArrayType>(name: string, dtype: T): ArrayOf[T] {
    const ref = this.#node.arrays[name];
    if (ref === undefined) throw new RangeError(`no array ${name}`);
    return viewOf(this.#buffer, { ...ref, dtype });
  }

  #leaf(leaf: number): readonly number[] {
    const width = this.#node.arrays['leaves']?.shape[1] ?? 1;
    return Array.from(this.#array('leaves', 'f64').subarray(leaf * width, (leaf + 1) * width));
  }

  #threshold(column: number, key: number): number {
    if (this.#node.attributes['keys'] === 'rank') {
      const start = this.#array('thresholdStarts', 'i32')[column] as number;
      return this.#array('thresholds', 'f64')[start + key] ?? Infinity;
    }
    const word = Int32Array.of(key ^ ((key >> 31) & 0x7fff_ffff));
    return new Float32Array(word.buffer)[0] as number;
  }

  #missing(column: number): 'left' | 'right' | 'as 0' {
    const policy = (this.#array('policies', 'i32')[column] as number) & 3;
    if (policy === treePolicies.nanZero) return 'as 0';
    return policy === treePolicies.nanLeft ? 'left' : 'right';
  }

  /** The bits of a set that are 1. */
  #set(start: number): readonly number[] {
    const sets = this.#array('sets', 'i32');
    const length = sets[start] as number;
    return Array.from({ length }, (_, bit) => bit).filter(
      bit => (((sets[start + 1 + (bit >> 5)] as number) >>> (bit & 31)) & 1) === 1,
    );
  }
}

/** The ensembles of a plan, in the order of its nodes. */
export function treeViews(plan: Plan): readonly TreeView[] {
  const types: readonly NodeType[] = typesOf(plan);
  const origins = originsOf(plan, types);
  return plan.nodes
    .filter(node => node.op === 'trees')
    .map(node => new TreeView(node, plan.buffer, origins[node.inputs[0] as number]));
}
