import { exp } from '../exponential.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

function affine(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const weights = arrayOf(site, 'weights', 'f64');
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;
  return rows => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      for (let output = 0; output < outputs; output++) {
        const weightsAt = output * width;
        let sum = 0;
        for (let column = 0; column < width; column++)
          sum += (x[from + column] as number) * (weights[weightsAt + column] as number);
        y[row * outputs + output] = sum + (bias[output] as number);
      }
    }
  };
}

/** Power by squaring, in libsvm's order of multiplication. */
function powerOf(base: number, degree: number): number {
  let result = 1;
  let square = base;
  for (let left = degree; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** Turns dot products or squared distances, already in `y`, into the kernel's values. */
type Finish = (y: Float64Array, count: number) => void;

function finishOf(site: Site): Finish {
  const { gamma, coef0, degree } = site.node.attributes as Record<string, number>;
  const scale = gamma as number;
  const shift = coef0 as number;
  switch (site.node.attributes['function'] as string) {
    case 'rbf':
      return (y, count) => {
        for (let at = 0; at < count; at++) y[at] = exp(-scale * (y[at] as number));
      };
    case 'poly':
      return (y, count) => {
        for (let at = 0; at < count; at++)
          y[at] = powerOf(scale * (y[at] as number) + shift, degree as number);
      };
    case 'sigmoid':
      return (y, count) => {
        for (let at = 0; at < count; at++) y[at] = Math.tanh(scale * (y[at] as number) + shift);
      };
    default:
      return () => {};
  }
}

/** Sums over the columns of a row and a vector, written to `y` [rows, vectors]. */
type Sums = (y: Float64Array, rows: number) => void;

function dotProducts(x: Float64Array, vectors: Float64Array, count: number, width: number): Sums {
  return (y, rows) => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      for (let vector = 0; vector < count; vector++) {
        const at = vector * width;
        let sum = 0;
        for (let column = 0; column < width; column++)
          sum += (x[from + column] as number) * (vectors[at + column] as number);
        y[row * count + vector] = sum;
      }
    }
  };
}

/** Four vectors at a time: their sums do not wait for each other, which makes it half as long again as one at a time. */
function squaredDistances(x: Float64Array, vectors: Float64Array, count: number, width: number): Sums {
  const fours = count - (count % 4);
  return (y, rows) => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      const to = row * count;
      for (let vector = 0; vector < fours; vector += 4) {
        const first = vector * width;
        const second = first + width;
        const third = second + width;
        const fourth = third + width;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let column = 0; column < width; column++) {
          const value = x[from + column] as number;
          const fromFirst = value - (vectors[first + column] as number);
          const fromSecond = value - (vectors[second + column] as number);
          const fromThird = value - (vectors[third + column] as number);
          const fromFourth = value - (vectors[fourth + column] as number);
          a += fromFirst * fromFirst;
          b += fromSecond * fromSecond;
          c += fromThird * fromThird;
          d += fromFourth * fromFourth;
        }
        y[to + vector] = a;
        y[to + vector + 1] = b;
        y[to + vector + 2] = c;
        y[to + vector + 3] = d;
      }
      for (let vector = fours; vector < count; vector++) {
        let sum = 0;
        for (let column = 0; column < width; column++) {
          const difference = (x[from + column] as number) - (vectors[vector * width + column] as number);
          sum += difference * difference;
        }
        y[to + vector] = sum;
      }
    }
  };
}

function kernel(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const vectors = arrayOf(site, 'vectors', 'f64');
  const count = site.output.width;
  const radial = site.node.attributes['function'] === 'rbf';
  const sums = (radial ? squaredDistances : dotProducts)(x, vectors, count, widthOf(site));
  const finish = finishOf(site);
  return rows => {
    sums(y, rows);
    finish(y, rows * count);
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

export const linearKernels = defineKernels({
  affine: { cost: site => site.output.width * (widthOf(site) + 3), make: affine },
  kernel: {
    cost: site => site.output.width * (widthOf(site) * 1.2 + 15),
    make: kernel,
  },
  gaussian: { cost: site => site.output.width * (widthOf(site) * 4 + 3), make: gaussian },
});
