import { tabularErrors } from '../errors.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import { distanceCost, fittedRows } from './metrics-cost.ts';
import { metricOf } from './metrics.ts';

/** Solves A w = 1 in place for a positive definite A [size, size], by its Cholesky triangle. */
function solveOnes(a: Float64Array, w: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    let right = 1;
    for (let column = 0; column <= row; column++) {
      let sum = a[row * size + column] as number;
      for (let at = 0; at < column; at++)
        sum -= (a[row * size + at] as number) * (a[column * size + at] as number);
      if (column === row) a[row * size + row] = Math.sqrt(sum);
      else {
        const entry = sum / (a[column * size + column] as number);
        a[row * size + column] = entry;
        right -= entry * (w[column] as number);
      }
    }
    w[row] = right / (a[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = w[row] as number;
    for (let at = row + 1; at < size; at++) sum -= (a[at * size + row] as number) * (w[at] as number);
    w[row] = sum / (a[row * size + row] as number);
  }
}

/** `sklearn.manifold._locally_linear.barycenter_weights` */
function barycentres(site: Site): Kernel {
  const x = matrixOf(site);
  const codes = site.blocks[1] as Int32Array;
  const y = site.target as Float64Array;
  const fitted = arrayOf(site, 'fitted', 'f64');
  const width = widthOf(site);
  const count = site.output.width;
  const penalty = site.node.attributes['penalty'] as number;
  const differences = new Float64Array(count * width);
  const products = new Float64Array(count * count);
  const weights = new Float64Array(count);

  function subtract(row: number): void {
    for (let at = 0; at < count; at++) {
      const from = (codes[row * count + at] as number) * width;
      for (let column = 0; column < width; column++)
        differences[at * width + column] =
          (fitted[from + column] as number) - (x[row * width + column] as number);
    }
  }

  /** @returns the trace */
  function multiply(): number {
    let trace = 0;
    for (let one = 0; one < count; one++)
      for (let other = 0; other <= one; other++) {
        let sum = 0;
        for (let column = 0; column < width; column++)
          sum +=
            (differences[one * width + column] as number) * (differences[other * width + column] as number);
        products[one * count + other] = sum;
        if (one === other) trace += sum;
      }
    return trace;
  }

  return rows => {
    for (let row = 0; row < rows; row++) {
      subtract(row);
      const trace = multiply();
      const added = trace > 0 ? penalty * trace : penalty;
      for (let at = 0; at < count; at++)
        products[at * (count + 1)] = (products[at * (count + 1)] as number) + added;
      solveOnes(products, weights, count);
      let total = 0;
      for (const weight of weights) total += weight;
      for (let at = 0; at < count; at++) y[row * count + at] = (weights[at] as number) / total;
    }
  };
}

/** Shortens the ways of a row of `y` by those over one fitted row. */
type Shorten = (row: number, over: number, distance: number) => void;

function shortener(site: Site): Shorten {
  const y = site.target as Float64Array;
  const paths = arrayOf(site, 'paths', 'f64');
  const outputs = site.output.width;
  return (row, over, distance) => {
    const to = row * outputs;
    const from = over * outputs;
    for (let output = 0; output < outputs; output++) {
      const way = (paths[from + output] as number) + distance;
      if (way < (y[to + output] as number)) y[to + output] = way;
    }
  };
}

function shortestPaths(site: Site): Kernel {
  const distances = matrixOf(site);
  const codes = site.blocks[1] as Int32Array;
  const y = site.target as Float64Array;
  const shorten = shortener(site);
  const count = widthOf(site);
  return rows => {
    y.fill(Infinity, 0, rows * site.output.width);
    for (let at = 0; at < rows * count; at++)
      shorten(Math.floor(at / count), codes[at] as number, distances[at] as number);
  };
}

/** `sklearn.manifold.Isomap` with a radius. */
function shortestPathsWithin(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const fitted = arrayOf(site, 'fitted', 'f64');
  const { radius, owner } = site.node.attributes as { radius: number; owner: string };
  const { rank, distance, rankOf } = metricOf(site);
  const most = rankOf(radius);
  const shorten = shortener(site);
  const through = (row: number): boolean => {
    let found = false;
    for (let at = 0; at < fitted.length / width; at++) {
      const apart = rank(x, row * width, fitted, at * width);
      if (!(apart <= most)) continue;
      found = true;
      shorten(row, at, distance(apart));
    }
    return found;
  };
  return rows => {
    y.fill(Infinity, 0, rows * site.output.width);
    for (let row = 0; row < rows; row++)
      if (!through(row))
        throw tabularErrors.make['neighbours-none'](
          `row ${site.frame.first + row}: ${owner} has no row of training within ${radius} of it`,
        );
  };
}

export const embeddingKernels = defineKernels({
  barycentres: {
    cost: site => site.output.width ** 2 * (widthOf(site) + site.output.width) + 100,
    make: barycentres,
  },
  shortestPaths: { cost: site => widthOf(site) * site.output.width * 1.5, make: shortestPaths },
  shortestPathsWithin: {
    cost: sizes => fittedRows(sizes) * (distanceCost(sizes) + sizes.output.width * 1.5),
    make: shortestPathsWithin,
  },
});
