import { tabularErrors } from '../errors.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

/** Words for a value that is not accepted, after scikit-learn's `_assert_all_finite`. */
function refuse(site: Site, value: number, row: number, column: number): never {
  const { owner, range } = site.node.attributes;
  const place = site.frame.place(row, column);
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
  return rows => {
    const count = rows * width;
    for (let at = 0; at < count; at++) {
      const value = x[at] as number;
      if (value <= largest && value >= -largest) continue;
      if (allowNaN && Number.isNaN(value)) continue;
      refuse(site, value, Math.floor(at / width), at % width);
    }
  };
}

function columns(site: Site): Kernel {
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

const columnwiseLoops = {
  add(x: Float64Array, y: Float64Array, operand: Float64Array, width: number, count: number) {
    for (let at = 0, column = 0; at < count; at++) {
      y[at] = (x[at] as number) + (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
  subtract(x: Float64Array, y: Float64Array, operand: Float64Array, width: number, count: number) {
    for (let at = 0, column = 0; at < count; at++) {
      y[at] = (x[at] as number) - (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
  multiply(x: Float64Array, y: Float64Array, operand: Float64Array, width: number, count: number) {
    for (let at = 0, column = 0; at < count; at++) {
      y[at] = (x[at] as number) * (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
  divide(x: Float64Array, y: Float64Array, operand: Float64Array, width: number, count: number) {
    for (let at = 0, column = 0; at < count; at++) {
      y[at] = (x[at] as number) / (operand[column] as number);
      if (++column === width) column = 0;
    }
  },
};

function columnwise(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const operand = arrayOf(site, 'operand', 'f64');
  const roundsOperand = site.output.single && site.node.attributes['operandToo'] === true;
  const rounded = roundsOperand ? operand.map(Math.fround) : operand;
  const loop = columnwiseLoops[site.node.attributes['operation'] as keyof typeof columnwiseLoops];
  return rows => loop(x, y, site.frame.single ? rounded : operand, operand.length, rows * width);
}

export const rowKernels = defineKernels({
  // The program itself writes the request's rows into the target.
  input: { cost: ({ output }) => output.width * 2, make: () => () => {} },
  finite: { cost: ({ output }) => output.width, passes: true, make: finite },
  columns: { cost: ({ output }) => output.width * 1.5, make: columns },
  concatenate: { cost: ({ output }) => output.width * 1.5, make: concatenate },
  columnwise: { cost: ({ output }) => output.width * 1.5, make: columnwise },
});
