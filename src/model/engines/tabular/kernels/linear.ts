import {
  arrayOf,
  defineKernels,
  matrixOf,
  sparseOf,
  valuesOf,
  widthOf,
  type Kernel,
  type Site,
} from '../kernel.ts';
import { dotProducts } from './sums-products.ts';
import { dot } from './sums.ts';

function affine(site: Site): Kernel {
  const y = site.target as Float64Array;
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;
  const weights = arrayOf(site, 'weights', 'f64');
  const fused = site.node.attributes['fused'] === true;
  const products = dotProducts(matrixOf(site), weights, outputs, widthOf(site), bias, fused);
  return rows => products(y, rows);
}

function affineSparse(site: Site): Kernel {
  const x = sparseOf(site);
  const y = site.target as Float64Array;
  const weights = arrayOf(site, 'weights', 'f64');
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;

  function single(row: number): void {
    const { values, columns } = x;
    const end = x.starts[row + 1] as number;
    let sum = 0;
    for (let at = x.starts[row] as number; at < end; at++)
      sum += (values[at] as number) * (weights[columns[at] as number] as number);
    y[row] = sum + (bias[0] as number);
  }

  function several(row: number): void {
    const { values, columns } = x;
    const to = row * outputs;
    const end = x.starts[row + 1] as number;
    y.fill(0, to, to + outputs);
    for (let at = x.starts[row] as number; at < end; at++) {
      const value = values[at] as number;
      const from = (columns[at] as number) * outputs;
      for (let output = 0; output < outputs; output++)
        y[to + output] = (y[to + output] as number) + value * (weights[from + output] as number);
    }
    for (let output = 0; output < outputs; output++)
      y[to + output] = (y[to + output] as number) + (bias[output] as number);
  }

  const compute = outputs === 1 ? single : several;
  return rows => {
    for (let row = 0; row < rows; row++) compute(row);
  };
}

/** log(prior) - ½ Σ log(2π variance), for each class. */
function constantsOf(logPrior: Float64Array, variance: Float64Array, width: number): Float64Array {
  return logPrior.map((prior, label) => {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += Math.log(2 * Math.PI * (variance[label * width + column] as number));
    return prior - 0.5 * sum;
  });
}

function gaussian(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const mean = arrayOf(site, 'mean', 'f64');
  const variance = arrayOf(site, 'variance', 'f64');
  const constants = constantsOf(arrayOf(site, 'logPrior', 'f64'), variance, width);
  const classes = constants.length;
  return rows => {
    for (let row = 0; row < rows; row++) {
      for (let label = 0; label < classes; label++) {
        let sum = 0;
        for (let column = 0; column < width; column++) {
          const difference = (x[row * width + column] as number) - (mean[label * width + column] as number);
          sum += (difference * difference) / (variance[label * width + column] as number);
        }
        y[row * classes + label] = (constants[label] as number) - 0.5 * sum;
      }
    }
  };
}

function mahalanobis(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const centres = arrayOf(site, 'centres', 'f64');
  const directions = arrayOf(site, 'directions', 'f64');
  const starts = arrayOf(site, 'starts', 'i32');
  const count = starts.length - 1;
  const difference = new Float64Array(width);
  return rows => {
    for (let row = 0; row < rows; row++) {
      for (let centre = 0; centre < count; centre++) {
        for (let column = 0; column < width; column++)
          difference[column] =
            (x[row * width + column] as number) - (centres[centre * width + column] as number);
        let sum = 0;
        const end = starts[centre + 1] as number;
        for (let direction = starts[centre] as number; direction < end; direction++) {
          const along = dot(difference, 0, directions, direction * width, width);
          sum += along * along;
        }
        y[row * count + centre] = sum;
      }
    }
  };
}

export const linearKernels = defineKernels({
  affine: {
    cost: site => site.output.width * (widthOf(site) * 0.6 + 3),
    spreads: true,
    make: affine,
  },
  affineSparse: {
    cost: site => valuesOf(site) * (site.output.width + 10) + site.output.width * 2,
    make: affineSparse,
  },
  gaussian: { cost: site => site.output.width * (widthOf(site) * 4 + 3), make: gaussian },
  mahalanobis: {
    cost: ({ node, ...site }) =>
      widthOf(site) * ((node.arrays['directions']?.shape[0] ?? 0) + site.output.width),
    make: mahalanobis,
  },
});
