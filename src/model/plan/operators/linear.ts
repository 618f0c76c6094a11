import { defineOperators, expectShape, matrix, matrixInput, sizeOf } from './definition.ts';

/** Products with learnt vectors. */
export const linearOperators = defineOperators({
  affine: {
    meaning: 'Row times the transpose of `weights` [outputs, inputs], plus `bias` [outputs].',
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
  kernel: {
    meaning:
      'A kernel function of the row and each of `vectors` [vectors, inputs]: dot, (gamma dot + coef0)^degree, tanh(gamma dot + coef0), or exp(-gamma |difference|²).',
    inputs: 1,
    attributes: {
      function: { kind: 'choice', of: ['linear', 'poly', 'sigmoid', 'rbf'] },
      gamma: { kind: 'number' },
      coef0: { kind: 'number' },
      degree: { kind: 'integer', min: 0, max: 2 ** 31 - 1 },
    },
    arrays: { vectors: { dtype: 'f64', rank: 2 } },
    check(node) {
      const vectors = sizeOf(node, 'vectors', 0);
      expectShape(node, 'vectors', [vectors, matrixInput(node)]);
      return matrix(vectors);
    },
  },
  gaussian: {
    meaning:
      '`logPrior` [classes] plus the log-density of independent normal distributions with `mean` and `variance` [classes, inputs].',
    inputs: 1,
    attributes: {},
    arrays: {
      mean: { dtype: 'f64', rank: 2 },
      variance: { dtype: 'f64', rank: 2 },
      logPrior: { dtype: 'f64', rank: 1 },
    },
    check(node) {
      const classes = sizeOf(node, 'mean', 0);
      const width = matrixInput(node);
      expectShape(node, 'mean', [classes, width]);
      expectShape(node, 'variance', [classes, width]);
      expectShape(node, 'logPrior', [classes]);
      return matrix(classes);
    },
  },
});
