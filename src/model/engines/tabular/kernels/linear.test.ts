import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PlanBuilder } from '../../../plan/index.ts';
import { assertClose, compute, matrix, planOf, testCases, type Case } from './kernel.contract.ts';

/** Sparse rows of the same values. */
function sparse(builder: PlanBuilder, x: number): number {
  return builder.add('concatenateSparse', [x]);
}

const rows = [
  [1, 0, 2],
  [0, 0, 0],
  [0, -3, 0],
];

/** Weight of column c for output o. */
function weight(output: number, column: number): number {
  return (output + 1) * 10 ** column;
}

/** What `outputs` outputs give, each with its number as bias. */
function products(outputs: number): number[][] {
  return rows.map(row =>
    Array.from({ length: outputs }, (_, output) =>
      row.reduce((sum, value, column) => sum + value * weight(output, column), output),
    ),
  );
}

function numbers(count: number, of: (index: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => of(index));
}

// One output, fours of them, and some more than fours.
const affine: readonly Case[] = [1, 4, 7].flatMap((outputs): Case[] => [
  {
    operator: 'affine',
    name: `${outputs} outputs`,
    rows,
    expected: products(outputs),
    build: (builder, x) =>
      builder.add(
        'affine',
        [x],
        {},
        {
          weights: {
            values: numbers(outputs * 3, at => weight(Math.floor(at / 3), at % 3)),
            shape: [outputs, 3],
          },
          bias: numbers(outputs, at => at),
        },
      ),
  },
  {
    operator: 'affineSparse',
    name: `${outputs} outputs`,
    rows,
    expected: products(outputs),
    build: (builder, x) =>
      builder.add(
        'affineSparse',
        [sparse(builder, x)],
        {},
        {
          weights: {
            values: numbers(outputs * 3, at => weight(at % outputs, Math.floor(at / outputs))),
            shape: [3, outputs],
          },
          bias: numbers(outputs, at => at),
        },
      ),
  },
]);

testCases('linear', [
  ...affine,
  {
    operator: 'mahalanobis',
    rows: [
      [3, 4],
      [1, 1],
    ],
    // From (0, 0) along both axes, from (1, 1) along twice their sum, and along nothing.
    expected: [
      [25, 100, 0],
      [2, 0, 0],
    ],
    build: (builder, x) =>
      builder.add(
        'mahalanobis',
        [x],
        {},
        {
          centres: { values: Float64Array.of(0, 0, 1, 1, 5, 5), shape: [3, 2] },
          directions: { values: Float64Array.of(1, 0, 0, 1, 2, 2), shape: [3, 2] },
          starts: Int32Array.of(0, 2, 3, 3),
        },
      ),
  },
]);

suite('what must be finite before it is multiplied', () => {
  const weights = [
    [0, 1, 0],
    [2, 0, 1],
  ];
  const checked: Case = {
    operator: 'affine',
    rows,
    expected: [],
    build(builder, x) {
      const finite = builder.add('finite', [x], { owner: 'Test', nan: 'refuse', range: 'f64' });
      return builder.add('affine', [finite], {}, { weights: matrix(weights), bias: Float64Array.of(0, 0) });
    },
  };
  const many = (odd: readonly number[]): number[][] =>
    Array.from({ length: 700 }, (_, at) => [...(at === 601 ? odd : [1, 2, 3])]);

  for (const [odd, message] of [
    [[NaN, 0, 0], /row 601, column 0 is NaN/],
    [[0, 0, -Infinity], /row 601, column 2 is too large/],
    [[0, Infinity, -Infinity], /row 601, column 1 is too large/],
  ] as const)
    test(`${odd.join(', ')} is refused, also where its weight is 0`, async () => {
      await assert.rejects(compute(planOf(checked), many(odd)), message);
      await assert.rejects(compute(planOf(checked), [odd]), /row 0/);
    });

  test('a sum may be infinite', async () => {
    const answers = await compute(planOf(checked), many([Number.MAX_VALUE, 5, 0]));
    assertClose(answers.slice(600, 603), [
      [2, 5],
      [5, Infinity],
      [2, 5],
    ]);
    assertClose(await compute(planOf(checked), [[0, -Number.MAX_VALUE, 0]]), [[-Number.MAX_VALUE, 0]]);
  });
});
