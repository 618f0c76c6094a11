import { tabularErrors } from '../errors.ts';
import { interpolated } from '../interpolation.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

function constant(site: Site): Kernel {
  const y = site.target as Float64Array;
  const values = arrayOf(site, 'values', 'f64');
  return rows => {
    for (let row = 0; row < rows; row++) y.set(values, row * values.length);
  };
}

/** One bound for each column, whether the plan has one for all or one for each. */
function boundsOf(site: Site, name: string): Float64Array {
  const bounds = arrayOf(site, name, 'f64');
  const width = widthOf(site);
  return bounds.length === width ? bounds : new Float64Array(width).fill(bounds[0] as number);
}

function within(site: Site): Kernel {
  const x = matrixOf(site);
  const width = widthOf(site);
  const low = boundsOf(site, 'low');
  const high = boundsOf(site, 'high');
  const owner = String(site.node.attributes['owner']);
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < width; column++) {
        const value = x[row * width + column] as number;
        const least = low[column] as number;
        const most = high[column] as number;
        if (value < least || value > most)
          throw tabularErrors.make['features-range'](
            `${site.place(row, column, owner)} is ${value}: ${owner} takes values from ${least} to ${most}`,
          );
      }
  };
}

/** `numpy.interp`, and beyond the ends `scipy.interpolate.interp1d`. */
function interpolate(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const knots = arrayOf(site, 'knots', 'f64');
  const heights = arrayOf(site, 'heights', 'f64');
  const nearest = site.node.attributes['outside'] === 'nearest';
  const first = knots[0] as number;
  const last = knots[knots.length - 1] as number;

  function heightAt(value: number): number {
    if (Number.isNaN(value)) return value;
    return nearest || (value >= first && value <= last) ? interpolated(knots, heights, value) : Number.NaN;
  }

  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = heightAt(x[at] as number);
  };
}

function lookup(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const table = arrayOf(site, 'table', 'f64');
  const starts = arrayOf(site, 'starts', 'i32');
  const bias = arrayOf(site, 'bias', 'f64');
  const outputs = bias.length;

  function entryOf(row: number, column: number): number {
    const value = x[row * width + column] as number;
    const start = starts[column] as number;
    const count = (starts[column + 1] as number) - start;
    const whole = Math.trunc(value);
    if (whole >= 0 && whole < count) return start + whole;
    const owner = String(site.node.attributes['owner']);
    throw tabularErrors.make['category-unknown'](
      `${site.place(row, column, owner)} is ${value}: ${owner} was trained with the categories 0 to ${count - 1}`,
    );
  }

  return rows => {
    for (let row = 0; row < rows; row++) {
      const to = row * outputs;
      y.fill(0, to, to + outputs);
      for (let column = 0; column < width; column++) {
        const from = entryOf(row, column) * outputs;
        for (let output = 0; output < outputs; output++)
          y[to + output] = (y[to + output] as number) + (table[from + output] as number);
      }
      for (let output = 0; output < outputs; output++)
        y[to + output] = (y[to + output] as number) + (bias[output] as number);
    }
  };
}

export const tableKernels = defineKernels({
  constant: { cost: ({ output }) => output.width, make: constant },
  within: { cost: ({ output }) => output.width * 2, passes: true, make: within },
  interpolate: { cost: ({ output }) => output.width * 30, make: interpolate },
  lookup: { cost: site => widthOf(site) * (site.output.width * 2 + 5), make: lookup },
});
