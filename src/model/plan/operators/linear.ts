import {
  defineOperators,
  expectShape,
  expectStarts,
  matrix,
  matrixInput,
  numericInput,
  sizeOf,
} from './definition.ts';

/** Products with learnt vectors. */
export const linearOperators = defineOperators({
  affine: {
    meaning:
      'Row times the transpose of `weights` [outputs, inputs], plus `bias` [outputs]. With `fused` products may be added without being rounded first.',
    inputs: 1,
    attributes: { fused: { kind: 'flag', optional: true } },
    arrays: { weights: { dtype: 'f64', rank: 2 }, bias: { dtype: 'f64', rank: 1 } },
    check(node) {
      const outputs = sizeOf(node, 'weights', 0);
      expectShape(node, 'weights', [outputs, matrixInput(node)]);
      expectShape(node, 'bias', [outputs]);
      return matrix(outputs);
    },
  },
  affineSparse: {
    meaning:
      'Sparse row times `weights` [inputs, outputs], plus `bias` [outputs]: the weights of a column lie together.',
    inputs: 1,
    attributes: {},
    arrays: { weights: { dtype: 'f64', rank: 2 }, bias: { dtype: 'f64', rank: 1 } },
    check(node) {
      const { kind, width } = numericInput(node);
      if (kind !== 'sparse') node.fail('input 0 must be sparse');
      const outputs = sizeOf(node, 'weights', 1);
      expectShape(node, 'weights', [width, outputs]);
      expectShape(node, 'bias', [outputs]);
      return matrix(outputs);
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
  mahalanobis: {
    meaning:
      'For each of `centres` [centres, inputs] the sum of squares of the products of row minus centre with its `directions` [directions, inputs]: those from `starts` [centres + 1] on.',
    inputs: 1,
    attributes: {},
    arrays: {
      centres: { dtype: 'f64', rank: 2 },
      directions: { dtype: 'f64', rank: 2 },
      starts: { dtype: 'i32', rank: 1 },
    },
    check(node) {
      const width = matrixInput(node);
      const directions = sizeOf(node, 'directions', 0);
      const centres = expectStarts(node, 'starts', directions);
      expectShape(node, 'centres', [centres, width]);
      expectShape(node, 'directions', [directions, width]);
      return matrix(centres);
    },
  },
});
