import { arrayOf, defineKernels, matrixOf, type Kernel, type Site } from '../kernel.ts';

/** Keeps divisors away from 0: the smallest normal number of float32. */
const tiny = 2 ** -126;
/** How close a penalty counts as reached: float32's epsilon. */
const near = 2 ** -23;
/** An atom whose factor is below that depends on those that were taken. */
const dependent = 1e-7;
/** How often a path looks at each atom, about, that depends on others, before it ends: one may be met again after each step. */
const refusals = 4;
/** Products with a direction are kept to so many decimal places, so that equals stay equal. */
const decimals = 1e15;

interface Rule {
  /** The penalty at which the path ends, for each column of a row. */
  readonly penalty: number;
  readonly columns: number;
  readonly steps: number;
  readonly lasso: boolean;
  readonly positive: boolean;
}

/** `sklearn.utils.arrayfuncs.min_pos` of quotients */
class LeastPositive {
  value = Number.MAX_VALUE;
  at = -1;

  offer(value: number, at = -1): void {
    if (!(value > 0 && value < this.value)) return;
    this.value = value;
    this.at = at;
  }
}

/** After `sklearn.linear_model.lars_path` with a Gram matrix, one row at a time. */
class Path {
  readonly #gram: Float64Array;
  readonly #count: number;
  readonly #rule: Rule;
  /** Atoms, those that were taken first. */
  readonly #order: Int32Array;
  /** Products of what is left of the row with the atoms, in that order; of those that were taken there is nothing. */
  readonly #left: Float64Array;
  readonly #corrections: Float64Array;
  readonly #signs: Float64Array;
  /** [count, count]: lower factor of the products of the atoms that were taken. */
  readonly #factor: Float64Array;
  readonly #direction: Float64Array;
  /** Shares of the atoms, and those of the step before. */
  #shares: Float64Array;
  #before: Float64Array;
  #taken = 0;

  constructor(gram: Float64Array, count: number, rule: Rule) {
    this.#gram = gram;
    this.#count = count;
    this.#rule = rule;
    this.#order = new Int32Array(count);
    this.#left = new Float64Array(count);
    this.#corrections = new Float64Array(count);
    this.#signs = new Float64Array(count);
    this.#factor = new Float64Array(count * count);
    this.#direction = new Float64Array(count);
    this.#shares = new Float64Array(count);
    this.#before = new Float64Array(count);
  }

  /** Writes the shares of all atoms to `target` from `to` on. */
  solve(products: Float64Array, target: Float64Array, to: number): void {
    for (let at = 0; at < this.#count; at++) this.#order[at] = at;
    this.#left.set(products);
    this.#shares.fill(0);
    this.#before.fill(0);
    this.#taken = 0;
    this.#walk(products);
    target.set(this.#shares, to);
  }

  #walk(products: Float64Array): void {
    const { penalty, columns, steps, lasso } = this.#rule;
    let reached = 0;
    let dropped = false;
    let refused = 0;
    for (let step = 0; ;) {
      const best = this.#farthest();
      const largest = best < 0 ? 0 : this.#sizeOf(this.#left[best] as number);
      const now = largest / columns;
      if (now <= penalty + near) {
        if (Math.abs(now - penalty) > near && step > 0) this.#goBack((reached - penalty) / (reached - now));
        return;
      }
      if (step >= steps || this.#taken >= this.#count) return;
      if (!dropped && !this.#take(best)) {
        if (++refused > refusals * this.#count) return;
        continue;
      }
      // The products no longer fall: what is left of them is rounding.
      if (lasso && step > 0 && reached < now) return;
      dropped = this.#advance(largest, products);
      reached = now;
      step++;
    }
  }

  #sizeOf(product: number): number {
    return this.#rule.positive ? product : Math.abs(product);
  }

  /** The place of the atom with the largest product; -1 where all are taken. */
  #farthest(): number {
    let best = -1;
    for (let at = this.#taken; at < this.#count; at++)
      if (best < 0 || this.#sizeOf(this.#left[at] as number) > this.#sizeOf(this.#left[best] as number))
        best = at;
    return best;
  }

  /** Between the last two steps, where the penalty lies. */
  #goBack(share: number): void {
    for (let atom = 0; atom < this.#count; atom++) {
      const before = this.#before[atom] as number;
      this.#shares[atom] = before + share * ((this.#shares[atom] as number) - before);
    }
  }

  #product(one: number, other: number): number {
    return this.#gram[(this.#order[one] as number) * this.#count + (this.#order[other] as number)] as number;
  }

  /** @returns false for an atom that depends on those that were taken: its product counts as 0 until the next step */
  #take(best: number): boolean {
    const place = this.#taken;
    const product = this.#left[best] as number;
    const first = this.#left[place] as number;
    const atom = this.#order[best] as number;
    this.#order[best] = this.#order[place] as number;
    this.#order[place] = atom;
    this.#signs[place] = this.#rule.positive ? 1 : Math.sign(product);
    if (this.#extendFactor(place) < dependent) {
      // The library puts the products back, but not the atoms.
      this.#left[place] = best === place ? 0 : first;
      this.#left[best] = 0;
      return false;
    }
    this.#left[best] = first;
    this.#taken++;
    return true;
  }

  /** Writes a row of the factor; its last number. */
  #extendFactor(place: number): number {
    const row = place * this.#count;
    let squares = 0;
    for (let at = 0; at < place; at++) {
      let sum = this.#product(place, at);
      for (let before = 0; before < at; before++)
        sum -= (this.#factor[at * this.#count + before] as number) * (this.#factor[row + before] as number);
      const value = sum / (this.#factor[at * this.#count + at] as number);
      this.#factor[row + at] = value;
      squares += value * value;
    }
    const last = Math.max(Math.sqrt(Math.abs(this.#product(place, place) - squares)), Number.EPSILON);
    this.#factor[row + place] = last;
    return last;
  }

  /** Goes on to where the next atom joins or leaves; whether one has left or changed its sign. */
  #advance(largest: number, products: Float64Array): boolean {
    const speed = this.#findDirection();
    const { lasso } = this.#rule;
    let way = Math.min(this.#nextJoin(largest, speed), largest / speed);
    const turn = new LeastPositive();
    for (let at = 0; at < this.#taken; at++)
      turn.offer(
        -(this.#shares[this.#order[at] as number] as number) / ((this.#direction[at] as number) + tiny),
        at,
      );
    const turns = turn.value < way;
    if (turns && lasso) way = turn.value;
    this.#move(way);
    if (turns && lasso) this.#drop(turn.at, products);
    else if (turns) this.#signs[turn.at] = -(this.#signs[turn.at] as number);
    return turns;
  }

  /** The direction that makes equal angles with all atoms that were taken, and how fast their products fall on it. */
  #findDirection(): number {
    this.#solveDirection(0);
    let speed = 1 / Math.sqrt(this.#alongSigns());
    if (!Number.isFinite(speed)) {
      this.#solveDirection(Number.EPSILON);
      speed = 1 / Math.sqrt(Math.max(this.#alongSigns(), Number.EPSILON));
    }
    for (let at = 0; at < this.#taken; at++) this.#direction[at] = (this.#direction[at] as number) * speed;
    for (let place = this.#taken; place < this.#count; place++) {
      let sum = 0;
      for (let at = 0; at < this.#taken; at++)
        sum += this.#product(at, place) * (this.#direction[at] as number);
      // Beyond that nothing is rounded.
      this.#corrections[place] = Math.abs(sum) < 9 ? Math.round(sum * decimals) / decimals : sum;
    }
    return speed;
  }

  #alongSigns(): number {
    let sum = 0;
    for (let at = 0; at < this.#taken; at++)
      sum += (this.#direction[at] as number) * (this.#signs[at] as number);
    return sum;
  }

  #solveDirection(more: number): void {
    const factor = (row: number, column: number): number =>
      (this.#factor[row * this.#count + column] as number) + (row === column ? more : 0);
    const direction = this.#direction;
    for (let at = 0; at < this.#taken; at++) {
      let sum = this.#signs[at] as number;
      for (let before = 0; before < at; before++) sum -= factor(at, before) * (direction[before] as number);
      direction[at] = sum / factor(at, at);
    }
    for (let at = this.#taken - 1; at >= 0; at--) {
      let sum = direction[at] as number;
      for (let after = at + 1; after < this.#taken; after++)
        sum -= factor(after, at) * (direction[after] as number);
      direction[at] = sum / factor(at, at);
    }
  }

  #nextJoin(largest: number, speed: number): number {
    const next = new LeastPositive();
    for (let place = this.#taken; place < this.#count; place++) {
      const left = this.#left[place] as number;
      const correction = this.#corrections[place] as number;
      next.offer((largest - left) / (speed - correction + tiny));
      if (!this.#rule.positive) next.offer((largest + left) / (speed + correction + tiny));
    }
    return next.value;
  }

  #move(way: number): void {
    [this.#shares, this.#before] = [this.#before, this.#shares];
    this.#shares.fill(0);
    for (let at = 0; at < this.#taken; at++) {
      const atom = this.#order[at] as number;
      this.#shares[atom] = (this.#before[atom] as number) + way * (this.#direction[at] as number);
    }
    for (let place = this.#taken; place < this.#count; place++)
      this.#left[place] = (this.#left[place] as number) - way * (this.#corrections[place] as number);
  }

  /** An atom leaves; its product is found anew. */
  #drop(at: number, products: Float64Array): void {
    const atom = this.#order[at] as number;
    this.#taken--;
    this.#order.copyWithin(at, at + 1, this.#taken + 1);
    this.#signs.copyWithin(at, at + 1, this.#taken + 1);
    this.#order[this.#taken] = atom;
    for (let place = at; place < this.#taken; place++) this.#extendFactor(place);
    let left = products[atom] as number;
    for (let other = 0; other < this.#count; other++)
      left -= (this.#gram[atom * this.#count + other] as number) * (this.#shares[other] as number);
    this.#left[this.#taken] = left;
  }
}

function leastAngles(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const count = site.output.width;
  const path = new Path(arrayOf(site, 'gram', 'f64'), count, site.node.attributes as unknown as Rule);
  return rows => {
    for (let from = 0; from < rows * count; from += count)
      path.solve(x.subarray(from, from + count), y, from);
  };
}

export const angleKernels = defineKernels({
  leastAngles: {
    cost({ node, output }) {
      const atoms = output.width;
      const steps = Math.min(node.attributes['steps'] as number, 2 * atoms);
      const taken = Math.min(steps, atoms) / 2;
      return 100 + steps * (atoms * (10 + 2 * taken) + 3 * taken ** 2);
    },
    make: leastAngles,
  },
});
