import { tabularErrors } from '../errors.ts';
import {
  arrayOf,
  defineKernels,
  matrixOf,
  sparseOf,
  textsOf,
  valuesOf,
  widthOf,
  type Kernel,
  type Site,
  type Texts,
} from '../kernel.ts';
import type { SparseRows } from '../sparse.ts';
import { checkOf, operandPassOf } from './passes.ts';

/** Words for a value that is not accepted, after scikit-learn's `_assert_all_finite`. */
function refuse(site: Site, value: number, row: number, column: number): never {
  const { owner, range } = site.node.attributes;
  const place = site.place(row, column, String(owner));
  if (Number.isNaN(value))
    throw tabularErrors.make['features-not-finite'](
      `${place} is NaN: ${owner} does not accept missing values (Input X contains NaN)`,
    );
  const limit = range === 'f32' ? "infinity or a value too large for dtype('float32')" : 'infinity';
  throw tabularErrors.make['features-not-finite'](
    `${place} is too large: ${owner} takes finite values only (Input X contains ${limit})`,
  );
}

function finite(site: Site): Kernel {
  const x = matrixOf(site);
  const width = widthOf(site);
  const allowNaN = site.node.attributes['nan'] === 'allow';
  const largest = site.node.attributes['range'] === 'f32' ? 3.402_823_466_385_288_6e38 : Number.MAX_VALUE;
  const check = checkOf(x, largest);
  return rows => {
    const count = rows * width;
    for (let at = check(count); at < count; at++) {
      const value = x[at] as number;
      if (Math.abs(value) <= largest) continue;
      if (allowNaN && Number.isNaN(value)) continue;
      refuse(site, value, Math.floor(at / width), at % width);
    }
  };
}

function columns(site: Site): Kernel {
  if (site.output.kind === 'sparse') return sparseColumns(site);
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const from = widthOf(site);
  const indices = arrayOf(site, 'indices', 'i32');
  const width = indices.length;
  return rows => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++)
        y[row * width + column] = x[row * from + (indices[column] as number)] as number;
    }
  };
}

/** Sparse columns keep rising when the list rises; else the few values of a row are put in order. */
function sparseColumns(site: Site): Kernel {
  const x = sparseOf(site);
  const y = site.target as SparseRows;
  const targets = targetsOf(arrayOf(site, 'indices', 'i32'), widthOf(site));
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      const found: [column: number, value: number][] = [];
      for (let at = x.starts[row] as number; at < (x.starts[row + 1] as number); at++)
        for (const to of targets[x.columns[at] as number] ?? []) found.push([to, x.values[at] as number]);
      found.sort(([a], [b]) => a - b);
      y.reserve(found.length);
      const first = y.count;
      for (const [index, [column, value]] of found.entries()) {
        y.columns[first + index] = column;
        y.values[first + index] = value;
      }
      y.endRow(found.length);
    }
  };
}

/** For each column the places that it goes to. */
function targetsOf(indices: Int32Array, width: number): readonly (readonly number[] | undefined)[] {
  const targets: (number[] | undefined)[] = Array.from({ length: width });
  for (const [to, from] of indices.entries()) (targets[from] ??= []).push(to);
  return targets;
}

function textColumns(site: Site): Kernel {
  const x = textsOf(site);
  const y = site.target as Texts;
  const from = widthOf(site);
  const indices = arrayOf(site, 'indices', 'i32');
  return rows => {
    for (let row = 0; row < rows; row++)
      for (const [column, index] of indices.entries())
        y[row * indices.length + column] = x[row * from + index] as string | null;
  };
}

function dense(site: Site): Kernel {
  const x = sparseOf(site);
  const y = site.target as Float64Array;
  const width = site.output.width;
  return rows => {
    y.fill(0, 0, rows * width);
    for (let row = 0; row < rows; row++)
      for (let at = x.starts[row] as number; at < (x.starts[row + 1] as number); at++)
        y[row * width + (x.columns[at] as number)] = x.values[at] as number;
  };
}

/** Appends what is not 0 in a row of a matrix, from column `first` of the target on. */
function appendDense(x: Float64Array, row: number, width: number, y: SparseRows, to: number, first: number) {
  let length = 0;
  for (let column = 0; column < width; column++) {
    const value = x[row * width + column] as number;
    if (value === 0) continue;
    y.columns[to + length] = first + column;
    y.values[to + length++] = value;
  }
  return length;
}

function appendSparse(x: SparseRows, row: number, y: SparseRows, to: number, first: number) {
  const start = x.starts[row] as number;
  const length = (x.starts[row + 1] as number) - start;
  for (let at = 0; at < length; at++) {
    y.columns[to + at] = first + (x.columns[start + at] as number);
    y.values[to + at] = x.values[start + at] as number;
  }
  return length;
}

function concatenateSparse(site: Site): Kernel {
  const y = site.target as SparseRows;
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      let first = 0;
      let length = 0;
      for (const [input, { width }] of site.inputs.entries()) {
        const x = site.blocks[input] as Float64Array | SparseRows;
        const isMatrix = x instanceof Float64Array;
        y.reserve(length + (isMatrix ? width : (x.starts[row + 1] as number) - (x.starts[row] as number)));
        length += isMatrix
          ? appendDense(x, row, width, y, y.count + length, first)
          : appendSparse(x, row, y, y.count + length, first);
        first += width;
      }
      y.endRow(length);
    }
  };
}

function concatenateTexts(site: Site): Kernel {
  const y = site.target as Texts;
  const width = site.output.width;
  return rows => {
    let first = 0;
    for (const [input, { width: from }] of site.inputs.entries()) {
      const x = textsOf(site, input);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < from; column++)
          y[row * width + first + column] = x[row * from + column] as string | null;
      first += from;
    }
  };
}

function concatenate(site: Site): Kernel {
  const y = site.target as Float64Array;
  const width = site.output.width;
  return rows => {
    let first = 0;
    for (const [input, { width: from }] of site.inputs.entries()) {
      const x = matrixOf(site, input);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < from; column++)
          y[row * width + first + column] = x[row * from + column] as number;
      }
      first += from;
    }
  };
}

type ColumnwiseLoop = (
  x: Float64Array,
  y: Float64Array,
  operand: Float64Array,
  first: number,
  count: number,
) => void;

const columnwiseLoops = {
  add(x, y, operand, first, count) {
    const width = operand.length;
    for (let at = first, column = first % width; at < count; at++) {
      y[at] = (x[at] as number) + (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
  subtract(x, y, operand, first, count) {
    const width = operand.length;
    for (let at = first, column = first % width; at < count; at++) {
      y[at] = (x[at] as number) - (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
  multiply(x, y, operand, first, count) {
    const width = operand.length;
    for (let at = first, column = first % width; at < count; at++) {
      y[at] = (x[at] as number) * (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
  divide(x, y, operand, first, count) {
    const width = operand.length;
    for (let at = first, column = first % width; at < count; at++) {
      y[at] = (x[at] as number) / (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
} as const satisfies Readonly<Record<string, ColumnwiseLoop>>;

function columnwise(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const operand = arrayOf(site, 'operand', 'f64');
  const roundsOperand = site.output.single && site.node.attributes['operandToo'] === true;
  const rounded = roundsOperand ? operand.map(Math.fround) : operand;
  const operation = site.node.attributes['operation'] as keyof typeof columnwiseLoops;
  const loop = columnwiseLoops[operation];
  const pass = operandPassOf(x, y, operation, operand);
  const passRounded = roundsOperand ? operandPassOf(x, y, operation, rounded) : pass;
  return rows => {
    const count = rows * width;
    if (site.frame.single) loop(x, y, rounded, passRounded(count), count);
    else loop(x, y, operand, pass(count), count);
  };
}

export const rowKernels = defineKernels({
  // The program itself writes the request's rows into the target.
  input: { cost: ({ output }) => output.width * 2, make: () => () => {} },
  // The reader of the request writes the target.
  eachRow: { cost: () => 2, make: () => () => {} },
  inputTexts: { cost: ({ output }) => output.width * 5, make: () => () => {} },
  textColumns: { cost: ({ output }) => output.width * 2, make: textColumns },
  dense: { cost: sizes => sizes.output.width * 0.4 + valuesOf(sizes) * 2, make: dense },
  concatenateSparse: { cost: ({ inputs }) => inputs.length * 100, make: concatenateSparse },
  concatenateTexts: { cost: ({ output }) => output.width * 2, make: concatenateTexts },
  finite: {
    cost: ({ output }) => output.width,
    passes: true,
    refuses: ({ attributes }) => attributes['nan'] !== 'allow' && attributes['range'] !== 'f32',
    make: finite,
  },
  columns: { cost: ({ output }) => output.width * 1.5, make: columns },
  concatenate: { cost: ({ output }) => output.width * 1.5, make: concatenate },
  columnwise: { cost: ({ output }) => output.width * 1.5, make: columnwise },
});
