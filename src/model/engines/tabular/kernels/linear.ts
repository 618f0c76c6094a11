import { arrayOf, defineKernels, matrixOf, sparseOf, widthOf, type Kernel, type Site } from '../kernel.ts';

/** The sum of products of two runs of numbers, in order. */
function dot(x: Float64Array, from: number, weights: Float64Array, at: number, width: number): number {
  let sum = 0;
  for (let column = 0; column < width; column++)
    sum += (x[from + column] as number) * (weights[at + column] as number);
  return sum;
}

const rowsTogether = 16;

/**
 * Several rows and outputs at a time, as many as there are registers for: their sums do not wait for each other, and share
 * what they read. Two rows by four outputs take half the time of one by one; each sum is still added up in order.
 */
function affine(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const weights = arrayOf(site, 'weights', 'f64');
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;
  const fours = outputs - (outputs % 4);

  function fourOutputs(row: number, output: number): void {
    const from = row * width;
    const first = output * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < width; column++) {
      const value = x[from + column] as number;
      a += value * (weights[first + column] as number);
      b += value * (weights[second + column] as number);
      c += value * (weights[third + column] as number);
      d += value * (weights[fourth + column] as number);
    }
    put(row * outputs + output, output, a, b, c, d);
  }

  function twoRowsFourOutputs(row: number, output: number): void {
    const from = row * width;
    const below = from + width;
    const first = output * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let column = 0; column < width; column++) {
      const upper = x[from + column] as number;
      const lower = x[below + column] as number;
      const toFirst = weights[first + column] as number;
      const toSecond = weights[second + column] as number;
      const toThird = weights[third + column] as number;
      const toFourth = weights[fourth + column] as number;
      a += upper * toFirst;
      b += upper * toSecond;
      c += upper * toThird;
      d += upper * toFourth;
      e += lower * toFirst;
      f += lower * toSecond;
      g += lower * toThird;
      h += lower * toFourth;
    }
    put(row * outputs + output, output, a, b, c, d);
    put((row + 1) * outputs + output, output, e, f, g, h);
  }

  function put(to: number, output: number, a: number, b: number, c: number, d: number): void {
    y[to] = a + (bias[output] as number);
    y[to + 1] = b + (bias[output + 1] as number);
    y[to + 2] = c + (bias[output + 2] as number);
    y[to + 3] = d + (bias[output + 3] as number);
  }

  function fourRows(row: number, output: number): void {
    const at = output * width;
    const first = row * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < width; column++) {
      const weight = weights[at + column] as number;
      a += (x[first + column] as number) * weight;
      b += (x[second + column] as number) * weight;
      c += (x[third + column] as number) * weight;
      d += (x[fourth + column] as number) * weight;
    }
    const to = row * outputs + output;
    const shift = bias[output] as number;
    y[to] = a + shift;
    y[to + outputs] = b + shift;
    y[to + 2 * outputs] = c + shift;
    y[to + 3 * outputs] = d + shift;
  }

  function oneByOne(output: number, rows: number): void {
    let row = 0;
    for (; row + 4 <= rows; row += 4) fourRows(row, output);
    for (; row < rows; row++)
      y[row * outputs + output] =
        dot(x, row * width, weights, output * width, width) + (bias[output] as number);
  }

  /** Outputs in fours, for rows that are few enough to stay in the first-level cache. */
  function inFours(start: number, end: number): void {
    for (let output = 0; output < fours; output += 4) {
      let row = start;
      for (; row + 2 <= end; row += 2) twoRowsFourOutputs(row, output);
      if (row < end) fourOutputs(row, output);
    }
  }

  return rows => {
    for (let row = 0; row < rows; row += rowsTogether) inFours(row, Math.min(row + rowsTogether, rows));
    for (let output = fours; output < outputs; output++) oneByOne(output, rows);
  };
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

/** Values of a sparse row, about. */
const usualValues = 100;

export const linearKernels = defineKernels({
  affine: { cost: site => site.output.width * (widthOf(site) * 0.6 + 3), make: affine },
  affineSparse: {
    cost: site => Math.min(widthOf(site), usualValues) * (site.output.width + 2),
    make: affineSparse,
  },
  gaussian: { cost: site => site.output.width * (widthOf(site) * 4 + 3), make: gaussian },
  mahalanobis: {
    cost: ({ node, ...site }) =>
      widthOf(site) * ((node.arrays['directions']?.shape[0] ?? 0) + site.output.width),
    make: mahalanobis,
  },
});
