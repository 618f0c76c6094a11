import { arrayOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import { keysOf, type Keys } from './trees-keys.ts';
import { gaussLegendre } from './quadrature.ts';
import { nodesOf, type NodeReader } from './trees-walk.ts';

const identity = (value: number): number => value;

/** How far each node is from its root; children come after their parents. */
function depthsOf(count: number, nodes: NodeReader): Int32Array {
  const depths = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    const to = nodes.offset(node);
    if (to === 0) continue;
    depths[node + to] = depths[node + to + 1] = (depths[node] as number) + 1;
  }
  return depths;
}

/** What share of the training rows of its parent came to each node. */
function sharesOf(covers: Float64Array, nodes: NodeReader, round: (value: number) => number): Float64Array {
  const shares = new Float64Array(covers.length);
  for (let node = 0; node < covers.length; node++) {
    const to = nodes.offset(node);
    if (to === 0) continue;
    for (const child of [node + to, node + to + 1])
      shares[child] = round((covers[child] as number) / (covers[node] as number));
  }
  return shares;
}

/**
 * Explains one tree for one row after another. Along the way to a leaf each feature has the share of training rows that go
 * this way when it is unknown (`zero`) and whether the row does (`one`). Its Shapley value is the sum over leaves of
 *
 *     value · (one − zero) · ∫ ∏ (t · one′ + (1 − t) · zero′) dt,   t from 0 to 1, over the other features on the way,
 *
 * whose integrand is a polynomial, so that a few points give it exactly. At each point the product is carried down and the
 * sum over the leaves below is carried up: a tree takes time by its nodes and points, not by the squares of its depths.
 * (Lundberg et al., Consistent Individualized Feature Attribution for Tree Ensembles, for what is computed.)
 */
class Explainer {
  /** [leaf width, features + 1] of the tree last explained; its mean is not in it. */
  readonly phi: Float64Array;
  readonly #nodes: NodeReader;
  readonly #features: Int32Array;
  readonly #shares: Float64Array;
  readonly #leaves: Float64Array;
  readonly #leafWidth: number;
  readonly #stride: number;
  readonly #points: Float64Array;
  readonly #count: number;
  /** [level, points]: products of what the features on the way leave over, times the weights of the points. */
  readonly #down: Float64Array;
  /** [level, points]: the same without the factor of the feature that was asked last. */
  readonly #apart: Float64Array;
  /** [level, leaf width, points]: sums over the leaves below. */
  readonly #up: Float64Array;
  /** By feature: both fractions on the way to where the walk is. */
  readonly #zero: Float64Array;
  readonly #one: Float64Array;
  /** Where the row's keys start. */
  #from = 0;

  constructor(site: Site, keys: Keys, round: (value: number) => number) {
    const covers = arrayOf(site, 'covers', 'f64');
    this.#nodes = nodesOf(site, keys);
    this.#features = arrayOf(site, 'features', 'i32');
    this.#shares = sharesOf(covers, this.#nodes, round);
    this.#leaves = arrayOf(site, 'leaves', 'f64');
    this.#leafWidth = site.node.arrays['leaves']?.shape[1] as number;
    this.#stride = widthOf(site) + 1;
    this.#zero = new Float64Array(this.#stride).fill(1);
    this.#one = new Float64Array(this.#stride).fill(1);
    this.phi = new Float64Array(this.#leafWidth * this.#stride);
    const depth = depthsOf(covers.length, this.#nodes).reduce((most, one) => Math.max(most, one), 0);
    // A polynomial of as many factors as there are other features.
    const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(Math.min(depth, widthOf(site)) / 2)));
    this.#points = points;
    this.#count = points.length;
    this.#down = new Float64Array((depth + 1) * points.length);
    this.#down.set(weights);
    this.#apart = new Float64Array((depth + 1) * points.length);
    this.#up = new Float64Array((depth + 1) * points.length * this.#leafWidth);
  }

  explain(root: number, from: number): void {
    this.phi.fill(0);
    this.#from = from;
    this.#visit(root, 0);
  }

  /** Leaves in `up` at this level what the leaves below the node sum up to, without the factors on the way to it. */
  #visit(node: number, level: number): void {
    const nodes = this.#nodes;
    const offset = nodes.offset(node);
    const size = this.#leafWidth * this.#count;
    const up = this.#up;
    if (offset === 0) {
      const leaf = nodes.key(node) * this.#leafWidth;
      for (let at = 0; at < size; at++)
        up[level * size + at] = this.#leaves[leaf + ((at / this.#count) | 0)] as number;
      return;
    }
    for (let at = level * size; at < (level + 1) * size; at++) up[at] = 0;
    const feature = this.#features[nodes.column(node)] as number;
    const right = nodes.right(node, this.#from);
    this.#branch(node + offset, level, feature, 1 - right);
    this.#branch(node + offset + 1, level, feature, right);
  }

  #branch(child: number, level: number, feature: number, taken: number): void {
    const count = this.#count;
    const points = this.#points;
    const down = this.#down;
    const apart = this.#apart;
    const from = level * count;
    const to = from + count;
    const oneBefore = this.#one[feature] as number;
    const zeroBefore = this.#zero[feature] as number;
    const one = oneBefore * taken;
    const zero = zeroBefore * (this.#shares[child] as number);
    for (let at = 0; at < count; at++) {
      const point = points[at] as number;
      const before = point * oneBefore + (1 - point) * zeroBefore;
      // Of the same feature, the split below stands for both. Where nothing comes through, nothing does below.
      const rest = before === 0 ? 0 : (down[from + at] as number) / before;
      apart[to + at] = rest;
      down[to + at] = rest * (point * one + (1 - point) * zero);
    }
    this.#one[feature] = one;
    this.#zero[feature] = zero;
    this.#visit(child, level + 1);
    this.#one[feature] = oneBefore;
    this.#zero[feature] = zeroBefore;
    this.#credit(level, feature, one, zero);
  }

  /** Gives the feature its part of what is below, and takes it back from the same feature above, which was given more. */
  #credit(level: number, feature: number, one: number, zero: number): void {
    const count = this.#count;
    const up = this.#up;
    const oneBefore = this.#one[feature] as number;
    const zeroBefore = this.#zero[feature] as number;
    const isFirst = oneBefore === 1 && zeroBefore === 1;
    const from = level * count;
    const to = from + count;
    for (let column = 0; column < this.#leafWidth; column++) {
      const above = from * this.#leafWidth + column * count;
      const below = to * this.#leafWidth + column * count;
      let given = 0;
      let taken = 0;
      for (let at = 0; at < count; at++) {
        const point = this.#points[at] as number;
        const factor = point * one + (1 - point) * zero;
        const before = isFirst ? 1 : point * oneBefore + (1 - point) * zeroBefore;
        const sum = up[below + at] as number;
        const part = before === 0 ? 0 : factor / before;
        given += (this.#apart[to + at] as number) * sum;
        taken += (this.#apart[to + at] as number) * part * sum;
        up[above + at] = (up[above + at] as number) + part * sum;
      }
      const phi = column * this.#stride + feature;
      this.phi[phi] = (this.phi[phi] as number) + given * (one - zero) - taken * (oneBefore - zeroBefore);
    }
  }
}

/** What every row's last columns start with. */
function startOf(site: Site): Float64Array {
  return site.node.arrays['start'] === undefined ? new Float64Array(0) : arrayOf(site, 'start', 'f64');
}

/** The values of `TreeSHAP`; XGBoost adds up those of the trees in float32. */
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
