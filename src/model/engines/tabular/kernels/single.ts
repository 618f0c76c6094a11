import { exp } from '../exponential.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

/** The largest argument whose exponential is a float32, as XGBoost has it. */
const largestArgument = Math.fround(88.7);

const functions: Readonly<Record<string, (x: number) => number>> = {
  sigmoid: x => {
    const grown = Math.fround(exp(Math.min(-x, largestArgument)));
    return Math.fround(1 / Math.fround(grown + 1));
  },
  exp: x => Math.fround(exp(x)),
  step: x => (x > 0 ? 1 : 0),
};

function map32(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const map = functions[site.node.attributes['function'] as string] as (x: number) => number;
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = map(x[at] as number);
  };
}

/** XGBoost's `common::Softmax`. */
function softmax32(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let start = 0; start < rows * width; start += width) {
      let largest = x[start] as number;
      for (let at = start + 1; at < start + width; at++) largest = Math.max(largest, x[at] as number);
      let sum = 0;
      for (let at = start; at < start + width; at++)
        sum += y[at] = Math.fround(exp(Math.fround((x[at] as number) - largest)));
      const divisor = Math.fround(sum);
      for (let at = start; at < start + width; at++) y[at] = Math.fround((y[at] as number) / divisor);
    }
  };
}

function affine32(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const weights = arrayOf(site, 'weights', 'f64');
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;
  return rows => {
    for (let row = 0; row < rows; row++) {
      for (let output = 0; output < outputs; output++) {
        let sum = bias[output] as number;
        for (let column = 0; column < width; column++) {
          const value = Math.fround(x[row * width + column] as number);
          if (Number.isNaN(value)) continue;
          sum = Math.fround(sum + Math.fround(value * (weights[output * width + column] as number)));
        }
        y[row * outputs + output] = sum;
      }
    }
  };
}

function terms32(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const weights = arrayOf(site, 'weights', 'f64');
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;
  return rows => {
    let to = 0;
    for (let row = 0; row < rows; row++) {
      for (let output = 0; output < outputs; output++) {
        for (let column = 0; column < width; column++) {
          const value = Math.fround(x[row * width + column] as number);
          const term = Math.fround(value * (weights[output * width + column] as number));
          y[to++] = Number.isNaN(value) ? 0 : term;
        }
        y[to++] = bias[output] as number;
      }
    }
  };
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(exp(-x)) : Math.log1p(exp(x));
}

function rise32(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const gap = Math.fround(site.node.attributes['gap'] as number);
  return rows => {
    for (let start = 0; start < rows * width; start += width) {
      let value = x[start] as number;
      y[start] = value;
      for (let at = start + 1; at < start + width; at++) {
        value = Math.fround(value + Math.fround(gap + Math.fround(softplus(x[at] as number))));
        y[at] = value;
      }
    }
  };
}

/** By insertion: rows are short. */
function sortRows(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let start = 0; start < rows * width; start += width) {
      for (let at = start; at < start + width; at++) {
        const value = x[at] as number;
        let to = at;
        for (; to > start && (y[to - 1] as number) > value; to--) y[to] = y[to - 1] as number;
        y[to] = value;
      }
    }
  };
}

function nanWhere(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const wanted = Math.fround(site.node.attributes['value'] as number);
  return rows => {
    for (let at = 0; at < rows * width; at++) {
      const value = x[at] as number;
      y[at] = Math.fround(value) === wanted ? Number.NaN : value;
    }
  };
}

function codeNumbers(site: Site): Kernel {
  const x = site.blocks[0] as Int32Array;
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = x[at] as number;
  };
}

export const singleKernels = defineKernels({
  map32: { cost: ({ output }) => output.width * 15, make: map32 },
  softmax32: { cost: ({ output }) => output.width * 20, make: softmax32 },
  affine32: { cost: site => site.output.width * (widthOf(site) * 2 + 3), make: affine32 },
  terms32: { cost: ({ output }) => output.width * 2, make: terms32 },
  rise32: { cost: ({ output }) => output.width * 30, make: rise32 },
  sortRows: { cost: ({ output }) => output.width * (output.width / 4 + 4), make: sortRows },
  nanWhere: { cost: ({ output }) => output.width, make: nanWhere },
  codeNumbers: { cost: ({ output }) => output.width, make: codeNumbers },
});
