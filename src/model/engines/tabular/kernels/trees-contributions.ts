import { arrayOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import { keysOf, type Keys } from './trees-keys.ts';
import { nodesOf, type NodeReader } from './trees-walk.ts';

/**
 * The features on the way to a node, each once, with the fraction of training rows that go on when the feature is unknown
 * (`zero`) and of the row itself (`one`, 0 or 1), and the weight of the subsets of each size. A child's path stands after
 * its parent's, so that coming back needs no undoing.
 */
class Paths {
  readonly feature: Int32Array;
  readonly zero: Float64Array;
  readonly one: Float64Array;
  readonly weight: Float64Array;
  readonly #round: (value: number) => number;

  constructor(depth: number, round: (value: number) => number) {
    const size = ((depth + 2) * (depth + 3)) / 2;
    this.feature = new Int32Array(size);
    this.zero = new Float64Array(size);
    this.one = new Float64Array(size);
    this.weight = new Float64Array(size);
    this.#round = round;
  }

  copy(from: number, to: number, count: number): void {
    for (const array of [this.feature, this.zero, this.one, this.weight])
      array.copyWithin(to, from, from + count);
  }

  /** Adds a feature to the path at `at`, which has `length` already. */
  extend(at: number, length: number, feature: number, zero: number, one: number): void {
    const { weight } = this;
    const round = this.#round;
    this.feature[at + length] = feature;
    this.zero[at + length] = zero;
    this.one[at + length] = one;
    weight[at + length] = length === 0 ? 1 : 0;
    for (let index = length - 1; index >= 0; index--) {
      const old = weight[at + index] as number;
      const more = round(round(round(one * old) * (index + 1)) / (length + 1));
      weight[at + index + 1] = round((weight[at + index + 1] as number) + more);
      weight[at + index] = round(round(round(zero * old) * (length - index)) / (length + 1));
    }
  }

  /** Takes the feature at `index` out of the path at `at`, whose last feature is at `last`. */
  unwind(at: number, last: number, index: number): void {
    const { feature, zero, one, weight } = this;
    const round = this.#round;
    const oneFraction = one[at + index] as number;
    const zeroFraction = zero[at + index] as number;
    let next = weight[at + last] as number;
    for (let i = last - 1; i >= 0; i--) {
      const old = weight[at + i] as number;
      if (oneFraction === 0) {
        weight[at + i] = round(round(old * (last + 1)) / round(zeroFraction * (last - i)));
        continue;
      }
      const now = round(round(next * (last + 1)) / round((i + 1) * oneFraction));
      weight[at + i] = now;
      next = round(old - round(round(round(now * zeroFraction) * (last - i)) / (last + 1)));
    }
    for (let i = index; i < last; i++) {
      feature[at + i] = feature[at + i + 1] as number;
      zero[at + i] = zero[at + i + 1] as number;
      one[at + i] = one[at + i + 1] as number;
    }
  }

  /** The sum of the weights when the feature at `index` is taken out. */
  unwoundSum(at: number, last: number, index: number): number {
    const { zero, one, weight } = this;
    const round = this.#round;
    const oneFraction = one[at + index] as number;
    const zeroFraction = zero[at + index] as number;
    let next = weight[at + last] as number;
    let total = 0;
    for (let i = last - 1; i >= 0; i--) {
      const share = round((last - i) / (last + 1));
      if (oneFraction === 0) {
        if (zeroFraction !== 0)
          total = round(total + round(round((weight[at + i] as number) / zeroFraction) / share));
        continue;
      }
      const now = round(round(next * (last + 1)) / round((i + 1) * oneFraction));
      total = round(total + now);
      next = round((weight[at + i] as number) - round(round(now * zeroFraction) * share));
    }
    return total;
  }

  /** Where the path at `at` has a feature, or `last + 1`. */
  find(at: number, last: number, feature: number): number {
    let index = 0;
    while (index <= last && this.feature[at + index] !== feature) index++;
    return index;
  }
}

const identity = (value: number): number => value;

/** The depth of the deepest tree; children come after their parents. */
function depthOf(count: number, nodes: NodeReader): number {
  const depths = new Int32Array(count);
  let deepest = 0;
  for (let node = 0; node < count; node++) {
    const to = nodes.offset(node);
    if (to === 0) continue;
    const depth = (depths[node] as number) + 1;
    depths[node + to] = depth;
    depths[node + to + 1] = depth;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Explains one tree for one row after another, recursively. */
class Explainer {
  /** [leaf width, features + 1] of the tree last explained; its mean is not in it. */
  readonly phi: Float64Array;
  readonly #nodes: NodeReader;
  readonly #features: Int32Array;
  readonly #covers: Float64Array;
  readonly #leaves: Float64Array;
  readonly #leafWidth: number;
  readonly #stride: number;
  readonly #paths: Paths;
  readonly #round: (value: number) => number;
  /** Where the row's keys start. */
  #from = 0;

  constructor(site: Site, keys: Keys, round: (value: number) => number) {
    this.#nodes = nodesOf(site, keys);
    this.#features = arrayOf(site, 'features', 'i32');
    this.#covers = arrayOf(site, 'covers', 'f64');
    this.#leaves = arrayOf(site, 'leaves', 'f64');
    this.#leafWidth = site.node.arrays['leaves']?.shape[1] as number;
    this.#stride = widthOf(site) + 1;
    this.#paths = new Paths(depthOf(this.#covers.length, this.#nodes), round);
    this.#round = round;
    this.phi = new Float64Array(this.#leafWidth * this.#stride);
  }

  explain(root: number, from: number): void {
    this.phi.fill(0);
    this.#from = from;
    this.#visit(root, 0, 0, 1, 1, -1);
  }

  #visit(node: number, parent: number, length: number, zero: number, one: number, feature: number): void {
    const paths = this.#paths;
    const round = this.#round;
    const at = parent + length;
    paths.copy(parent, at, length);
    paths.extend(at, length, feature, zero, one);
    const offset = this.#nodes.offset(node);
    if (offset === 0) {
      this.#arrive(this.#nodes.key(node), at, length);
      return;
    }
    const asked = this.#features[this.#nodes.column(node)] as number;
    const right = this.#nodes.right(node, this.#from);
    const hot = node + offset + right;
    const cold = node + offset + 1 - right;
    const cover = this.#covers[node] as number;
    const hotZero = round((this.#covers[hot] as number) / cover);
    const coldZero = round((this.#covers[cold] as number) / cover);
    const before = paths.find(at, length, asked);
    let next = length + 1;
    let incomingZero = 1;
    let incomingOne = 1;
    // A feature that was asked before is taken out, and put back with both fractions multiplied.
    if (before <= length) {
      incomingZero = paths.zero[at + before] as number;
      incomingOne = paths.one[at + before] as number;
      paths.unwind(at, length, before);
      next--;
    }
    this.#visit(hot, at, next, round(hotZero * incomingZero), incomingOne, asked);
    this.#visit(cold, at, next, round(coldZero * incomingZero), 0, asked);
  }

  #arrive(leaf: number, at: number, last: number): void {
    const paths = this.#paths;
    const round = this.#round;
    const { phi } = this;
    for (let index = 1; index <= last; index++) {
      const weight = paths.unwoundSum(at, last, index);
      const part = round((paths.one[at + index] as number) - (paths.zero[at + index] as number));
      for (let column = 0; column < this.#leafWidth; column++) {
        const to = column * this.#stride + (paths.feature[at + index] as number);
        const leafValue = this.#leaves[leaf * this.#leafWidth + column] as number;
        phi[to] = round((phi[to] as number) + round(round(weight * part) * leafValue));
      }
    }
  }
}

/** What every row's last columns start with. */
function startOf(site: Site): Float64Array {
  return site.node.arrays['start'] === undefined ? new Float64Array(0) : arrayOf(site, 'start', 'f64');
}

/** `TreeSHAP` as LightGBM (float64) and XGBoost (float32) compute it. */
export function treeContributions(site: Site): Kernel {
  const keys = keysOf(site);
  const round = site.node.attributes['sum'] === 'f32' ? Math.fround : identity;
  const explainer = new Explainer(site, keys, round);
  const { phi } = explainer;
  const y = site.target as Float64Array;
  const stride = widthOf(site) + 1;
  const width = site.output.width;
  const roots = arrayOf(site, 'roots', 'i32');
  const expected = arrayOf(site, 'expected', 'f64');
  const leafWidth = phi.length / stride;
  const start = startOf(site);
  const targets =
    site.node.arrays['targets'] === undefined
      ? new Int32Array(roots.length)
      : arrayOf(site, 'targets', 'i32');

  function addTree(tree: number, row: number): void {
    explainer.explain(roots[tree] as number, row * keys.width);
    for (let column = 0; column < leafWidth; column++)
      phi[column * stride + stride - 1] = expected[tree * leafWidth + column] as number;
    const to = row * width + (targets[tree] as number) * stride;
    for (let at = 0; at < phi.length; at++) y[to + at] = round((y[to + at] as number) + (phi[at] as number));
  }

  return rows => {
    keys.write(rows);
    y.fill(0, 0, rows * width);
    for (let row = 0; row < rows; row++) {
      for (let tree = 0; tree < roots.length; tree++) addTree(tree, row);
      for (const [target, value] of start.entries()) {
        const at = row * width + target * stride + stride - 1;
        y[at] = round((y[at] as number) + value);
      }
    }
  };
}
