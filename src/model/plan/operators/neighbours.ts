import { defineOperators, expectShape, matrix, matrixInput, sizeOf } from './definition.ts';

/** What fitted rows near a row say. */
export const neighbourOperators = defineOperators({
  nearestMean: {
    meaning:
      'The mean of `values` [fitted, outputs] over the `count` rows of `fitted` [fitted, inputs] that are nearest by the metric, the earlier of equally near ones; weighted by 1 / distance when `weights` is distance, where those at distance 0 count alone.',
    inputs: 1,
    attributes: {
      metric: { kind: 'choice', of: ['euclidean', 'manhattan', 'chebyshev', 'minkowski', 'cosine'] },
      exponent: { kind: 'number' },
      count: { kind: 'integer', min: 1, max: 100_000 },
      weights: { kind: 'choice', of: ['uniform', 'distance'] },
    },
    arrays: { fitted: { dtype: 'f64', rank: 2 }, values: { dtype: 'f64', rank: 2 } },
    check(node) {
      const rows = sizeOf(node, 'fitted', 0);
      const outputs = sizeOf(node, 'values', 1);
      expectShape(node, 'fitted', [rows, matrixInput(node)]);
      expectShape(node, 'values', [rows, outputs]);
      const count = node.attributes['count'] as number;
      if (count > rows) node.fail(`${count} neighbours of ${rows} rows`);
      if (node.attributes['metric'] === 'minkowski' && !((node.attributes['exponent'] as number) > 0))
        node.fail(`a Minkowski distance with the exponent ${node.attributes['exponent']}`);
      return matrix(outputs);
    },
  },
});
