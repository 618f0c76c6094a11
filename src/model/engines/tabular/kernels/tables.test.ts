import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanBuilder } from '../../../plan/index.ts';
import { compute, planOf, testCases, type Case } from './kernel.contract.ts';

const line = { knots: Float64Array.of(0, 1, 3), heights: Float64Array.of(10, 20, 0) };
const lookups = {
  table: { values: Float64Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50), shape: [5, 2] },
  starts: Int32Array.of(0, 2, 5),
  bias: Float64Array.of(0.5, 0),
};

function lookup(builder: PlanBuilder, x: number): number {
  return builder.add('lookup', [x], { owner: 'Test' }, lookups);
}

function between(builder: PlanBuilder, x: number): number {
  return builder.add(
    'within',
    [x],
    { owner: 'Test' },
    { low: Float64Array.of(0), high: Float64Array.of(1, 2) },
  );
}

const cases: readonly Case[] = [
  {
    operator: 'constant',
    rows: [
      [1, 2],
      [NaN, 4],
    ],
    expected: [
      [7, 8, 9],
      [7, 8, 9],
    ],
    build: (builder, x) => builder.add('constant', [x], {}, { values: Float64Array.of(7, 8, 9) }),
  },
  {
    operator: 'within',
    rows: [
      [0, 2],
      [1, NaN],
    ],
    expected: [
      [0, 2],
      [1, NaN],
    ],
    build: between,
  },
  ...(
    [
      ['nan', NaN, NaN],
      ['nearest', 10, 0],
    ] as const
  ).map(([outside, before, after]): Case => ({
    operator: 'interpolate',
    name: outside,
    rows: [[0, 0.25, 1, 2, 3, -0.5, 3.5, NaN]],
    expected: [[10, 12.5, 20, 10, 0, before, after, NaN]],
    build: (builder, x) => builder.add('interpolate', [x], { outside }, line),
  })),
  {
    operator: 'lookup',
    rows: [
      [0, 0],
      [1.9, 2],
      [-0.5, 1],
    ],
    expected: [
      [4.5, 40],
      [7.5, 70],
      [5.5, 50],
    ],
    build: lookup,
  },
];

testCases('tables', cases);

test('a value outside the range is refused with its place', async () => {
  const plan = planOf({ operator: 'within', rows: [[0, 0]], expected: [], build: between });
  await assert.rejects(
    compute(plan, [
      [0, 0],
      [0.5, 2.5],
    ]),
    { code: 'features-range', message: /row 1, column 1 is 2\.5: Test takes values from 0 to 2/ },
  );
});

test('a value without an entry is refused with its place', async () => {
  const plan = planOf({ operator: 'lookup', rows: [[0, 0]], expected: [], build: lookup });
  for (const bad of [2, -1, NaN, Infinity])
    await assert.rejects(compute(plan, [[bad, 0]]), {
      code: 'category-unknown',
      message: /row 0, column 0 is .*categories 0 to 1/,
    });
});

test('knots must rise', () => {
  for (const knots of [Float64Array.of(0, 0), Float64Array.of(1, 0), Float64Array.of(0, NaN)])
    assert.throws(
      () =>
        planOf({
          operator: 'interpolate',
          rows: [[0]],
          expected: [],
          build: (builder, x) =>
            builder.add('interpolate', [x], { outside: 'nan' }, { knots, heights: Float64Array.of(0, 1) }),
        }),
      { code: 'plan-invalid' },
    );
});
