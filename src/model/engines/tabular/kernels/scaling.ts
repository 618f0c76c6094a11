import { tabularErrors } from '../errors.ts';
import {
  arrayOf,
  defineKernels,
  matrixOf,
  sparseOf,
  valuesOf,
  widthOf,
  type Kernel,
  type Site,
  type SurveyingKernel,
} from '../kernel.ts';
import type { SparseRows } from '../sparse.ts';

/** One number for each column, whether the plan has one for all or one for each. */
function perColumn(site: Site, name: string): Float64Array {
  const values = arrayOf(site, name, 'f64');
  const width = widthOf(site);
  return values.length === width ? values : new Float64Array(width).fill(values[0] as number);
}

function clip(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const low = perColumn(site, 'low');
  const high = perColumn(site, 'high');
  const width = low.length;
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < width; column++) {
        const value = x[row * width + column] as number;
        const least = low[column] as number;
        const most = high[column] as number;
        y[row * width + column] = value < least ? least : value > most ? most : value;
      }
  };
}

function refuseBelow(site: Site, value: number, row: number, column: number): never {
  const { owner, least, strict } = site.node.attributes;
  const limit = strict === true ? `above ${String(least)}` : `of at least ${String(least)}`;
  throw tabularErrors.make['features-range'](
    `${site.place(row, column, String(owner))} is ${value}: ${String(owner)} takes values ${limit}`,
  );
}

function notBelow(site: Site): Kernel {
  const least = site.node.attributes['least'] as number;
  const isBelow =
    site.node.attributes['strict'] === true
      ? (value: number) => value <= least
      : (value: number) => value < least;
  if (site.output.kind === 'sparse') {
    const x = sparseOf(site);
    return rows => {
      for (let row = 0; row < rows; row++)
        for (let at = x.starts[row] as number; at < (x.starts[row + 1] as number); at++) {
          const value = x.values[at] as number;
          if (isBelow(value)) refuseBelow(site, value, row, x.columns[at] as number);
        }
    };
  }
  const x = matrixOf(site);
  const width = widthOf(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) {
      const value = x[at] as number;
      if (isBelow(value)) refuseBelow(site, value, Math.floor(at / width), at % width);
    }
  };
}

/** Norm of the values from `start` to `end`. */
type Norm = (values: Float64Array, start: number, end: number) => number;

const norms: Readonly<Record<string, Norm>> = {
  l1(values, start, end) {
    let sum = 0;
    for (let at = start; at < end; at++) sum += Math.abs(values[at] as number);
    return sum;
  },
  l2(values, start, end) {
    let sum = 0;
    for (let at = start; at < end; at++) sum += (values[at] as number) * (values[at] as number);
    return Math.sqrt(sum);
  },
  max(values, start, end) {
    let largest = 0;
    for (let at = start; at < end; at++) largest = Math.max(largest, Math.abs(values[at] as number));
    return largest;
  },
  signedMax(values, start, end) {
    let largest = values[start] as number;
    for (let at = start; at < end; at++) largest = Math.max(largest, values[at] as number);
    return largest;
  },
};

function divide(x: Float64Array, y: Float64Array, start: number, end: number, divisor: number): void {
  for (let at = start; at < end; at++) y[at] = (x[at] as number) / divisor;
}

/** `sklearn.preprocessing.normalize` */
function unitRows(site: Site): Kernel {
  const norm = norms[site.node.attributes['norm'] as string] as Norm;
  if (site.output.kind === 'sparse')
    return sparseValues(site, (x, y, rows) => {
      for (let row = 0; row < rows; row++) {
        const start = x.starts[row] as number;
        const end = x.starts[row + 1] as number;
        divide(x.values, y, start, end, norm(x.values, start, end) || 1);
      }
    });
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      divide(x, y, start, start + width, norm(x, start, start + width) || 1);
    }
  };
}

/** Writes new values for sparse rows that stay where they are. */
function sparseValues(
  site: Site,
  write: (x: SparseRows, values: Float64Array, rows: number) => void,
): Kernel {
  const x = sparseOf(site);
  const y = site.target as SparseRows;
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      const length = (x.starts[row + 1] as number) - (x.starts[row] as number);
      y.reserve(length);
      y.endRow(length);
    }
    y.columns.set(x.columns.subarray(0, y.count));
    write(x, y.values, rows);
  };
}

/** `sklearn.decomposition.SparsePCA` before 0.22 */
function unitColumns(site: Site): SurveyingKernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const squares = new Float64Array(width);
  return {
    begin() {
      squares.fill(0);
    },
    survey(rows) {
      for (let at = 0; at < rows * width; at++)
        squares[at % width] = (squares[at % width] as number) + (x[at] as number) ** 2;
    },
    run(rows) {
      const lengths = squares.map(square => Math.sqrt(square) || 1);
      for (let at = 0; at < rows * width; at++) y[at] = (x[at] as number) / (lengths[at % width] as number);
    },
  };
}

function scaleColumns(site: Site): Kernel {
  const factors = arrayOf(site, 'factors', 'f64');
  if (site.output.kind === 'sparse')
    return sparseValues(site, (x, y, rows) => {
      const end = x.starts[rows] as number;
      for (let at = 0; at < end; at++)
        y[at] = (x.values[at] as number) * (factors[x.columns[at] as number] as number);
    });
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = factors.length;
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < width; column++)
        y[row * width + column] = (x[row * width + column] as number) * (factors[column] as number);
  };
}

function step(site: Site): Kernel {
  const threshold = site.node.attributes['threshold'] as number;
  if (site.output.kind === 'sparse') return sparseStep(site, threshold);
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = (x[at] as number) > threshold ? 1 : 0;
  };
}

function sparseStep(site: Site, threshold: number): Kernel {
  const x = sparseOf(site);
  const y = site.target as SparseRows;
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      const start = x.starts[row] as number;
      const end = x.starts[row + 1] as number;
      y.reserve(end - start);
      const first = y.count;
      let length = 0;
      for (let at = start; at < end; at++) {
        if (!((x.values[at] as number) > threshold)) continue;
        y.columns[first + length] = x.columns[at] as number;
        y.values[first + length++] = 1;
      }
      y.endRow(length);
    }
  };
}

type Power = (value: number, exponent: number) => number;

function boxCox(value: number, exponent: number): number {
  const log = Math.log(value);
  return exponent === 0 ? log : Math.expm1(exponent * log) / exponent;
}

function fromBoxCox(value: number, exponent: number): number {
  return exponent === 0 ? Math.exp(value) : (value * exponent + 1) ** (1 / exponent);
}

/** Below this an exponent counts as 0: `np.spacing(1.0)`. */
const tiny = Number.EPSILON;

function yeoJohnson(value: number, exponent: number): number {
  if (value >= 0)
    return Math.abs(exponent) < tiny
      ? Math.log1p(value)
      : Math.expm1(exponent * Math.log1p(value)) / exponent;
  const mirrored = 2 - exponent;
  return Math.abs(mirrored) > tiny
    ? -Math.expm1(mirrored * Math.log1p(-value)) / mirrored
    : -Math.log1p(-value);
}

function fromYeoJohnson(value: number, exponent: number): number {
  if (value >= 0)
    return Math.abs(exponent) < tiny
      ? Math.expm1(value)
      : Math.expm1(Math.log1p(value * exponent) / exponent);
  const mirrored = 2 - exponent;
  return Math.abs(mirrored) > tiny
    ? -Math.expm1(Math.log1p(-mirrored * value) / mirrored)
    : -Math.expm1(-value);
}

const powers: Readonly<Record<string, Power>> = {
  boxCox,
  yeoJohnson,
  fromBoxCox,
  fromYeoJohnson,
};

function power(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const exponents = arrayOf(site, 'exponents', 'f64');
  const width = exponents.length;
  const { form, inverse } = site.node.attributes;
  const names: Readonly<Record<string, string>> = { boxCox: 'fromBoxCox', yeoJohnson: 'fromYeoJohnson' };
  const name = inverse === true ? names[form as string] : (form as string);
  const transform = powers[name as string] as Power;
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < width; column++)
        y[row * width + column] = transform(x[row * width + column] as number, exponents[column] as number);
  };
}

export const scalingKernels = defineKernels({
  clip: { cost: ({ output }) => output.width * 1.5, make: clip },
  notBelow: { cost: valuesOf, passes: true, make: notBelow },
  unitRows: { cost: sizes => valuesOf(sizes) * 3 + 20, make: unitRows },
  unitColumns: { cost: ({ output }) => output.width * 4, make: unitColumns },
  scaleColumns: {
    cost: sizes => valuesOf(sizes) * (sizes.output.kind === 'sparse' ? 8 : 1.5),
    make: scaleColumns,
  },
  step: { cost: sizes => valuesOf(sizes) * 2, make: step },
  power: { cost: ({ output }) => output.width * 40, make: power },
});
