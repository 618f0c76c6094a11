import type { PlanBuilder } from '../../../plan/index.ts';
import { testCases } from './kernel.contract.ts';

/** Codes 0 and 1 for every row whose first column is no more than 9. */
function bothRows(builder: PlanBuilder, x: number): number {
  const column = builder.add('columns', [x], {}, { indices: Int32Array.of(0) });
  const none = builder.add('above', [column], { threshold: 9 });
  return builder.add('stackCodes', [none, none], {}, { table: Int32Array.of(0, 0, 1, 1) });
}

testCases('embeddings', [
  {
    operator: 'barycentres',
    rows: [
      [1, 0],
      [0, 0],
    ],
    // Between (0, 0) and (4, 0) the row (1, 0) is three quarters of the first, but for the penalty.
    expected: [
      [12.1 / 16.2, 4.1 / 16.2],
      [16.16 / 16.32, 0.16 / 16.32],
    ],
    build(builder, x) {
      const fitted = { values: Float64Array.of(0, 0, 4, 0), shape: [2, 2] };
      return builder.add('barycentres', [x, bothRows(builder, x)], { penalty: 0.01 }, { fitted });
    },
  },
  {
    operator: 'shortestPaths',
    rows: [
      [1, 5],
      [3, 0.5],
    ],
    expected: [
      [1, 4, 11],
      [3, 0.5, 8.5],
    ],
    build(builder, x) {
      const paths = { values: Float64Array.of(0, 3, 10, 3, 0, 8), shape: [2, 3] };
      return builder.add('shortestPaths', [x, bothRows(builder, x)], {}, { paths });
    },
  },
  {
    operator: 'shortestPathsWithin',
    // The first is as far as the radius from both rows, the second too far from the other.
    rows: [
      [2, 0],
      [3, 0],
    ],
    expected: [
      [2, 2, 10],
      [4, 1, 9],
    ],
    build(builder, x) {
      const fitted = { values: Float64Array.of(0, 0, 4, 0), shape: [2, 2] };
      const paths = { values: Float64Array.of(0, 3, 10, 3, 0, 8), shape: [2, 3] };
      const attributes = { metric: 'manhattan', exponent: 2, radius: 2, owner: 'Isomap' };
      return builder.add('shortestPathsWithin', [x], attributes, { fitted, paths });
    },
  },
]);
