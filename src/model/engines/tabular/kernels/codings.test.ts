/** Codes of rows by least angles and by coordinate descent: atoms at right angles have answers that are written down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compute, matrix, planOf, testCases, type Case } from './kernel.contract.ts';

const gram = matrix([
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]);
const rows = [
  [3, -1, 0.2],
  [0, 0, 0],
  [-0.1, 0.3, 2],
];
const path = { penalty: 0.5, columns: 1, steps: 100, lasso: true, positive: false } as const;
const descent = { penalty: 0.5, steps: 100, tolerance: 1e-8, positive: false, screens: false } as const;

const shrunk = [
  [2.5, -0.5, 0],
  [0, 0, 0],
  [0, 0, 1.5],
];
const shrunkAbove = [
  [2.5, 0, 0],
  [0, 0, 0],
  [0, 0, 1.5],
];

testCases('codings', [
  {
    operator: 'leastAngles',
    name: 'the path of the lasso',
    rows,
    expected: shrunk,
    build: (builder, x) => builder.add('leastAngles', [x], path, { gram }),
  },
  {
    operator: 'leastAngles',
    name: 'none below 0',
    rows,
    expected: shrunkAbove,
    build: (builder, x) => builder.add('leastAngles', [x], { ...path, positive: true }, { gram }),
  },
  {
    operator: 'leastAngles',
    name: 'two steps',
    rows,
    expected: [
      [2.8, -0.8, 0],
      [0, 0, 0],
      [0, 0.2, 1.9],
    ],
    build: (builder, x) =>
      builder.add('leastAngles', [x], { ...path, penalty: 0, lasso: false, steps: 2 }, { gram }),
  },
  ...[false, true].flatMap((screens): readonly Case[] => [
    {
      operator: 'lassoDescent',
      name: screens ? 'with screens' : 'without screens',
      rows,
      expected: shrunk,
      build: (builder, x) => builder.add('lassoDescent', [x, x], { ...descent, screens }, { gram }),
    },
    {
      operator: 'lassoDescent',
      name: `none below 0, ${screens ? 'with' : 'without'} screens`,
      rows,
      expected: shrunkAbove,
      build: (builder, x) =>
        builder.add('lassoDescent', [x, x], { ...descent, screens, positive: true }, { gram }),
    },
  ]),
]);

const same = matrix([
  [1, 1],
  [1, 1],
]);

test('atoms that are the same twice end a path', async () => {
  const plan = planOf({
    operator: 'leastAngles',
    rows: [[2, 2]],
    expected: [],
    build: (builder, x) => builder.add('leastAngles', [x], path, { gram: same }),
  });
  const [[one, other]] = (await compute(plan, [[2, 2]])) as [[number, number]];
  assert.ok(Math.abs(one + other - 1.5) < 1e-9, `${one} and ${other}`);
});

for (const operator of ['leastAngles', 'lassoDescent'] as const)
  test(`a penalty below 0 is refused: ${operator}`, () => {
    assert.throws(
      () =>
        planOf({
          operator,
          rows: [[2, 2]],
          expected: [],
          build: (builder, x) =>
            operator === 'leastAngles'
              ? builder.add(operator, [x], { ...path, penalty: -1 }, { gram: same })
              : builder.add(operator, [x, x], { ...descent, penalty: -1 }, { gram: same }),
        }),
      /penalty -1, expected 0 or more/,
    );
  });

test('more rounds over many atoms than there is time for are refused', () => {
  const count = 1024;
  const many = { values: new Float64Array(count * count), shape: [count, count] };
  const build = (steps: number) => () =>
    planOf({
      operator: 'lassoDescent',
      rows: [Array.from({ length: count }, () => 1)],
      expected: [],
      build: (builder, x) => builder.add('lassoDescent', [x, x], { ...descent, steps }, { gram: many }),
    });
  build(32_768)();
  assert.throws(build(32_769), /32769 steps with 1024 atoms, expected 32768 at most/);
});
