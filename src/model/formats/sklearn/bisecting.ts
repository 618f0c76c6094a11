import { PyObject, type PyValue } from '../pickle/index.ts';
import { Estimator } from './estimator.ts';

/** A split of a bisecting clustering: its two centres, and what lies below. */
export interface Split {
  readonly centres: readonly [Float64Array, Float64Array];
  readonly below: readonly [Cluster, Cluster];
}

export type Cluster = Split | { readonly label: number };

/** Splits in splits: a file may nest without end, or hold the same one over and over. */
const mostSplits = 10_000;
const deepestSplit = 500;

/** Reads the attribute `_bisecting_tree` of its owner. */
export class BisectingTree {
  readonly #owner: Estimator;
  readonly #mean: Float64Array | undefined;
  #splits = 0;

  constructor(owner: Estimator) {
    this.#owner = owner;
    this.#mean = owner.has('_X_mean') ? owner.vector('_X_mean') : undefined;
  }

  read(value: PyValue | undefined, depth = 0): Cluster {
    const found = this.#owner;
    if (!(value instanceof PyObject) || depth > deepestSplit || this.#splits > mostSplits)
      return found.malformed('_bisecting_tree', `at most ${mostSplits} splits, ${deepestSplit} deep`);
    const node = new Estimator(value, `${found.place}._bisecting_tree`, found.version);
    if (!node.has('left')) return { label: node.count('label') };
    this.#splits++;
    const left = node.part('left') ?? node.malformed('left', 'a cluster beside the other');
    const right = node.part('right') ?? node.malformed('right', 'a cluster beside the other');
    return {
      centres: [this.#centre(left), this.#centre(right)],
      below: [this.read(left.object, depth + 1), this.read(right.object, depth + 1)],
    };
  }

  #centre(node: Estimator): Float64Array {
    const centre = node.vector('center');
    const mean = this.#mean;
    return mean === undefined ? centre : centre.map((value, at) => value + (mean[at] as number));
  }
}

/** A leaf of the tree: its label, and the splits above it with the side it lies on. */
export interface Leaf {
  readonly label: number;
  readonly path: readonly (readonly [split: number, side: 0 | 1])[];
}

/** The splits, and the leaves with the way to each. */
export function leavesOf(root: Cluster): {
  readonly splits: readonly Split[];
  readonly leaves: readonly Leaf[];
} {
  const splits: Split[] = [];
  const leaves: Leaf[] = [];
  const visit = (cluster: Cluster, path: Leaf['path']): void => {
    if ('label' in cluster) {
      leaves.push({ label: cluster.label, path });
      return;
    }
    const split = splits.push(cluster) - 1;
    for (const side of [0, 1] as const) visit(cluster.below[side], [...path, [split, side]]);
  };
  visit(root, []);
  return { splits, leaves };
}
