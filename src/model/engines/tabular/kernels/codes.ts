import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

function argmax(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Int32Array;
  const width = widthOf(site);
  return rows => {
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      let best = 0;
      let largest = x[start] as number;
      for (let column = 1; column < width; column++) {
        const value = x[start + column] as number;
        // As in NumPy, the first NaN counts as the largest.
        if (value > largest || (value !== value && largest === largest)) {
          largest = value;
          best = column;
        }
      }
      y[row] = best;
    }
  };
}

function above(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Int32Array;
  const width = widthOf(site);
  const threshold = site.node.attributes['threshold'] as number;
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = (x[at] as number) > threshold ? 1 : 0;
  };
}

function stackCodes(site: Site): Kernel {
  const y = site.target as Int32Array;
  const width = site.output.width;
  const table = arrayOf(site, 'table', 'i32');
  return rows => {
    let first = 0;
    let entry = 0;
    for (const [input, type] of site.inputs.entries()) {
      const x = site.blocks[input] as Int32Array;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < type.width; column++)
          y[row * width + first + column] = table[entry + (x[row * type.width + column] as number)] as number;
      }
      first += type.width;
      entry += type.kind === 'codes' ? type.cardinality : 0;
    }
  };
}

export const codeKernels = defineKernels({
  argmax: { cost: site => widthOf(site) * 1.5 + 2, make: argmax },
  above: { cost: ({ output }) => output.width, make: above },
  stackCodes: { cost: ({ output }) => output.width * 3, make: stackCodes },
});
