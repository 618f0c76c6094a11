import type { Metric } from './metrics.ts';
import type { NearestHeap } from './nearest-heap.ts';

/** How far a row is at least from anything in a node of the tree, as a rank. */
export type Bound = (node: number, x: Float64Array, from: number) => number;

/** Rows in the order of a tree: node n has the nodes 2n + 1 and 2n + 2, each with half of its rows. */
export interface Tree {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly nodes: number;
  /** The fitted rows, in the order of the tree. */
  readonly rows: Float64Array;
  readonly places: Int32Array;
}

/** The tree that `sklearn.neighbors.KDTree` and `BallTree` make of rows that are in order already. */
export function treeOf(fitted: Float64Array, places: Int32Array, width: number, levels: number): Tree {
  const nodes = 2 ** levels - 1;
  const starts = new Int32Array(nodes);
  const ends = new Int32Array(nodes);
  ends[0] = places.length;
  for (let node = 0; 2 * node + 2 < nodes; node++) {
    const start = starts[node] as number;
    const end = ends[node] as number;
    const middle = start + ((end - start) >> 1);
    starts[2 * node + 1] = start;
    ends[2 * node + 1] = middle;
    starts[2 * node + 2] = middle;
    ends[2 * node + 2] = end;
  }
  const rows = new Float64Array(fitted.length);
  for (const [at, place] of places.entries())
    rows.set(fitted.subarray(place * width, (place + 1) * width), at * width);
  return { starts, ends, nodes, rows, places };
}

/** Least and largest value of each column of a node. */
export function boxBound(tree: Tree, width: number, metric: string, exponent: number): Bound {
  const low = new Float64Array(tree.nodes * width).fill(Infinity);
  const high = new Float64Array(tree.nodes * width).fill(-Infinity);
  for (let node = 0; node < tree.nodes; node++)
    for (let row = tree.starts[node] as number; row < (tree.ends[node] as number); row++)
      for (let column = 0; column < width; column++) {
        const value = tree.rows[row * width + column] as number;
        const to = node * width + column;
        if (value < (low[to] as number)) low[to] = value;
        if (value > (high[to] as number)) high[to] = value;
      }
  const outside = (at: number, value: number): number => {
    const below = (low[at] as number) - value;
    const above = value - (high[at] as number);
    // Doubled and halved as the library does, so that bounds are equal where its are.
    return 0.5 * (below + Math.abs(below) + (above + Math.abs(above)));
  };
  const over = (add: (sum: number, apart: number) => number): Bound => {
    return (node, x, from) => {
      let sum = 0;
      for (let column = 0; column < width; column++)
        sum = add(sum, outside(node * width + column, x[from + column] as number));
      return sum;
    };
  };
  switch (metric) {
    case 'manhattan':
      return over((sum, apart) => sum + apart);
    case 'chebyshev':
      return over(Math.max);
    case 'minkowski':
      return over((sum, apart) => sum + apart ** exponent);
    default:
      return over((sum, apart) => sum + apart * apart);
  }
}

/** The mean of a node's rows, and how far the farthest of them is from it. */
export function ballBound(tree: Tree, width: number, metric: Metric): Bound {
  const centres = new Float64Array(tree.nodes * width);
  const radii = new Float64Array(tree.nodes);
  for (let node = 0; node < tree.nodes; node++) {
    const start = tree.starts[node] as number;
    const end = tree.ends[node] as number;
    for (let row = start; row < end; row++)
      for (let column = 0; column < width; column++)
        (centres[node * width + column] as number) += tree.rows[row * width + column] as number;
    for (let column = 0; column < width; column++) (centres[node * width + column] as number) /= end - start;
    let most = 0;
    for (let row = start; row < end; row++)
      most = Math.max(most, metric.distance(metric.rank(centres, node * width, tree.rows, row * width)));
    radii[node] = most;
  }
  return (node, x, from) => {
    const apart = metric.distance(metric.rank(x, from, centres, node * width)) - (radii[node] as number);
    return metric.rankOf(Math.max(0, apart));
  };
}

/** Depth first, the nearer half first; nodes that are farther than all neighbours found so far are left out. */
export function treeSearch(
  tree: Tree,
  width: number,
  metric: Metric,
  bound: Bound,
): (x: Float64Array, from: number, heap: NearestHeap) => void {
  const { rank } = metric;
  const { starts, ends, rows, places, nodes } = tree;
  function visit(node: number, least: number, x: Float64Array, from: number, heap: NearestHeap): void {
    if (least > heap.largest) return;
    const start = starts[node] as number;
    const end = ends[node] as number;
    const left = 2 * node + 1;
    if (left >= nodes || end - start < 2) {
      for (let row = start; row < end; row++)
        heap.offer(rank(x, from, rows, row * width), places[row] as number);
      return;
    }
    const ofLeft = bound(left, x, from);
    const ofRight = bound(left + 1, x, from);
    if (ofLeft <= ofRight) {
      visit(left, ofLeft, x, from, heap);
      visit(left + 1, ofRight, x, from, heap);
    } else {
      visit(left + 1, ofRight, x, from, heap);
      visit(left, ofLeft, x, from, heap);
    }
  }
  return (x, from, heap) => visit(0, bound(0, x, from), x, from, heap);
}
