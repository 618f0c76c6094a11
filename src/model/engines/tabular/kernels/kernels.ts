import { exp } from '../exponential.ts';
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
} from '../kernel.ts';
import { squaredDistances } from './sums-distances.ts';
import { dotProducts } from './sums-products.ts';
import type { MakeSums } from './sums.ts';

/** One vector at a time, for what is seldom asked. */
function byTerm(term: (x: number, vector: number) => number): MakeSums {
  return (x, vectors, count, width) => (y, rows) => {
    for (let row = 0; row < rows; row++)
      for (let vector = 0; vector < count; vector++) {
        let sum = 0;
        for (let column = 0; column < width; column++)
          sum += term(x[row * width + column] as number, vectors[vector * width + column] as number);
        y[row * count + vector] = sum;
      }
  };
}

const manhattan = byTerm((x, vector) => Math.abs(x - vector));

/** `sklearn.metrics.pairwise.additive_chi2_kernel` */
const chiSquared = byTerm((x, vector) => {
  const total = x + vector;
  return total === 0 ? 0 : (-(x - vector) * (x - vector)) / total;
});

/** The product of what becomes of the columns' differences, in place of a sum. */
function byFactor(factor: (difference: number) => number): MakeSums {
  return (x, vectors, count, width) => (y, rows) => {
    for (let row = 0; row < rows; row++)
      for (let vector = 0; vector < count; vector++) {
        let product = 1;
        for (let column = 0; column < width; column++)
          product *= factor(
            Math.abs((x[row * width + column] as number) - (vectors[vector * width + column] as number)),
          );
        y[row * count + vector] = product;
      }
  };
}

/** `sklearn.gaussian_process.correlation_models.cubic` */
function cubic(difference: number): number {
  const near = Math.min(difference, 1);
  return 1 - near ** 2 * (3 - 2 * near);
}

/** What a kernel function is computed from: dot products unless it is here. */
const sumsByFunction: Readonly<Record<string, MakeSums>> = {
  tent: byFactor(difference => 1 - Math.min(difference, 1)),
  cubic: byFactor(cubic),
  nugget: byFactor(difference => (difference === 0 ? 1 : 0)),
  squares: squaredDistances,
  rbf: squaredDistances,
  laplacian: manhattan,
  additiveChi2: chiSquared,
  chi2: chiSquared,
};

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

/** Turns dot products or distances, already in `y`, into the kernel's values. */
type Finish = (y: Float64Array, count: number) => void;

function exponentialOf(scale: number): Finish {
  return (y, count) => {
    for (let at = 0; at < count; at++) y[at] = exp(scale * (y[at] as number));
  };
}

function polynomial(scale: number, shift: number, degree: number): Finish {
  const power = Number.isSafeInteger(degree) && degree >= 0 ? powerOf : Math.pow;
  return (y, count) => {
    for (let at = 0; at < count; at++) y[at] = power(scale * (y[at] as number) + shift, degree);
  };
}

function sigmoid(scale: number, shift: number): Finish {
  return (y, count) => {
    for (let at = 0; at < count; at++) y[at] = Math.tanh(scale * (y[at] as number) + shift);
  };
}

function finishOf(site: Site): Finish {
  const { gamma, coef0, degree } = site.node.attributes as Record<'gamma' | 'coef0' | 'degree', number>;
  switch (site.node.attributes['function'] as string) {
    case 'rbf':
    case 'laplacian':
    case 'powers':
      return exponentialOf(-gamma);
    case 'chi2':
      return exponentialOf(gamma);
    case 'poly':
      return polynomial(gamma, coef0, degree);
    case 'sigmoid':
      return sigmoid(gamma, coef0);
    default:
      return () => {};
  }
}

function sumsOf(name: string, degree: number): MakeSums {
  if (name === 'powers') return byTerm((x, vector) => Math.abs(x - vector) ** degree);
  return sumsByFunction[name] ?? dotProducts;
}

function kernel(site: Site): Kernel {
  const y = site.target as Float64Array;
  const count = site.output.width;
  const name = site.node.attributes['function'] as string;
  const makeSums = sumsOf(name, site.node.attributes['degree'] as number);
  const sums = makeSums(matrixOf(site), arrayOf(site, 'vectors', 'f64'), count, widthOf(site));
  const finish = finishOf(site);
  return rows => {
    sums(y, rows);
    finish(y, rows * count);
  };
}

/** Squares of the vectors' lengths. */
function squaresOf(values: Float64Array, rows: Int32Array, count: number): Float64Array {
  const squares = new Float64Array(count);
  for (let at = 0; at < values.length; at++) {
    const row = rows[at] as number;
    squares[row] = (squares[row] as number) + (values[at] as number) ** 2;
  }
  return squares;
}

/**
 * Column by column: only vectors that share a column with the row are looked at. Distances are lengths less twice the dot
 * product, exact enough where few columns are shared.
 */
function kernelSparse(site: Site): Kernel {
  const y = site.target as Float64Array;
  const count = site.output.width;
  const width = widthOf(site);
  const values = arrayOf(site, 'values', 'f64');
  const vectors = arrayOf(site, 'rows', 'i32');
  const starts = arrayOf(site, 'starts', 'i32');
  const squares = site.node.attributes['function'] === 'rbf' ? squaresOf(values, vectors, count) : undefined;
  const finish = finishOf(site);

  function addColumn(to: number, column: number, value: number): void {
    const end = starts[column + 1] as number;
    for (let at = starts[column] as number; at < end; at++) {
      const index = to + (vectors[at] as number);
      y[index] = (y[index] as number) + value * (values[at] as number);
    }
  }

  /** From dot products to squared distances. */
  function toDistances(to: number, square: number, lengths: Float64Array): void {
    for (let vector = 0; vector < count; vector++) {
      const distance = square + (lengths[vector] as number) - 2 * (y[to + vector] as number);
      y[to + vector] = Math.max(distance, 0);
    }
  }

  /** Adds the columns of a row; gives the square of its length. */
  const addRow = site.inputs[0]?.kind === 'sparse' ? sparseRow() : denseRow();

  function sparseRow() {
    const x = sparseOf(site);
    return (row: number): number => {
      let square = 0;
      const end = x.starts[row + 1] as number;
      for (let at = x.starts[row] as number; at < end; at++) {
        const value = x.values[at] as number;
        addColumn(row * count, x.columns[at] as number, value);
        square += value * value;
      }
      return square;
    };
  }

  function denseRow() {
    const x = matrixOf(site);
    return (row: number): number => {
      let square = 0;
      for (let column = 0; column < width; column++) {
        const value = x[row * width + column] as number;
        if (value !== 0) addColumn(row * count, column, value);
        square += value * value;
      }
      return square;
    };
  }

  return rows => {
    y.fill(0, 0, rows * count);
    for (let row = 0; row < rows; row++) {
      const square = addRow(row);
      if (squares !== undefined) toDistances(row * count, square, squares);
    }
    finish(y, rows * count);
  };
}

/** Nanoseconds for a column of a row with one of a vector, where it is not a dot product: of those several go at once. */
const termCosts: Readonly<Record<string, number>> = {
  laplacian: 2,
  powers: 25,
  tent: 3,
  cubic: 4,
  nugget: 3,
  additiveChi2: 6,
  chi2: 6,
};

/** Nanoseconds for the kernel's value of a sum. */
const finishCosts: Readonly<Record<string, number>> = {
  rbf: 12,
  laplacian: 12,
  powers: 12,
  chi2: 12,
  poly: 20,
  sigmoid: 30,
};

function termCost({ node }: Sizes): number {
  return termCosts[node.attributes['function'] as string] ?? 0.7;
}

function finishCost({ node }: Sizes): number {
  return finishCosts[node.attributes['function'] as string] ?? 1;
}

/** Values of the vectors in columns that a row has too. */
function sharedCells(sizes: Sizes): number {
  return (valuesOf(sizes) * (sizes.node.arrays['values']?.shape[0] ?? 0)) / widthOf(sizes);
}

export const kernelKernels = defineKernels({
  kernel: {
    cost: site => site.output.width * (widthOf(site) * termCost(site) + finishCost(site)),
    make: kernel,
  },
  kernelSparse: {
    cost: site => sharedCells(site) * 5 + site.output.width * finishCost(site),
    make: kernelSparse,
  },
});
