import { exp } from '../exponential.ts';
import { functions } from '../functions.ts';
import { defineKernels, matrixOf, sparseOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import type { SparseRows } from '../sparse.ts';
import { positivePartsOf } from './passes.ts';

type Loop = (x: Float64Array, y: Float64Array, count: number) => void;

/** Beyond this, the sum of two equal numbers is infinite. */
const largestDoubled = 2 ** 1022;

const mapLoops: Readonly<Record<string, Loop>> = {
  negate(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = -(x[at] as number);
  },
  exp(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = exp(x[at] as number);
  },
  exp2(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = 2 ** (x[at] as number);
  },
  log(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = Math.log(x[at] as number);
  },
  /** `scipy.special.logit` */
  logit(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = Math.log((x[at] as number) / (1 - (x[at] as number)));
  },
  /** `scipy.special.expit` */
  sigmoid(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = 1 / (1 + exp(-(x[at] as number)));
  },
  /** log(1 + exp(x)), which is x where exp would overflow. */
  softplus(x, y, count) {
    for (let at = 0; at < count; at++) {
      const value = x[at] as number;
      y[at] = value > 700 ? value : Math.log1p(exp(value));
    }
  },
  signedSquare(x, y, count) {
    for (let at = 0; at < count; at++) {
      const value = x[at] as number;
      y[at] = Math.sign(value) * value * value;
    }
  },
  tanh(x, y, count) {
    for (let at = 0; at < count; at++) y[at] = Math.tanh(x[at] as number);
  },
  logPositive(x, y, count) {
    for (let at = 0; at < count; at++) {
      const value = x[at] as number;
      y[at] = Math.log(value === 0 ? smallestNormal : value);
    }
  },
};

const smallestNormal = 2 ** -1022;

/** max(x, 0), which is half of x + |x|: signs are as good as random, so that a comparison would be mispredicted. */
function positiveParts(x: Float64Array, y: Float64Array): (count: number) => void {
  const pass = positivePartsOf(x, y);
  return count => {
    for (let at = pass(count); at < count; at++) {
      const value = x[at] as number;
      const half = (value + Math.abs(value)) * 0.5;
      y[at] = half < largestDoubled ? half : Math.max(value, 0);
    }
  };
}

function map(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const name = site.node.attributes['function'] as string;
  if (name === 'relu') {
    const compute = positiveParts(x, y);
    return rows => compute(rows * width);
  }
  const loop = mapLoops[name];
  if (loop !== undefined) return rows => loop(x, y, rows * width);
  const one = functions[name] as (value: number) => number;
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = one(x[at] as number);
  };
}

function raise(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const exponent = site.node.attributes['exponent'] as number;
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = (x[at] as number) ** exponent;
  };
}

function castSparse(x: SparseRows, y: SparseRows): Kernel {
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      const start = x.starts[row] as number;
      const length = (x.starts[row + 1] as number) - start;
      y.reserve(length);
      y.columns.set(x.columns.subarray(start, start + length), y.count);
      for (let at = 0; at < length; at++)
        y.values[y.count + at] = Math.fround(x.values[start + at] as number);
      y.endRow(length);
    }
  };
}

function cast32(site: Site): Kernel {
  if (site.output.kind === 'sparse') return castSparse(sparseOf(site), site.target as SparseRows);
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = Math.fround(x[at] as number);
  };
}

function twoSided(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const whole = site.node.attributes['form'] === 'complement' ? 1 : 0;
  return rows => {
    for (let row = 0; row < rows; row++) {
      const value = x[row] as number;
      y[2 * row] = whole - value;
      y[2 * row + 1] = value;
    }
  };
}

function largestOf(x: Float64Array, start: number, end: number): number {
  let largest = x[start] as number;
  for (let at = start + 1; at < end; at++) {
    if ((x[at] as number) > largest) largest = x[at] as number;
  }
  return largest;
}

function divideRow(y: Float64Array, start: number, end: number, divisor: number): void {
  for (let at = start; at < end; at++) y[at] = (y[at] as number) / divisor;
}

/** `sklearn.utils.extmath.softmax` */
function softmax(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      const largest = largestOf(x, start, start + width);
      let sum = 0;
      for (let at = start; at < start + width; at++) sum += y[at] = exp((x[at] as number) - largest);
      divideRow(y, start, start + width, sum);
    }
  };
}

function normalizeRows(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const zero = site.node.attributes['zero'];
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      const end = start + width;
      let sum = 0;
      for (let at = start; at < end; at++) sum += y[at] = x[at] as number;
      if (sum !== 0 || zero === 'divide') divideRow(y, start, end, sum);
      else if (zero === 'even') y.fill(1 / width, start, end);
    }
  };
}

/** `x - scipy.special.logsumexp(x, axis=1)`, whose largest counts as 0 when it is infinite. */
function logNormalize(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const inSteps = site.node.attributes['inSteps'] === true;
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      const found = largestOf(x, start, start + width);
      const largest = Number.isFinite(found) ? found : 0;
      let sum = 0;
      for (let at = start; at < start + width; at++) sum += exp((x[at] as number) - largest);
      const log = Math.log(sum);
      const total = largest + log;
      for (let at = start; at < start + width; at++)
        y[at] = inSteps ? (x[at] as number) - largest - log : (x[at] as number) - total;
    }
  };
}

export const elementwiseKernels = defineKernels({
  cast32: { cost: ({ output }) => output.width, make: cast32 },
  map: { cost: ({ output }) => output.width * 15, make: map },
  raise: { cost: ({ output }) => output.width * 30, make: raise },
  twoSided: { cost: () => 3, make: twoSided },
  softmax: { cost: ({ output }) => output.width * 18, make: softmax },
  normalizeRows: { cost: ({ output }) => output.width * 3, make: normalizeRows },
  logNormalize: { cost: ({ output }) => output.width * 18 + 20, make: logNormalize },
});
