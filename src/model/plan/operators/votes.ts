import {
  codesInput,
  defineOperators,
  expectShape,
  matrix,
  matrixInput,
  sizeOf,
  type NodeFacts,
  type Shape,
} from './definition.ts';

/** All inputs are matrices of one width, and so is what comes of them. */
function sameWidth(node: NodeFacts): Shape {
  const width = matrixInput(node);
  for (let index = 1; index < node.inputs.length; index++) {
    const found = matrixInput(node, index);
    if (found !== width) node.fail(`input ${index} has ${found} columns, expected ${width}`);
  }
  return matrix(width);
}

/** What several models say about a row, made into one answer. */
export const voteOperators = defineOperators({
  weightedSum: {
    meaning:
      'The sum of all inputs, each multiplied by its number of `weights` [inputs], added in their order.',
    inputs: 'many',
    attributes: {},
    arrays: { weights: { dtype: 'f64', rank: 1 } },
    check(node) {
      expectShape(node, 'weights', [node.inputs.length]);
      return sameWidth(node);
    },
  },
  product: {
    meaning: 'The product of all inputs, value by value, in their order.',
    inputs: 'many',
    attributes: {},
    arrays: {},
    check: sameWidth,
  },
  logMeanExp: {
    meaning: 'The logarithm of the mean of exp over all inputs, value by value.',
    inputs: 'many',
    attributes: {},
    arrays: {},
    check: sameWidth,
  },
  countVotes: {
    meaning:
      'A column for each code there may be: the sum of `weights` [columns of the input] of the columns that have it.',
    inputs: 1,
    attributes: {},
    arrays: { weights: { dtype: 'f64', rank: 1 } },
    check(node) {
      const { width, cardinality } = codesInput(node);
      expectShape(node, 'weights', [width]);
      return matrix(cardinality);
    },
  },
  indicate: {
    meaning: 'A column for each code there may be: `on` in the column of the row’s code, `off` elsewhere.',
    inputs: 1,
    attributes: { on: { kind: 'number' }, off: { kind: 'number' } },
    arrays: {},
    check(node) {
      const { width, cardinality } = codesInput(node);
      if (width !== 1) node.fail('takes a single column of codes');
      return matrix(cardinality);
    },
  },
  decode: {
    meaning: 'The number of `values` that each code stands for.',
    inputs: 1,
    attributes: {},
    arrays: { values: { dtype: 'f64', rank: 1 } },
    check(node) {
      const { width, cardinality } = codesInput(node);
      const count = sizeOf(node, 'values', 0);
      if (count < cardinality) node.fail(`values has ${count} numbers for ${cardinality} codes`);
      return matrix(width);
    },
  },
  centreRows: {
    meaning: 'Each value minus `share` times the sum of its row.',
    inputs: 1,
    attributes: { share: { kind: 'number' } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  productDistances: {
    meaning:
      'The Euclidean distance to each row of `centres` [outputs, inputs], from products as libraries expand it: the root of (x·x - 2 x·c) + c·c, or 0 where that is below 0; with `squared` without the root, which makes equals of what is not.',
    inputs: 1,
    attributes: { squared: { kind: 'flag' } },
    arrays: { centres: { dtype: 'f64', rank: 2 } },
    check(node) {
      const outputs = sizeOf(node, 'centres', 0);
      expectShape(node, 'centres', [outputs, matrixInput(node)]);
      return matrix(outputs);
    },
  },
  weightedMedian: {
    meaning:
      'The smallest value of the row such that the `weights` [columns] of it and those below come to half of all weights.',
    inputs: 1,
    attributes: {},
    arrays: { weights: { dtype: 'f64', rank: 1 } },
    check(node) {
      expectShape(node, 'weights', [matrixInput(node)]);
      return matrix(1);
    },
  },
});
