import type { PlanBuilder } from '../../../plan/index.ts';
import { testCases, type Case } from './kernel.contract.ts';

/** Codes 0 and 1 of each column: whether it is above 0. */
function above(builder: PlanBuilder, x: number): number {
  return builder.add('above', [x], { threshold: 0 });
}

const cases: readonly Case[] = [
  {
    operator: 'weightedSum',
    rows: [
      [1, 2],
      [3, -4],
    ],
    expected: [
      [-1.5, -3],
      [-4.5, 6],
    ],
    build(builder, x) {
      const doubled = builder.add('weightedSum', [x], {}, { weights: Float64Array.of(2) });
      return builder.add('weightedSum', [x, doubled], {}, { weights: Float64Array.of(0.5, -1) });
    },
  },
  {
    operator: 'product',
    rows: [
      [1, 2],
      [3, -4],
    ],
    expected: [
      [-1, -8],
      [-27, -64],
    ],
    build(builder, x) {
      const against = builder.add('map', [x], { function: 'negate' });
      return builder.add('product', [x, against, builder.add('map', [x], { function: 'abs' })]);
    },
  },
  {
    operator: 'logMeanExp',
    rows: [
      [-1000, -Infinity],
      [Math.log(2), Math.log(4)],
    ],
    expected: [
      [-1000 - Math.log(2), -1000 - Math.log(2)],
      [Math.log(3), Math.log(3)],
    ],
    tolerance: 1e-12,
    build(builder, x) {
      const turned = builder.add('columns', [x], {}, { indices: Int32Array.of(1, 0) });
      return builder.add('logMeanExp', [x, turned]);
    },
  },
  {
    operator: 'countVotes',
    rows: [
      [1, -1, 1],
      [-1, -1, -1],
    ],
    expected: [
      [2, 5],
      [7, 0],
    ],
    build: (builder, x) =>
      builder.add('countVotes', [above(builder, x)], {}, { weights: Float64Array.of(1, 2, 4) }),
  },
  {
    operator: 'indicate',
    rows: [
      [5, 7, 6],
      [9, 0, 0],
    ],
    expected: [
      [-0.5, 2, -0.5],
      [2, -0.5, -0.5],
    ],
    build: (builder, x) => builder.add('indicate', [builder.add('argmax', [x])], { on: 2, off: -0.5 }),
  },
  {
    operator: 'decode',
    rows: [
      [1, -1],
      [-1, -1],
    ],
    expected: [
      [20, 10],
      [10, 10],
    ],
    build: (builder, x) =>
      builder.add('decode', [above(builder, x)], {}, { values: Float64Array.of(10, 20) }),
  },
  {
    operator: 'centreRows',
    rows: [
      [1, 2, 3],
      [0, 0, 6],
    ],
    expected: [
      [-2, -1, 0],
      [-3, -3, 3],
    ],
    build: (builder, x) => builder.add('centreRows', [x], { share: 0.5 }),
  },
  ...[false, true].map((squared): Case => ({
    operator: 'productDistances',
    name: squared ? 'squares' : 'roots',
    rows: [
      [3, 4],
      [1, 1],
      [1e20, 0],
    ],
    expected: [
      [5, 2],
      [Math.SQRT2, Math.sqrt(5)],
      [1e20, 1e20],
    ].map(row => row.map(distance => (squared ? distance * distance : distance))),
    build: (builder, x) =>
      builder.add(
        'productDistances',
        [x],
        { squared },
        { centres: { values: Float64Array.of(0, 0, 3, 2), shape: [2, 2] } },
      ),
  })),
  {
    operator: 'weightedMedian',
    rows: [
      [3, 1, 2],
      [1, 5, 9],
      [9, 5, 1],
    ],
    expected: [[2], [1], [5]],
    build: (builder, x) => builder.add('weightedMedian', [x], {}, { weights: Float64Array.of(3, 2, 1) }),
  },
  {
    operator: 'pairToRest',
    name: 'whose pairs were decided elsewhere',
    rows: [[1, -2, 1]],
    // The sums are 1 - 2, -1 + 1 and 2 - 1; by its decision the last pair would go to class 1.
    expected: [[1 - 1 / 6, 0, 2 + 1 / 6]],
    build(builder, x) {
      const given = builder.add('columns', [x], {}, { indices: Int32Array.of(1, 2, 0) });
      return builder.add('pairToRest', [x, above(builder, given)], { scale: 'row' });
    },
  },
];

testCases('votes', cases);
