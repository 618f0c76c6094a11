import {
  defineOperators,
  expectShape,
  expectStarts,
  expectWithin,
  matrix,
  matrixInput,
  sizeOf,
  widestMatrix,
  type NodeFacts,
} from './definition.ts';

/** Columns of an output that has one group for each input column. */
function outputWidth(node: NodeFacts, each: number): number {
  const width = matrixInput(node) * each;
  return width <= widestMatrix && width > 0 ? width : node.fail(`would give ${width} columns`);
}

/** Bins, quantiles, products and splines of columns. */
export const expansionOperators = defineOperators({
  discretize: {
    meaning:
      'How many of its column’s `edges` (rising, those of column `c` from `starts[c]` to `starts[c + 1]`) are not above the value, to which `absolute` + `relative` |value| is added first.',
    inputs: 1,
    attributes: { absolute: { kind: 'number' }, relative: { kind: 'number' } },
    arrays: { edges: { dtype: 'f64', rank: 1 }, starts: { dtype: 'i32', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      expectShape(node, 'starts', [width + 1]);
      expectStarts(node, 'starts', sizeOf(node, 'edges', 0));
      return matrix(width);
    },
  },
  quantiles: {
    meaning:
      'Each value’s place among its column’s `quantiles` [inputs, points], on the scale of `references` [points]: the mean of interpolating upwards and downwards, so that equal quantiles give the middle of their places. Values less than `margin` from the first or last quantile, or equal to it when `margin` is 0, have the first or last reference. With `inverse` the value at a place instead.',
    inputs: 1,
    attributes: { margin: { kind: 'number' }, inverse: { kind: 'flag' } },
    arrays: { quantiles: { dtype: 'f64', rank: 2 }, references: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      const points = sizeOf(node, 'references', 0);
      if (points < 1) node.fail('has no points');
      expectShape(node, 'quantiles', [width, points]);
      return matrix(width);
    },
  },
  products: {
    meaning:
      'For each output the product of the columns listed, from `starts[o]` to `starts[o + 1]`, multiplied in that order; 1 when none is.',
    inputs: 1,
    attributes: {},
    arrays: { columns: { dtype: 'i32', rank: 1 }, starts: { dtype: 'i32', rank: 1 } },
    check(node) {
      const listed = expectWithin(node, 'columns', matrixInput(node)).length;
      return matrix(expectStarts(node, 'starts', listed));
    },
  },
  convolve: {
    meaning:
      'The circular convolution of two inputs of the same width: output `k` is the sum of the products of their columns whose places add up to `k`, or to `k` and the width.',
    inputs: 2,
    attributes: {},
    arrays: {},
    check(node) {
      const width = matrixInput(node);
      if (matrixInput(node, 1) !== width) node.fail('takes two inputs of the same width');
      return matrix(width);
    },
  },
  splines: {
    meaning:
      'B-splines of `degree` on the `knots` [inputs, knots] of each column, mixed by `coefficients` [splines, outputs]: `outputs` columns for each input. Beyond the base interval the outer polynomials go on (continue), the values (constant) or the slopes (linear) at the border do, the value is taken into the interval by its period (periodic), or it is refused. NaN gives zeros.',
    inputs: 1,
    attributes: {
      owner: { kind: 'text' },
      degree: { kind: 'integer', min: 0, max: 64 },
      outside: { kind: 'choice', of: ['continue', 'constant', 'linear', 'periodic', 'refuse'] },
    },
    arrays: { knots: { dtype: 'f64', rank: 2 }, coefficients: { dtype: 'f64', rank: 2 } },
    check(node) {
      const width = matrixInput(node);
      const knots = sizeOf(node, 'knots', 1);
      const splines = knots - (node.attributes['degree'] as number) - 1;
      if (splines <= (node.attributes['degree'] as number)) node.fail(`${knots} knots are too few`);
      expectShape(node, 'knots', [width, knots]);
      const outputs = sizeOf(node, 'coefficients', 1);
      expectShape(node, 'coefficients', [splines, outputs]);
      return matrix(outputWidth(node, outputs));
    },
  },
});
