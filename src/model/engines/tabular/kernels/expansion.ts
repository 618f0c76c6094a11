import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site, type Sizes } from '../kernel.ts';
import { interpolated, lastNotAbove } from '../interpolation.ts';
import { splines } from './splines.ts';

function discretize(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const edges = arrayOf(site, 'edges', 'f64');
  const starts = arrayOf(site, 'starts', 'i32');
  const { absolute, relative } = site.node.attributes as { absolute: number; relative: number };
  const shifts = absolute !== 0 || relative !== 0;
  return rows => {
    for (let column = 0; column < width; column++) {
      const first = starts[column] as number;
      const end = starts[column + 1] as number;
      for (let at = column; at < rows * width; at += width) {
        const value = x[at] as number;
        const shifted = shifts ? value + (absolute + relative * Math.abs(value)) : value;
        y[at] = lastNotAbove(edges, first, end, shifted) - first + 1;
      }
    }
  };
}

/** `sklearn.preprocessing.QuantileTransformer`, one column. */
interface Scale {
  readonly quantiles: Float64Array;
  readonly references: Float64Array;
  /** The same from the last to the first, negated. */
  readonly falling: Float64Array;
  readonly fallingReferences: Float64Array;
}

function negatedBack(values: Float64Array): Float64Array {
  return values.toReversed().map(value => -value);
}

/** Rounds as the library does where the features of a call are float32. */
type Round = (value: number) => number;

function placeIn(
  { quantiles, references, falling, fallingReferences }: Scale,
  value: number,
  margin: number,
  round: Round,
): number {
  const low = quantiles[0] as number;
  const high = quantiles.at(-1) as number;
  if (margin > 0 ? round(value - margin) < low : value === low) return references[0] as number;
  if (margin > 0 ? round(value + margin) > high : value === high) return references.at(-1) as number;
  if (Number.isNaN(value)) return value;
  return (
    0.5 * (interpolated(quantiles, references, value) - interpolated(falling, fallingReferences, -value))
  );
}

function valueAt({ quantiles, references }: Scale, place: number, margin: number, round: Round): number {
  const low = references[0] as number;
  const high = references.at(-1) as number;
  if (margin > 0 ? round(place - margin) < low : place === low) return quantiles[0] as number;
  if (margin > 0 ? round(place + margin) > high : place === high) return quantiles.at(-1) as number;
  return Number.isNaN(place) ? place : interpolated(references, quantiles, place);
}

function quantiles(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const all = arrayOf(site, 'quantiles', 'f64');
  const references = arrayOf(site, 'references', 'f64');
  const points = references.length;
  const margin = site.node.attributes['margin'] as number;
  const answer = site.node.attributes['inverse'] === true ? valueAt : placeIn;
  const fallingReferences = negatedBack(references);
  const scales = Array.from({ length: width }, (_, column): Scale => {
    const own = all.subarray(column * points, (column + 1) * points);
    return { quantiles: own, references, falling: negatedBack(own), fallingReferences };
  });
  const keep: Round = value => value;
  return rows => {
    const round = site.frame.single ? Math.fround : keep;
    for (const [column, scale] of scales.entries())
      for (let at = column; at < rows * width; at += width)
        y[at] = answer(scale, x[at] as number, margin, round);
  };
}

function products(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const columns = arrayOf(site, 'columns', 'i32');
  const starts = arrayOf(site, 'starts', 'i32');
  const outputs = starts.length - 1;
  return rows => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      for (let output = 0; output < outputs; output++) {
        let product = 1;
        for (let at = starts[output] as number; at < (starts[output + 1] as number); at++)
          product *= x[from + (columns[at] as number)] as number;
        y[row * outputs + output] = product;
      }
    }
  };
}

function pointsOf({ node }: Sizes): number {
  return node.arrays['references']?.shape[0] ?? 1;
}

function convolve(site: Site): Kernel {
  const one = matrixOf(site);
  const other = matrixOf(site, 1);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    y.fill(0, 0, rows * width);
    for (let from = 0; from < rows * width; from += width)
      for (let place = 0; place < width; place++) {
        const value = one[from + place] as number;
        if (value === 0) continue;
        for (let at = 0; at < width; at++) {
          const target = from + ((place + at) % width);
          y[target] = (y[target] as number) + value * (other[from + at] as number);
        }
      }
  };
}

export const expansionKernels = defineKernels({
  discretize: { cost: ({ output }) => output.width * 25, make: discretize },
  quantiles: { cost: sizes => sizes.output.width * 30 * Math.log2(pointsOf(sizes) + 1), make: quantiles },
  products: {
    cost: ({ node, output }) => output.width * 5 + (node.arrays['columns']?.shape[0] ?? 0) * 3,
    make: products,
  },
  convolve: { cost: ({ output }) => output.width ** 2, make: convolve },
  splines: { cost: ({ output }) => output.width * 15, make: splines },
});
