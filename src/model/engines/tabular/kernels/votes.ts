import { exp } from '../exponential.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

function weightedSum(site: Site): Kernel {
  const y = site.target as Float64Array;
  const { width } = site.output;
  const weights = arrayOf(site, 'weights', 'f64');
  const inputs = site.inputs.map((_, input) => matrixOf(site, input));
  return rows => {
    const count = rows * width;
    for (let input = 0; input < inputs.length; input++) {
      const x = inputs[input] as Float64Array;
      const weight = weights[input] as number;
      if (input === 0) for (let at = 0; at < count; at++) y[at] = (x[at] as number) * weight;
      else for (let at = 0; at < count; at++) y[at] = (y[at] as number) + (x[at] as number) * weight;
    }
  };
}

function product(site: Site): Kernel {
  const y = site.target as Float64Array;
  const { width } = site.output;
  const inputs = site.inputs.map((_, input) => matrixOf(site, input));
  return rows => {
    const count = rows * width;
    for (const [input, x] of inputs.entries()) {
      if (input === 0) for (let at = 0; at < count; at++) y[at] = x[at] as number;
      else for (let at = 0; at < count; at++) y[at] = (y[at] as number) * (x[at] as number);
    }
  };
}

/** Sums of exp are taken from the largest on, as `numpy.logaddexp` over one input after the other does. */
function logMeanExp(site: Site): Kernel {
  const y = site.target as Float64Array;
  const { width } = site.output;
  const inputs = site.inputs.map((_, input) => matrixOf(site, input));
  const logCount = Math.log(inputs.length);
  return rows => {
    for (let at = 0; at < rows * width; at++) {
      let largest = -Infinity;
      for (const x of inputs) largest = Math.max(largest, x[at] as number);
      let sum = 0;
      for (const x of inputs) sum += exp((x[at] as number) - largest);
      y[at] = largest === -Infinity ? largest : largest + Math.log(sum) - logCount;
    }
  };
}

/** `numpy.bincount(codes, weights)` of each row. */
function countVotes(site: Site): Kernel {
  const x = site.blocks[0] as Int32Array;
  const y = site.target as Float64Array;
  const voters = widthOf(site);
  const { width } = site.output;
  const weights = arrayOf(site, 'weights', 'f64');
  return rows => {
    y.fill(0, 0, rows * width);
    for (let row = 0; row < rows; row++) {
      for (let voter = 0; voter < voters; voter++) {
        const at = row * width + (x[row * voters + voter] as number);
        y[at] = (y[at] as number) + (weights[voter] as number);
      }
    }
  };
}

function indicate(site: Site): Kernel {
  const x = site.blocks[0] as Int32Array;
  const y = site.target as Float64Array;
  const { width } = site.output;
  const on = site.node.attributes['on'] as number;
  const off = site.node.attributes['off'] as number;
  return rows => {
    y.fill(off, 0, rows * width);
    for (let row = 0; row < rows; row++) y[row * width + (x[row] as number)] = on;
  };
}

function decode(site: Site): Kernel {
  const x = site.blocks[0] as Int32Array;
  const y = site.target as Float64Array;
  const { width } = site.output;
  const values = arrayOf(site, 'values', 'f64');
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = values[x[at] as number] as number;
  };
}

function centreRows(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const { width } = site.output;
  const share = site.node.attributes['share'] as number;
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      let sum = 0;
      for (let at = start; at < start + width; at++) sum += x[at] as number;
      const part = share * sum;
      for (let at = start; at < start + width; at++) y[at] = (x[at] as number) - part;
    }
  };
}

function dot(a: Float64Array, from: number, b: Float64Array, start: number, width: number): number {
  let sum = 0;
  for (let at = 0; at < width; at++) sum += (a[from + at] as number) * (b[start + at] as number);
  return sum;
}

/** After `sklearn.metrics.pairwise.euclidean_distances`: what is lost between large products decides ties. */
function productDistances(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const outputs = site.output.width;
  const centres = arrayOf(site, 'centres', 'f64');
  const rooted = site.node.attributes['squared'] === false;
  const norms = Float64Array.from({ length: outputs }, (_, centre) =>
    dot(centres, centre * width, centres, centre * width, width),
  );
  return rows => {
    for (let row = 0; row < rows; row++) {
      const own = dot(x, row * width, x, row * width, width);
      for (let centre = 0; centre < outputs; centre++) {
        const product = dot(x, row * width, centres, centre * width, width);
        const squared = -2 * product + own + (norms[centre] as number);
        const positive = squared < 0 ? 0 : squared;
        y[row * outputs + centre] = rooted ? Math.sqrt(positive) : positive;
      }
    }
  };
}

/** After `sklearn.ensemble.AdaBoostRegressor._get_median_predict`. */
function weightedMedian(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const weights = arrayOf(site, 'weights', 'f64');
  const order = Int32Array.from({ length: width }, (_, column) => column);
  const sums = new Float64Array(width);
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      order.sort((a, b) => (x[start + a] as number) - (x[start + b] as number) || a - b);
      let sum = 0;
      for (let at = 0; at < width; at++) sums[at] = sum += weights[order[at] as number] as number;
      let at = 0;
      while (at < width - 1 && !((sums[at] as number) >= 0.5 * sum)) at++;
      y[row] = x[start + (order[at] as number)] as number;
    }
  };
}

export const voteKernels = defineKernels({
  weightedSum: { cost: ({ inputs, output }) => inputs.length * output.width * 1.5, make: weightedSum },
  product: { cost: ({ inputs, output }) => inputs.length * output.width * 1.5, make: product },
  logMeanExp: { cost: ({ inputs, output }) => inputs.length * output.width * 15, make: logMeanExp },
  countVotes: { cost: site => widthOf(site) * 3 + site.output.width, make: countVotes },
  indicate: { cost: ({ output }) => output.width + 2, make: indicate },
  decode: { cost: ({ output }) => output.width * 2, make: decode },
  centreRows: { cost: ({ output }) => output.width * 3, make: centreRows },
  productDistances: { cost: site => widthOf(site) * (site.output.width + 1) * 1.5, make: productDistances },
  weightedMedian: {
    cost: site => widthOf(site) * (10 + 15 * Math.log2(widthOf(site) + 1)),
    make: weightedMedian,
  },
});
