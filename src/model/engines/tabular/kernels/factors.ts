import { digamma } from '../digamma.ts';
import {
  arrayOf,
  defineKernels,
  matrixOf,
  sparseOf,
  valuesOf,
  widthOf,
  type Kernel,
  type Site,
  type Sizes,
  type SurveyingKernel,
} from '../kernel.ts';

/** The values of a row that are not 0, with their columns. */
export interface Entries {
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly start: number;
  readonly end: number;
}

/** How to get at the values of each row, whatever the input is. */
export function entriesOf(site: Site): (row: number) => Entries {
  const [input] = site.inputs;
  if (input?.kind === 'sparse') {
    const x = sparseOf(site);
    return row => ({
      columns: x.columns,
      values: x.values,
      start: x.starts[row] as number,
      end: x.starts[row + 1] as number,
    });
  }
  const x = matrixOf(site);
  const width = widthOf(site);
  const columns = new Int32Array(width);
  const values = new Float64Array(width);
  return row => {
    let end = 0;
    for (let column = 0; column < width; column++) {
      const value = x[row * width + column] as number;
      if (value === 0) continue;
      columns[end] = column;
      values[end++] = value;
    }
    return { columns, values, start: 0, end };
  };
}

/** exp(E[log θ]) of a Dirichlet distribution with these parameters. */
function expectations(shares: Float64Array, target: Float64Array): void {
  const total = digamma(shares.reduce((sum, share) => sum + share, 0));
  for (const [topic, share] of shares.entries()) target[topic] = Math.exp(digamma(share) - total);
}

/** `sklearn.decomposition.LatentDirichletAllocation`, its E step for one row. */
function topics(site: Site): Kernel {
  const y = site.target as Float64Array;
  const weights = arrayOf(site, 'weights', 'f64');
  const width = widthOf(site);
  const count = site.output.width;
  const { prior, steps, tolerance } = site.node.attributes as Record<'prior' | 'steps' | 'tolerance', number>;
  const entries = entriesOf(site);
  const shares = new Float64Array(count);
  const before = new Float64Array(count);
  const expected = new Float64Array(count);
  const step = ({ columns, values, start, end }: Entries): number => {
    before.set(shares);
    shares.fill(0);
    for (let at = start; at < end; at++) {
      const column = columns[at] as number;
      let norm = Number.EPSILON;
      for (let topic = 0; topic < count; topic++)
        norm += (expected[topic] as number) * (weights[topic * width + column] as number);
      const share = (values[at] as number) / norm;
      for (let topic = 0; topic < count; topic++)
        shares[topic] = (shares[topic] as number) + share * (weights[topic * width + column] as number);
    }
    let change = 0;
    for (let topic = 0; topic < count; topic++) {
      shares[topic] = (expected[topic] as number) * (shares[topic] as number) + prior;
      change += Math.abs((shares[topic] as number) - (before[topic] as number));
    }
    expectations(shares, expected);
    return change / count;
  };
  return rows => {
    for (let row = 0; row < rows; row++) {
      const own = entries(row);
      shares.fill(1);
      expectations(shares, expected);
      for (let done = 0; done < steps; done++) if (step(own) < tolerance) break;
      y.set(shares, row * count);
    }
  };
}

/** Rows of a call whose parts are being found. */
class Descent {
  readonly #gram: Float64Array;
  readonly #count: number;
  /** Products of the rows with the parts, [rows, parts]. */
  #products = new Float64Array(0);
  #parts = new Float64Array(0);
  #used = 0;

  constructor(gram: Float64Array, count: number) {
    this.#gram = gram;
    this.#count = count;
  }

  clear(): void {
    this.#used = 0;
  }

  /** Room for the products of `rows` more rows. */
  extend(rows: number): Float64Array {
    const start = this.#used;
    this.#used += rows * this.#count;
    if (this.#used > this.#products.length) {
      const larger = new Float64Array(Math.max(this.#used, 2 * this.#products.length));
      larger.set(this.#products);
      this.#products = larger;
    }
    return this.#products.subarray(start, this.#used);
  }

  solve(steps: number, tolerance: number): void {
    this.#parts = new Float64Array(this.#used);
    let first = 0;
    for (let round = 0; round < steps; round++) {
      const violation = this.#round();
      if (round === 0) first = violation;
      if (first === 0 || violation / first <= tolerance) return;
    }
  }

  copy(row: number, rows: number, target: Float64Array): void {
    target.set(this.#parts.subarray(row * this.#count, (row + rows) * this.#count));
  }

  #round(): number {
    let violation = 0;
    for (let part = 0; part < this.#count; part++) violation += this.#descend(part);
    return violation;
  }

  /** Moves one part of every row to its best; the sum of the projected gradients. */
  #descend(part: number): number {
    const count = this.#count;
    const gram = this.#gram;
    const curvature = gram[part * count + part] as number;
    let violation = 0;
    for (let at = 0; at < this.#used; at += count) {
      let gradient = -(this.#products[at + part] as number);
      for (let other = 0; other < count; other++)
        gradient += (gram[part * count + other] as number) * (this.#parts[at + other] as number);
      const now = this.#parts[at + part] as number;
      violation += Math.abs(now === 0 ? Math.min(0, gradient) : gradient);
      if (curvature !== 0) this.#parts[at + part] = Math.max(now - gradient / curvature, 0);
    }
    return violation;
  }
}

function gramOf(parts: Float64Array, count: number, width: number, l2: number): Float64Array {
  const gram = new Float64Array(count * count);
  for (let one = 0; one < count; one++)
    for (let other = 0; other < count; other++) {
      let sum = one === other ? l2 : 0;
      for (let at = 0; at < width; at++)
        sum += (parts[one * width + at] as number) * (parts[other * width + at] as number);
      gram[one * count + other] = sum;
    }
  return gram;
}

/** `sklearn.decomposition.NMF` with the solver cd: when it stops, all rows of the call decide. */
function nonnegativeParts(site: Site): SurveyingKernel {
  const y = site.target as Float64Array;
  const parts = arrayOf(site, 'parts', 'f64');
  const width = widthOf(site);
  const count = site.output.width;
  const { l1, l2, steps, tolerance } = site.node.attributes as Record<
    'l1' | 'l2' | 'steps' | 'tolerance',
    number
  >;
  const descent = new Descent(gramOf(parts, count, width, l2), count);
  const entries = entriesOf(site);
  let solved = false;
  return {
    begin() {
      descent.clear();
      solved = false;
    },
    survey(rows) {
      const products = descent.extend(rows);
      for (let row = 0; row < rows; row++) {
        const { columns, values, start, end } = entries(row);
        for (let part = 0; part < count; part++) {
          let sum = -l1;
          for (let at = start; at < end; at++)
            sum += (values[at] as number) * (parts[part * width + (columns[at] as number)] as number);
          products[row * count + part] = sum;
        }
      }
    },
    run(rows) {
      if (!solved) descent.solve(steps, tolerance);
      solved = true;
      descent.copy(site.frame.first, rows, y);
    },
  };
}

/** Rounds that a search takes, about: it stops where a round changes little. */
function rounds({ node }: Sizes): number {
  return Math.ceil((node.attributes['steps'] as number) / 2);
}

function cells(sizes: Sizes): number {
  return valuesOf(sizes) * sizes.output.width;
}

export const factorKernels = defineKernels({
  topics: { cost: sizes => rounds(sizes) * (cells(sizes) * 3 + sizes.output.width * 60), make: topics },
  nonnegativeParts: {
    cost: sizes => cells(sizes) * 2 + rounds(sizes) * sizes.output.width * (sizes.output.width + 10),
    make: nonnegativeParts,
  },
});
