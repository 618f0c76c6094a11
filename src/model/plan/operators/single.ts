import { defineOperators, expectShape, matrix, matrixInput, codesInput, sizeOf } from './definition.ts';

/**
 * What libraries compute in float32 whatever they are given: every step is rounded to float32, so that sums, borders and
 * ties come out as theirs.
 */
export const singleOperators = defineOperators({
  map32: {
    meaning:
      'One function of every value, step by step in float32: 1 / (1 + exp(-x)), exp(x), or 1 above 0 and 0 elsewhere.',
    inputs: 1,
    attributes: { function: { kind: 'choice', of: ['sigmoid', 'exp', 'step'] } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  softmax32: {
    meaning:
      'exp(x - largest of the row), rounded to float32, divided by their sum in float64 rounded to float32.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  affine32: {
    meaning:
      '`bias` [outputs], plus the row times the transpose of `weights` [outputs, inputs], added column by column in float32; NaN adds nothing.',
    inputs: 1,
    attributes: {},
    arrays: { weights: { dtype: 'f64', rank: 2 }, bias: { dtype: 'f64', rank: 1 } },
    check(node) {
      const outputs = sizeOf(node, 'weights', 0);
      expectShape(node, 'weights', [outputs, matrixInput(node)]);
      expectShape(node, 'bias', [outputs]);
      return matrix(outputs);
    },
  },
  terms32: {
    meaning:
      'The terms of affine32 instead of their sum: for each output a column an input, rounded to float32, 0 for NaN, and the bias last.',
    inputs: 1,
    attributes: {},
    arrays: { weights: { dtype: 'f64', rank: 2 }, bias: { dtype: 'f64', rank: 1 } },
    check(node) {
      const outputs = sizeOf(node, 'weights', 0);
      const width = matrixInput(node);
      expectShape(node, 'weights', [outputs, width]);
      expectShape(node, 'bias', [outputs]);
      return matrix(outputs * (width + 1));
    },
  },
  rise32: {
    meaning:
      'The first value of the row, and then each one before it plus `gap` plus log(1 + exp(x)), in float32.',
    inputs: 1,
    attributes: { gap: { kind: 'number' } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  sortRows: {
    meaning: 'The values of each row, the smallest first; NaN stays where it is.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  nanWhere: {
    meaning: 'NaN in place of values that are `value` when both are rounded to float32.',
    inputs: 1,
    attributes: { value: { kind: 'number' } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  codeNumbers: {
    meaning: 'Codes as numbers: the column of class indices that some libraries answer with.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => matrix(codesInput(node).width),
  },
});
