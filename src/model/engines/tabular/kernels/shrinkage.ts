import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

interface Rule {
  readonly penalty: number;
  readonly steps: number;
  readonly tolerance: number;
  readonly positive: boolean;
  readonly screens: boolean;
}

/** After `sklearn.linear_model._cd_fast.enet_coordinate_descent_gram` without a squared penalty, one row at a time. */
class Descent {
  readonly #gram: Float64Array;
  readonly #count: number;
  readonly #rule: Rule;
  readonly #shares: Float64Array;
  /** Products of the atoms with what the shares make of them. */
  readonly #made: Float64Array;
  /** Atoms whose share may be other than 0. */
  readonly #open: Int32Array;
  #opened = 0;
  #products: Float64Array = new Float64Array(0);
  /** Of the row with itself. */
  #square = 0;
  /** What the last look at the gap has found. */
  #gap = 0;
  #largest = 0;

  constructor(gram: Float64Array, count: number, rule: Rule) {
    this.#gram = gram;
    this.#count = count;
    this.#rule = rule;
    this.#shares = new Float64Array(count);
    this.#made = new Float64Array(count);
    this.#open = new Int32Array(count);
  }

  /** Writes the shares of all atoms to `target` from `to` on. */
  solve(products: Float64Array, square: number, target: Float64Array, to: number): void {
    this.#products = products;
    this.#square = square;
    this.#shares.fill(0);
    this.#made.fill(0);
    this.#opened = 0;
    for (let atom = 0; atom < this.#count; atom++)
      if (this.#curvature(atom) !== 0) this.#open[this.#opened++] = atom;
    this.#descend();
    target.set(this.#shares, to);
  }

  #curvature(atom: number): number {
    return this.#gram[atom * this.#count + atom] as number;
  }

  #descend(): void {
    const { steps, tolerance, screens } = this.#rule;
    const enough = tolerance * this.#square;
    if (screens) {
      this.#look();
      if (this.#gap >= 0 && this.#gap <= enough) return;
      this.#screen();
    }
    for (let step = 0; step < steps; step++) {
      const change = this.#round();
      if (!(change <= tolerance) && step < steps - 1) continue;
      this.#look();
      if (this.#gap <= enough) return;
      if (screens) this.#screen();
    }
  }

  /** Moves each share to its best; the largest move as a part of the largest share. */
  #round(): number {
    let moved = 0;
    let largest = 0;
    for (let at = 0; at < this.#opened; at++) {
      const atom = this.#open[at] as number;
      const before = this.#shares[atom] as number;
      const curvature = this.#curvature(atom);
      const pull = (this.#products[atom] as number) - (this.#made[atom] as number) + before * curvature;
      const share = this.#shrunk(pull) / curvature;
      this.#set(atom, share);
      moved = Math.max(moved, Math.abs(share - before));
      largest = Math.max(largest, Math.abs(share));
    }
    return largest === 0 ? 0 : moved / largest;
  }

  #shrunk(pull: number): number {
    if (this.#rule.positive && pull < 0) return 0;
    return Math.sign(pull) * Math.max(Math.abs(pull) - this.#rule.penalty, 0);
  }

  #set(atom: number, share: number): void {
    const change = share - (this.#shares[atom] as number);
    if (change === 0) return;
    const row = atom * this.#count;
    for (let other = 0; other < this.#count; other++)
      this.#made[other] = (this.#made[other] as number) + change * (this.#gram[row + other] as number);
    this.#shares[atom] = share;
  }

  /** How far the error is from the least that there could be, and the largest product with what is left of the row. */
  #look(): void {
    const { penalty, positive } = this.#rule;
    let largest = positive ? -Infinity : 0;
    let byProducts = 0;
    let byMade = 0;
    let sum = 0;
    for (let atom = 0; atom < this.#count; atom++) {
      const share = this.#shares[atom] as number;
      const left = (this.#products[atom] as number) - (this.#made[atom] as number);
      largest = Math.max(largest, positive ? left : Math.abs(left));
      byProducts += share * (this.#products[atom] as number);
      byMade += share * (this.#made[atom] as number);
      sum += Math.abs(share);
    }
    const rest = this.#square + byMade - 2 * byProducts;
    const scale = largest > penalty ? penalty / largest : 1;
    this.#largest = largest;
    this.#gap = 0.5 * rest * (1 + scale ** 2) + penalty * sum - scale * (this.#square - byProducts);
  }

  /** Closes the atoms of which the gap tells that their share is 0. */
  #screen(): void {
    const { penalty } = this.#rule;
    if (penalty === 0) return;
    const radius = Math.sqrt(2 * Math.abs(this.#gap)) / penalty;
    const limit = Math.max(penalty, this.#largest);
    const left = this.#products.map((product, atom) => product - (this.#made[atom] as number));
    let opened = 0;
    for (let at = 0; at < this.#opened; at++) {
      const atom = this.#open[at] as number;
      const distance = (1 - Math.abs((left[atom] as number) / limit)) / Math.sqrt(this.#curvature(atom));
      if (distance <= radius) this.#open[opened++] = atom;
      else this.#set(atom, 0);
    }
    this.#opened = opened;
  }
}

function lassoDescent(site: Site): Kernel {
  const products = matrixOf(site);
  const x = matrixOf(site, 1);
  const y = site.target as Float64Array;
  const count = site.output.width;
  const width = widthOf(site, 1);
  const descent = new Descent(arrayOf(site, 'gram', 'f64'), count, site.node.attributes as unknown as Rule);
  return rows => {
    for (let row = 0; row < rows; row++) {
      let square = 0;
      for (let at = row * width; at < (row + 1) * width; at++) square += (x[at] as number) ** 2;
      descent.solve(products.subarray(row * count, (row + 1) * count), square, y, row * count);
    }
  };
}

export const shrinkageKernels = defineKernels({
  lassoDescent: {
    cost({ node, output, inputs }) {
      const atoms = output.width;
      // About: a search stops where a round changes little.
      const rounds = Math.ceil((node.attributes['steps'] as number) / 2);
      return (inputs[1]?.width ?? 0) * 1.5 + rounds * atoms * (10 + atoms);
    },
    make: lassoDescent,
  },
});
