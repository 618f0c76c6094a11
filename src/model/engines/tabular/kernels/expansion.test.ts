import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compute, matrix, planOf, testCases, type Case } from './kernel.contract.ts';

const places = {
  quantiles: matrix([[0, 1, 1, 3]]),
  references: Float64Array.of(0, 0.25, 0.75, 1),
};

/** Knots a unit apart; the base interval of degree 2 is 2 to 4. */
const splines = (outside: string) => ({
  attributes: { owner: 'Splines', degree: 2, outside },
  arrays: {
    knots: matrix([[0, 1, 2, 3, 4, 5, 6]]),
    coefficients: matrix([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]),
  },
});

const spline = (outside: string, rows: Case['rows'], expected: Case['expected']): Case => ({
  operator: 'splines',
  name: outside,
  rows,
  expected,
  build(builder, x) {
    const { attributes, arrays } = splines(outside);
    return builder.add('splines', [x], attributes, arrays);
  },
});

const within = [
  [[2], [2.5], [4], [NaN]],
  [
    [0.5, 0.5, 0, 0],
    [0.125, 0.75, 0.125, 0],
    [0, 0, 0.5, 0.5],
    [0, 0, 0, 0],
  ],
] as const;

const cases: readonly Case[] = [
  {
    operator: 'convolve',
    rows: [
      [1, 2, 3],
      [0, -1, 0],
    ],
    expected: [
      [13, 13, 10],
      [0, 0, 1],
    ],
    build: (builder, x) => builder.add('convolve', [x, x]),
  },
  {
    operator: 'discretize',
    rows: [
      [-1, 5],
      [0, 5],
      [0.999_999, 5],
      [7, NaN],
    ],
    expected: [
      [0, 0],
      [1, 0],
      [1, 0],
      [2, 0],
    ],
    build: (builder, x) =>
      builder.add(
        'discretize',
        [x],
        { absolute: 0, relative: 0 },
        { edges: Float64Array.of(0, 1), starts: Int32Array.of(0, 2, 2) },
      ),
  },
  {
    operator: 'discretize',
    name: 'with a shift',
    rows: [[0.999_999], [0.99]],
    expected: [[2], [1]],
    build: (builder, x) =>
      builder.add(
        'discretize',
        [x],
        { absolute: 1e-8, relative: 1e-5 },
        { edges: Float64Array.of(0, 1), starts: Int32Array.of(0, 2) },
      ),
  },
  {
    operator: 'quantiles',
    rows: [[-5], [0], [0.5], [1], [2], [3], [9], [NaN]],
    expected: [[0], [0], [0.125], [0.5], [0.875], [1], [1], [NaN]],
    build: (builder, x) => builder.add('quantiles', [x], { margin: 0, inverse: false }, places),
  },
  {
    operator: 'quantiles',
    name: 'with a margin',
    rows: [[0.05], [0.5], [2.95]],
    expected: [[0], [0.125], [1]],
    build: (builder, x) => builder.add('quantiles', [x], { margin: 0.1, inverse: false }, places),
  },
  {
    operator: 'quantiles',
    name: 'back',
    rows: [[-1], [0.125], [0.5], [0.875], [1]],
    expected: [[0], [0.5], [1], [2], [3]],
    build: (builder, x) => builder.add('quantiles', [x], { margin: 0, inverse: true }, places),
  },
  {
    operator: 'products',
    rows: [[2, 3]],
    expected: [[1, 3, 12]],
    build: (builder, x) =>
      builder.add(
        'products',
        [x],
        {},
        { columns: Int32Array.of(1, 0, 0, 1), starts: Int32Array.of(0, 0, 1, 4) },
      ),
  },
  spline('continue', ...within),
  spline('constant', ...within),
  spline('linear', ...within),
  spline(
    'periodic',
    [[2], [2.5], [NaN]],
    [
      [0.5, 0.5, 0, 0],
      [0.125, 0.75, 0.125, 0],
      [0, 0, 0, 0],
    ],
  ),
  {
    ...spline(
      'continue',
      [[1], [5]],
      [
        [2, -1.5, 0.5, 0],
        [0, 0.5, -1.5, 2],
      ],
    ),
    name: 'polynomials go on',
  },
  {
    ...spline(
      'constant',
      [[1], [5]],
      [
        [0.5, 0.5, 0, 0],
        [0, 0, 0.5, 0.5],
      ],
    ),
    name: 'heights go on',
  },
  {
    ...spline(
      'linear',
      [[1], [5]],
      [
        [1.5, -0.5, 0, 0],
        [0, 0, -0.5, 1.5],
      ],
    ),
    name: 'slopes go on',
  },
  {
    ...spline(
      'periodic',
      [[0.5], [4]],
      [
        [0.125, 0.75, 0.125, 0],
        [0.5, 0.5, 0, 0],
      ],
    ),
    name: 'periods',
  },
];

testCases('expansion', cases);

test('values beyond the knots are refused when told to', async () => {
  const plan = planOf(spline('refuse', [[2]], []));
  await assert.rejects(compute(plan, [[2], [4.5]]), {
    code: 'features-range',
    message: /row 1, column 0 is 4.5, beyond the knots of Splines/,
  });
});
