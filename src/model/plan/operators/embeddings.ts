import { codesInput, defineOperators, expectShape, matrix, matrixInput, sizeOf } from './definition.ts';
import { checkMetric, metricArrays, metricAttributes } from './neighbours.ts';

/** Neighbours beyond which their equations are no longer solved row by row. */
const mostNeighbours = 4096;

/** Where a row lies among fitted rows, told by its neighbours. */
export const embeddingOperators = defineOperators({
  barycentres: {
    meaning:
      'How much of each of those rows of `fitted` [fitted, inputs] that the codes (second input) name makes up the row: weights that sum to 1 and leave the least squared difference, with `penalty` times the trace of the neighbours’ products added to their diagonal (Roweis and Saul, 2000).',
    inputs: 2,
    attributes: { penalty: { kind: 'number' } },
    arrays: { fitted: { dtype: 'f64', rank: 2 } },
    check(node) {
      const { width, cardinality } = codesInput(node, 1);
      const rows = sizeOf(node, 'fitted', 0);
      expectShape(node, 'fitted', [rows, matrixInput(node)]);
      if (cardinality > rows) node.fail(`codes of ${cardinality} rows of ${rows}`);
      if (width > mostNeighbours) node.fail(`${width} neighbours, expected ${mostNeighbours} at most`);
      return matrix(width);
    },
  },
  shortestPaths: {
    meaning:
      'The shortest way to each fitted row: a distance (first input) to one of the rows that codes (second input) name, and its row of `paths` [cardinality, outputs] from there.',
    inputs: 2,
    attributes: {},
    arrays: { paths: { dtype: 'f64', rank: 2 } },
    check(node) {
      const { width, cardinality } = codesInput(node, 1);
      if (matrixInput(node) !== width) node.fail(`distances for ${width} codes are expected`);
      const rows = sizeOf(node, 'paths', 0);
      if (cardinality > rows) node.fail(`codes of ${cardinality} rows of ${rows}`);
      return matrix(sizeOf(node, 'paths', 1));
    },
  },
  shortestPathsWithin: {
    meaning:
      'The same by way of all rows of `fitted` [fitted, inputs] within `radius` by the metric. A row without any is refused, and `owner` named.',
    inputs: 1,
    attributes: { ...metricAttributes, radius: { kind: 'number' }, owner: { kind: 'text' } },
    arrays: { ...metricArrays, paths: { dtype: 'f64', rank: 2 } },
    check(node) {
      const rows = checkMetric(node);
      if (sizeOf(node, 'paths', 0) !== rows) node.fail(`paths from ${rows} rows are expected`);
      return matrix(sizeOf(node, 'paths', 1));
    },
  },
});
