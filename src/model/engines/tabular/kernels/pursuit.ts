import { arrayOf, defineKernels, matrixOf, type Kernel, type Site } from '../kernel.ts';

function swap(values: Float64Array | Int32Array, one: number, other: number): void {
  const kept = values[one] as number;
  values[one] = values[other] as number;
  values[other] = kept;
}

/** After `sklearn.linear_model.orthogonal_mp_gram`, one row at a time. */
class Pursuit {
  readonly #gram: Float64Array;
  readonly #count: number;
  readonly #most: number;
  /** Products of the row with the atoms, in the order of `#order`: those that were taken come first. */
  readonly products: Float64Array;
  readonly #order: Int32Array;
  /** Products of what is left of the row with the atoms. */
  readonly #left: Float64Array;
  /** [most, most]: lower factor of the products of the atoms that were taken. */
  readonly #factor: Float64Array;
  readonly #shares: Float64Array;
  #taken = 0;

  constructor(gram: Float64Array, count: number, most: number) {
    this.#gram = gram;
    this.#count = count;
    this.#most = most;
    this.products = new Float64Array(count);
    this.#order = new Int32Array(count);
    this.#left = new Float64Array(count);
    this.#factor = new Float64Array(most * most);
    this.#shares = new Float64Array(most);
  }

  /** Writes the shares of all atoms to `target` from `to` on; `products` holds those of the row. */
  solve(target: Float64Array, to: number): void {
    for (let at = 0; at < this.#count; at++) this.#order[at] = at;
    this.#left.set(this.products);
    this.#taken = 0;
    while (this.#taken < this.#most && this.#takeNext()) {
      this.#solveShares();
      this.#subtract();
    }
    target.fill(0, to, to + this.#count);
    for (let at = 0; at < this.#taken; at++)
      target[to + (this.#order[at] as number)] = this.#shares[at] as number;
  }

  #product(one: number, other: number): number {
    return this.#gram[(this.#order[one] as number) * this.#count + (this.#order[other] as number)] as number;
  }

  /** @returns false where no atom adds anything to those that were taken */
  #takeNext(): boolean {
    const next = this.#farthest();
    const taken = this.#taken;
    if (next < taken || (this.#left[next] as number) ** 2 < Number.EPSILON) return false;
    let rest = this.#product(next, next);
    const row = taken * this.#most;
    for (let at = 0; at < taken; at++) {
      let sum = this.#product(next, at);
      for (let before = 0; before < at; before++)
        sum -= (this.#factor[at * this.#most + before] as number) * (this.#factor[row + before] as number);
      const value = sum / (this.#factor[at * this.#most + at] as number);
      this.#factor[row + at] = value;
      rest -= value * value;
    }
    if (taken > 0 && rest <= Number.EPSILON) return false;
    this.#factor[row + taken] = Math.sqrt(rest);
    swap(this.#order, taken, next);
    swap(this.products, taken, next);
    this.#taken++;
    return true;
  }

  /** `numpy.argmax(numpy.abs(…))` */
  #farthest(): number {
    let best = 0;
    for (let at = 1; at < this.#count; at++)
      if (Math.abs(this.#left[at] as number) > Math.abs(this.#left[best] as number)) best = at;
    return best;
  }

  #solveShares(): void {
    const most = this.#most;
    const factor = this.#factor;
    const shares = this.#shares;
    for (let at = 0; at < this.#taken; at++) {
      let sum = this.products[at] as number;
      for (let before = 0; before < at; before++)
        sum -= (factor[at * most + before] as number) * (shares[before] as number);
      shares[at] = sum / (factor[at * most + at] as number);
    }
    for (let at = this.#taken - 1; at >= 0; at--) {
      let sum = shares[at] as number;
      for (let after = at + 1; after < this.#taken; after++)
        sum -= (factor[after * most + at] as number) * (shares[after] as number);
      shares[at] = sum / (factor[at * most + at] as number);
    }
  }

  #subtract(): void {
    for (let at = 0; at < this.#count; at++) {
      let sum = this.products[at] as number;
      for (let taken = 0; taken < this.#taken; taken++)
        sum -= this.#product(at, taken) * (this.#shares[taken] as number);
      this.#left[at] = sum;
    }
  }
}

function matchingPursuit(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const count = site.output.width;
  const pursuit = new Pursuit(arrayOf(site, 'gram', 'f64'), count, site.node.attributes['count'] as number);
  return rows => {
    for (let from = 0; from < rows * count; from += count) {
      pursuit.products.set(x.subarray(from, from + count));
      pursuit.solve(y, from);
    }
  };
}

export const pursuitKernels = defineKernels({
  matchingPursuit: {
    cost(sizes) {
      const most = sizes.node.attributes['count'] as number;
      const atoms = sizes.output.width;
      return atoms * 10 + 1.5 * most ** 2 * (atoms + most);
    },
    make: matchingPursuit,
  },
});
