import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compute, matrix, planOf, testCases, type Case } from './kernel.contract.ts';

const parts = matrix([
  [1, 0, 0],
  [0, 2, 0],
]);

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
