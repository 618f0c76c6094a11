import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compute, matrix, planOf, testCases, type Case } from './kernel.contract.ts';

const parts = matrix([
  [1, 0, 0],
  [0, 2, 0],
]);

const updates = { l1: 0, l2: 0, steps: 1, tolerance: 0, stop: 'error', lift: 'small' } as const;
const start = Math.sqrt(8 / 3 / 2);

const cases: readonly Case[] = [
  {
    operator: 'nonnegativeParts',
    rows: [
      [3, 4, 1],
      [0, 0, 7],
      [-1, 2, 0],
    ],
    expected: [
      [3, 2],
      [0, 0],
      [0, 1],
    ],
    build: (builder, x) =>
      builder.add('nonnegativeParts', [x], { l1: 0, l2: 0, steps: 50, tolerance: 1e-9 }, { parts }),
  },
  {
    operator: 'nonnegativeParts',
    name: 'penalties',
    rows: [[3, 4, 1]],
    expected: [[(3 - 0.5) / (1 + 1), (8 - 0.5) / (4 + 1)]],
    build: (builder, x) =>
      builder.add('nonnegativeParts', [x], { l1: 0.5, l2: 1, steps: 50, tolerance: 1e-9 }, { parts }),
  },
  ...[2, 1].map((beta): Case => ({
    operator: 'multiplicativeParts',
    name: `beta ${beta}, parts that share no column: one round is enough`,
    rows: [
      [3, 4, 1],
      [0, 6, 7],
    ],
    expected: [
      [3, 2],
      [0, 3],
    ],
    build: (builder, x) => builder.add('multiplicativeParts', [x], { ...updates, beta }, { parts }),
  })),
  {
    operator: 'multiplicativeParts',
    name: 'penalties',
    rows: [[3, 4, 1]],
    // All shares start from the root of the mean, here 8 / 3, over two.
    expected: [[(3 * start) / (start + 0.5 + start), (8 * start) / (4 * start + 0.5 + start)]],
    build: (builder, x) =>
      builder.add('multiplicativeParts', [x], { ...updates, beta: 2, l1: 0.5, l2: 1 }, { parts }),
  },
  ...([0, 1, 2, 3] as const).flatMap(beta =>
    (['error', 'change'] as const).map((stop): Case => ({
      operator: 'multiplicativeParts',
      name: `beta ${beta}, rows of zeros, as many rounds as there can be, until the ${stop} is small`,
      rows: [[0, 0, 0]],
      expected: [[0, 0]],
      build: (builder, x) =>
        builder.add(
          'multiplicativeParts',
          [x],
          { ...updates, beta, stop, steps: 100_000, tolerance: 1e-4 },
          { parts },
        ),
    })),
  ),
  {
    operator: 'topics',
    name: 'words that belong to one topic each',
    rows: [
      [3, 0, 5],
      [0, 0, 0],
    ],
    expected: [
      [3.5, 5.5],
      [0.5, 0.5],
    ],
    tolerance: 1e-9,
    build: (builder, x) =>
      builder.add(
        'topics',
        [x],
        { prior: 0.5, steps: 100, tolerance: 1e-9 },
        {
          weights: matrix([
            [1, 0.5, 0],
            [0, 0.5, 1],
          ]),
        },
      ),
  },
];

testCases('factors', cases);

test('when parts are good enough, all rows of a call decide', async () => {
  const slow = matrix([
    [1, 1],
    [1, 1.2],
  ]);
  const plan = planOf({
    operator: 'nonnegativeParts',
    rows: [[1, 2]],
    expected: [],
    build: (builder, x) =>
      builder.add('nonnegativeParts', [x], { l1: 0, l2: 0, steps: 1000, tolerance: 1e-3 }, { parts: slow }),
  });
  const [alone] = await compute(plan, [[1, 1.1]]);
  const [together] = await compute(plan, [
    [1, 1.1],
    [5000, 5000],
  ]);
  assert.notDeepEqual(alone, together);
});
