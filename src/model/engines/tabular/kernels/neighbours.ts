import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site, type Sizes } from '../kernel.ts';
import { squaredDistances } from './sums-distances.ts';
import { dot, rowsTogether } from './sums.ts';

/** Something that grows with the distance of row `row` of `x` to row `at` of the fitted ones, and the distance it means. */
interface Metric {
  readonly rank: (row: number, at: number) => number;
  readonly distance: (rank: number) => number;
}

function same(rank: number): number {
  return rank;
}

function metricOf(site: Site, x: Float64Array, fitted: Float64Array, width: number): Metric {
  const { metric, exponent } = site.node.attributes as { metric: string; exponent: number };
  const each = (row: number, at: number, add: (sum: number, difference: number) => number): number => {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum = add(sum, Math.abs((x[row * width + column] as number) - (fitted[at * width + column] as number)));
    return sum;
  };
  switch (metric) {
    case 'manhattan':
      return { rank: (row, at) => each(row, at, (sum, difference) => sum + difference), distance: same };
    case 'chebyshev':
      return { rank: (row, at) => each(row, at, Math.max), distance: same };
    case 'minkowski':
      return {
        rank: (row, at) => each(row, at, (sum, difference) => sum + difference ** exponent),
        distance: rank => rank ** (1 / exponent),
      };
    default: {
      const length = (values: Float64Array, from: number): number =>
        Math.sqrt(dot(values, from, values, from, width)) || 1;
      const lengths = Float64Array.from({ length: fitted.length / width }, (_, at) =>
        length(fitted, at * width),
      );
      return {
        rank(row, at) {
          const product = dot(x, row * width, fitted, at * width, width);
          const cosine = product / (length(x, row * width) * (lengths[at] as number));
          return Math.min(2, Math.max(0, 1 - cosine));
        },
        distance: same,
      };
    }
  }
}

/** The `count` smallest numbers offered, each with where it came from; the earlier of equal ones stays. */
class Smallest {
  readonly ranks: Float64Array;
  readonly places: Int32Array;
  #held = 0;

  constructor(count: number) {
    this.ranks = new Float64Array(count);
    this.places = new Int32Array(count);
  }

  clear(): void {
    this.#held = 0;
  }

  offer(rank: number, place: number): void {
    const { ranks, places } = this;
    const full = this.#held === ranks.length;
    if (full && !(rank < (ranks[ranks.length - 1] as number))) return;
    let to = full ? this.#held - 1 : this.#held++;
    for (; to > 0 && (ranks[to - 1] as number) > rank; to--) {
      ranks[to] = ranks[to - 1] as number;
      places[to] = places[to - 1] as number;
    }
    ranks[to] = rank;
    places[to] = place;
  }
}

function nearestMean(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const outputs = site.output.width;
  const fitted = arrayOf(site, 'fitted', 'f64');
  const values = arrayOf(site, 'values', 'f64');
  const rowsFitted = fitted.length / width;
  const count = site.node.attributes['count'] as number;
  const weighted = site.node.attributes['weights'] === 'distance';
  const smallest = new Smallest(count);
  const weights = new Float64Array(count);

  /** 1 / distance; where some are at distance 0, these alone. */
  function weigh(distance: (rank: number) => number): void {
    if (!weighted) {
      weights.fill(1);
      return;
    }
    const hits = smallest.ranks[0] === 0;
    for (let at = 0; at < count; at++) {
      const apart = distance(smallest.ranks[at] as number);
      if (hits) weights[at] = apart === 0 ? 1 : 0;
      else weights[at] = 1 / apart;
    }
  }

  function write(row: number): void {
    let total = 0;
    for (const weight of weights) total += weight;
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      for (let at = 0; at < count; at++)
        sum +=
          (weights[at] as number) * (values[(smallest.places[at] as number) * outputs + output] as number);
      y[row * outputs + output] = sum / total;
    }
  }

  if (site.node.attributes['metric'] === 'euclidean') {
    // A few rows at a time: a block of them times all fitted rows would not fit the memory.
    const few = new Float64Array(rowsTogether * width);
    const distances = new Float64Array(rowsTogether * rowsFitted);
    const fill = squaredDistances(few, fitted, rowsFitted, width);
    return rows => {
      for (let first = 0; first < rows; first += rowsTogether) {
        const now = Math.min(rowsTogether, rows - first);
        few.set(x.subarray(first * width, (first + now) * width));
        fill(distances, now);
        for (let row = 0; row < now; row++) {
          smallest.clear();
          const from = row * rowsFitted;
          for (let at = 0; at < rowsFitted; at++) smallest.offer(distances[from + at] as number, at);
          weigh(Math.sqrt);
          write(first + row);
        }
      }
    };
  }
  const metric = metricOf(site, x, fitted, width);
  return rows => {
    for (let row = 0; row < rows; row++) {
      smallest.clear();
      for (let at = 0; at < rowsFitted; at++) smallest.offer(metric.rank(row, at), at);
      weigh(metric.distance);
      write(row);
    }
  };
}

function cost({ node }: Sizes): number {
  const [rows = 1, width = 1] = node.arrays['fitted']?.shape ?? [];
  return rows * (width + 1);
}

export const neighbourKernels = defineKernels({ nearestMean: { cost, make: nearestMean } });
