import { tabularErrors } from '../errors.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import { densityKernels } from './densities.ts';
import { metricOf } from './metrics.ts';
import { distanceCost, fittedRows } from './metrics-cost.ts';
import { nearestKernels } from './nearest.ts';

function distances(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const fitted = arrayOf(site, 'fitted', 'f64');
  const count = site.output.width;
  const { rank, distance } = metricOf(site);
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let at = 0; at < count; at++)
        y[row * count + at] = distance(rank(x, row * width, fitted, at * width));
  };
}

function distancesAt(site: Site): Kernel {
  const x = matrixOf(site);
  const codes = site.blocks[1] as Int32Array;
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const fitted = arrayOf(site, 'fitted', 'f64');
  const count = site.output.width;
  const { rank, distance } = metricOf(site);
  return rows => {
    for (let at = 0; at < rows * count; at++) {
      const row = Math.floor(at / count);
      y[at] = distance(rank(x, row * width, fitted, (codes[at] as number) * width));
    }
  };
}

/** `sklearn.neighbors._base._get_weights` for `weights='distance'`. */
function closeness(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let from = 0; from < rows * width; from += width) {
      let infinite = false;
      for (let at = from; at < from + width; at++) {
        y[at] = 1 / (x[at] as number);
        infinite ||= y[at] === Infinity;
      }
      if (infinite) for (let at = from; at < from + width; at++) y[at] = y[at] === Infinity ? 1 : 0;
    }
  };
}

function sumVotes(site: Site): Kernel {
  const codes = site.blocks[0] as Int32Array;
  const weights = matrixOf(site, 1);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const classes = site.output.width;
  return rows => {
    y.fill(0, 0, rows * classes);
    for (let row = 0; row < rows; row++)
      for (let at = row * width; at < (row + 1) * width; at++)
        (y[row * classes + (codes[at] as number)] as number) += weights[at] as number;
  };
}

function meanAt(site: Site): Kernel {
  const codes = site.blocks[0] as Int32Array;
  const weights = site.blocks[1] as Float64Array | undefined;
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const outputs = site.output.width;
  const values = arrayOf(site, 'values', 'f64');
  const weigh = (row: number, output: number): number => {
    let sum = 0;
    let total = 0;
    for (let at = row * width; at < (row + 1) * width; at++) {
      const weight = weights === undefined ? 1 : (weights[at] as number);
      sum += (values[(codes[at] as number) * outputs + output] as number) * weight;
      total += weight;
    }
    return sum / total;
  };
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let output = 0; output < outputs; output++) y[row * outputs + output] = weigh(row, output);
  };
}

/** Weights of the rows found so far: 1 / distance until one is at distance 0. */
class Near {
  readonly sums: Float64Array;
  total = 0;
  exact = false;

  constructor(outputs: number) {
    this.sums = new Float64Array(outputs);
  }

  clear(): void {
    this.sums.fill(0);
    this.total = 0;
    this.exact = false;
  }

  add(weight: number, values: Float64Array, from: number): void {
    if (this.exact && weight !== Infinity) return;
    if (!this.exact && weight === Infinity) {
      this.clear();
      this.exact = true;
    }
    const share = weight === Infinity ? 1 : weight;
    for (let output = 0; output < this.sums.length; output++)
      (this.sums[output] as number) += share * (values[from + output] as number);
    this.total += share;
  }
}

function meanWithin(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const outputs = site.output.width;
  const fitted = arrayOf(site, 'fitted', 'f64');
  const values = arrayOf(site, 'values', 'f64');
  const alone = site.node.arrays['alone'] === undefined ? undefined : arrayOf(site, 'alone', 'f64');
  const count = fitted.length / width;
  const { rank, distance, rankOf } = metricOf(site);
  const { radius, weights, owner } = site.node.attributes as {
    radius: number;
    weights: string;
    owner: string;
  };
  const most = rankOf(radius);
  const near = new Near(outputs);
  const collect = (from: number): void => {
    near.clear();
    for (let at = 0; at < count; at++) {
      const found = rank(x, from, fitted, at * width);
      if (found <= most) near.add(weights === 'distance' ? 1 / distance(found) : 1, values, at * outputs);
    }
  };
  const refuse = (row: number): never => {
    throw tabularErrors.make['neighbours-none'](
      `row ${site.frame.first + row}: ${owner} has no row of training within ${radius} of it, and no label for such a row (outlier_label)`,
    );
  };
  return rows => {
    for (let row = 0; row < rows; row++) {
      collect(row * width);
      if (near.total === 0 && alone === undefined) refuse(row);
      for (let output = 0; output < outputs; output++)
        y[row * outputs + output] =
          near.total === 0
            ? ((alone as Float64Array)[output] as number)
            : (near.sums[output] as number) / near.total;
    }
  };
}

export const neighbourKernels = defineKernels({
  distances: { cost: sizes => fittedRows(sizes) * distanceCost(sizes), make: distances },
  ...nearestKernels,
  distancesAt: {
    cost: sizes => sizes.output.width * distanceCost(sizes),
    make: distancesAt,
  },
  closeness: { cost: ({ output }) => output.width * 3, make: closeness },
  sumVotes: { cost: ({ inputs, output }) => (inputs[0]?.width ?? 1) * 2 + output.width, make: sumVotes },
  meanAt: { cost: ({ inputs, output }) => (inputs[0]?.width ?? 1) * output.width * 2, make: meanAt },
  meanWithin: { cost: sizes => fittedRows(sizes) * distanceCost(sizes), make: meanWithin },
  ...densityKernels,
});
