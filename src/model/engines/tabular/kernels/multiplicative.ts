import {
  arrayOf,
  defineKernels,
  valuesOf,
  widthOf,
  type Site,
  type Sizes,
  type SurveyingKernel,
} from '../kernel.ts';
import { entriesOf, type Entries } from './factors.ts';

/** What stands for a product or a divisor that is too small: float32's epsilon. */
const least = 2 ** -23;
/** Of float64: smaller shares become 0 where `beta` is below 1. */
const smallest = Number.EPSILON;

interface Rule {
  readonly beta: number;
  readonly l1: number;
  readonly l2: number;
  readonly steps: number;
  readonly tolerance: number;
  readonly stop: 'error' | 'change';
  readonly lift: 'zeros' | 'small';
}

/** Values of a call that are not 0, row by row. */
class Kept {
  columns = new Int32Array(0);
  values = new Float64Array(0);
  readonly starts: number[] = [0];
  sum = 0;

  get rows(): number {
    return this.starts.length - 1;
  }

  clear(): void {
    this.starts.length = 1;
    this.sum = 0;
  }

  add({ columns, values, start, end }: Entries): void {
    const used = this.starts.at(-1) as number;
    const after = used + end - start;
    if (after > this.values.length) this.#grow(Math.max(after, 2 * this.values.length));
    this.columns.set(columns.subarray(start, end), used);
    this.values.set(values.subarray(start, end), used);
    for (let at = used; at < after; at++) this.sum += this.values[at] as number;
    this.starts.push(after);
  }

  release(): void {
    this.columns = new Int32Array(0);
    this.values = new Float64Array(0);
  }

  #grow(size: number): void {
    const { columns, values } = this;
    this.columns = new Int32Array(size);
    this.values = new Float64Array(size);
    this.columns.set(columns);
    this.values.set(values);
  }
}

/** `sklearn.decomposition._nmf._multiplicative_update_w` and `_beta_divergence`, row by row. */
class Updates {
  readonly #parts: Float64Array;
  readonly #count: number;
  readonly #width: number;
  readonly #rule: Rule;
  /** An exponent of the change of a share, so that the error never grows (Févotte and Idier, 2011). */
  readonly #gamma: number;
  /** Sums of the parts, and their products with each other. */
  readonly #sums: Float64Array;
  readonly #gram: Float64Array;
  /** The row as the shares make it. */
  readonly #made: Float64Array;
  readonly #above: Float64Array;
  readonly #below: Float64Array;
  readonly kept = new Kept();
  /** Products of the rows with the parts, where `beta` is 2. */
  #products = new Float64Array(0);
  /** [rows, parts] */
  shares = new Float64Array(0);

  constructor(parts: Float64Array, count: number, width: number, rule: Rule) {
    this.#parts = parts;
    this.#count = count;
    this.#width = width;
    this.#rule = rule;
    const { beta } = rule;
    this.#gamma = 1;
    if (beta < 1) this.#gamma = 1 / (2 - beta);
    else if (beta > 2) this.#gamma = 1 / (beta - 1);
    this.#sums = new Float64Array(count);
    this.#gram = new Float64Array(count * count);
    for (let one = 0; one < count; one++) {
      for (let at = 0; at < width; at++) this.#sums[one] = this.#sum(one) + this.#part(one, at);
      for (let other = 0; other < count; other++) this.#gram[one * count + other] = this.#product(one, other);
    }
    this.#made = new Float64Array(width);
    this.#above = new Float64Array(count);
    this.#below = new Float64Array(count);
  }

  #part(part: number, column: number): number {
    return this.#parts[part * this.#width + column] as number;
  }

  #sum(part: number): number {
    return this.#sums[part] as number;
  }

  #product(one: number, other: number): number {
    let sum = 0;
    for (let at = 0; at < this.#width; at++) sum += this.#part(one, at) * this.#part(other, at);
    return sum;
  }

  solve(): void {
    const { steps, tolerance, stop } = this.#rule;
    const { rows, sum } = this.kept;
    const start = Math.sqrt(sum / (rows * this.#width) / this.#count);
    this.shares = new Float64Array(rows * this.#count).fill(start);
    if (this.#rule.beta === 2) this.#multiply();
    const first = stop === 'error' ? this.#error() : 0;
    let error = first;
    for (let step = 1; step <= steps; step++) {
      const before = stop === 'change' ? this.shares.slice() : undefined;
      for (let row = 0; row < rows; row++) this.#update(row);
      // Shares of nothing stay nothing in all rounds to come, and the error is no part of an error that is 0.
      if (start === 0 && this.shares.every(share => share === 0)) return;
      if (tolerance <= 0) continue;
      if (before !== undefined) {
        if (changeOf(this.shares, before) <= tolerance) return;
      } else if (step % 10 === 0) {
        const now = this.#error();
        if ((error - now) / first < tolerance) return;
        error = now;
      }
    }
  }

  /** Lets go of what a large call needed, but for the shares. */
  release(): void {
    this.kept.release();
    this.#products = new Float64Array(0);
  }

  #update(row: number): void {
    const { beta, l1, l2, stop } = this.#rule;
    const from = row * this.#count;
    this.#above.fill(0);
    this.#below.fill(0);
    if (beta === 2) this.#weighSquares(row);
    else this.#weigh(row);
    for (let part = 0; part < this.#count; part++) {
      const share = this.shares[from + part] as number;
      let divisor = this.#below[part] as number;
      if (l1 > 0) divisor += l1;
      if (l2 > 0) divisor += l2 * share;
      const change = (this.#above[part] as number) / (divisor === 0 ? least : divisor);
      const now = share * (this.#gamma === 1 ? change : change ** this.#gamma);
      this.shares[from + part] = beta < 1 && stop === 'error' && now < smallest ? 0 : now;
    }
  }

  #multiply(): void {
    const { columns, values, starts, rows } = this.kept;
    this.#products = new Float64Array(rows * this.#count);
    for (let row = 0; row < rows; row++)
      for (let at = starts[row] as number; at < (starts[row + 1] as number); at++)
        for (let part = 0; part < this.#count; part++)
          this.#products[row * this.#count + part] =
            (this.#products[row * this.#count + part] as number) +
            (values[at] as number) * this.#part(part, columns[at] as number);
  }

  #weighSquares(row: number): void {
    const count = this.#count;
    for (let part = 0; part < count; part++) {
      let below = 0;
      for (let other = 0; other < count; other++)
        below += (this.shares[row * count + other] as number) * (this.#gram[other * count + part] as number);
      this.#above[part] = this.#products[row * count + part] as number;
      this.#below[part] = below;
    }
  }

  #weigh(row: number): void {
    const { beta } = this.#rule;
    const { columns, values, starts } = this.kept;
    this.#make(row);
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const column = columns[at] as number;
      const made = this.#made[column] as number;
      const weight = (values[at] as number) * powerOf(beta < 2 ? this.#lifted(made) : made, beta - 2);
      for (let part = 0; part < this.#count; part++)
        this.#above[part] = (this.#above[part] as number) + weight * this.#part(part, column);
    }
    if (beta === 1) {
      this.#below.set(this.#sums);
      return;
    }
    for (let column = 0; column < this.#width; column++) {
      const made = this.#made[column] as number;
      const weight = powerOf(beta < 1 ? this.#lifted(made) : made, beta - 1);
      for (let part = 0; part < this.#count; part++)
        this.#below[part] = (this.#below[part] as number) + weight * this.#part(part, column);
    }
  }

  #make(row: number): void {
    this.#made.fill(0);
    for (let part = 0; part < this.#count; part++) {
      const share = this.shares[row * this.#count + part] as number;
      for (let column = 0; column < this.#width; column++)
        this.#made[column] = (this.#made[column] as number) + share * this.#part(part, column);
    }
  }

  #lifted(made: number): number {
    return (this.#rule.lift === 'zeros' ? made === 0 : made < least) ? least : made;
  }

  /** The square root of twice the divergence of all rows. */
  #error(): number {
    const { beta } = this.#rule;
    const { rows } = this.kept;
    const terms = new Float64Array(3);
    for (let row = 0; row < rows; row++) {
      this.#make(row);
      this.#addTerms(row, terms);
    }
    const [values, made, mixed] = terms as unknown as readonly [number, number, number];
    let divergence: number;
    if (beta === 2) divergence = mixed / 2;
    else if (beta === 1) divergence = mixed + made - values;
    else if (beta === 0) divergence = mixed - rows * this.#width;
    else divergence = (values - beta * mixed + made * (beta - 1)) / (beta * (beta - 1));
    return Math.sqrt(2 * Math.max(divergence, 0));
  }

  /** Adds what a row has in the divergence: of its values, of the row as it is made, of both. */
  #addTerms(row: number, terms: Float64Array): void {
    const { beta } = this.#rule;
    const { columns, values, starts } = this.kept;
    const end = starts[row + 1] as number;
    const add = (term: number, value: number): void => {
      terms[term] = (terms[term] as number) + value;
    };
    if (beta === 2) {
      for (let at = starts[row] as number; at < end; at++) {
        const column = columns[at] as number;
        this.#made[column] = (this.#made[column] as number) - (values[at] as number);
      }
      for (let column = 0; column < this.#width; column++) add(2, (this.#made[column] as number) ** 2);
      return;
    }
    if (beta !== 0)
      for (let column = 0; column < this.#width; column++)
        add(1, powerOf(this.#made[column] as number, beta));
    for (let at = starts[row] as number; at < end; at++) {
      const value = values[at] as number;
      // What is hardly above 0 counts as 0.
      if (!(value > least)) continue;
      const made = this.#lifted(this.#made[columns[at] as number] as number);
      if (beta === 1) add(2, value * Math.log(value / made));
      else if (beta === 0) add(2, value / made - Math.log(value / made));
      else add(2, value * powerOf(made, beta - 1));
      if (beta !== 0) add(0, powerOf(value, beta));
    }
  }
}

function powerOf(value: number, exponent: number): number {
  if (exponent === 1) return value;
  if (exponent === -1) return 1 / value;
  return exponent === 0 ? 1 : value ** exponent;
}

/** How far the shares have moved, beside how large they are. */
function changeOf(now: Float64Array, before: Float64Array): number {
  let moved = 0;
  let size = 0;
  for (let at = 0; at < now.length; at++) {
    const value = now[at] as number;
    moved += (value - (before[at] as number)) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(moved) / Math.sqrt(size);
}

/** `sklearn.decomposition.NMF` with the solver mu, and `MiniBatchNMF`: where they start and stop, all rows of a call decide. */
function multiplicativeParts(site: Site): SurveyingKernel {
  const y = site.target as Float64Array;
  const count = site.output.width;
  const rule = site.node.attributes as unknown as Rule;
  const updates = new Updates(arrayOf(site, 'parts', 'f64'), count, widthOf(site), rule);
  const entries = entriesOf(site);
  let solved = false;
  return {
    begin() {
      updates.kept.clear();
      solved = false;
    },
    survey(rows) {
      for (let row = 0; row < rows; row++) updates.kept.add(entries(row));
    },
    run(rows) {
      if (!solved) {
        updates.solve();
        updates.release();
      }
      solved = true;
      const { first } = site.frame;
      y.set(updates.shares.subarray(first * count, (first + rows) * count));
    },
  };
}

/** About: a search stops where a round changes little. */
function rounds({ node }: Sizes): number {
  return Math.ceil((node.attributes['steps'] as number) / 2);
}

function costOfRound(sizes: Sizes): number {
  const parts = sizes.output.width;
  const { beta } = sizes.node.attributes;
  if (beta === 2) return parts * ((2 * valuesOf(sizes)) / rounds(sizes) + parts) + 20 * parts;
  const width = widthOf(sizes);
  const powers = beta === 1 ? valuesOf(sizes) * 5 : (width + valuesOf(sizes)) * 25;
  return width * parts * 1.2 + powers + parts * (beta === 1 ? 0 : width);
}

export const multiplicativeKernels = defineKernels({
  multiplicativeParts: { cost: sizes => rounds(sizes) * costOfRound(sizes), make: multiplicativeParts },
});
