import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeTexts } from '../../../plan/index.ts';
import { compute, planOf, testCases, type Case } from './kernel.contract.ts';

const numbers = {
  categories: Float64Array.of(5, NaN, -1, 0.5),
  starts: Int32Array.of(0, 3, 4),
  values: Float64Array.of(10, 20, 30, 40),
};
const words = {
  ...encodeTexts('categories', ['red', 'grün', '', 'S', 'red']),
  starts: Int32Array.of(0, 3, 5),
  values: Float64Array.of(1, 2, 3, 4, 5),
  missing: Int32Array.of(2, -1),
};
const refusing = { owner: 'Encoder', unknown: 'refuse' };
const others = { others: Float64Array.of(-1, -2) };

const cases: readonly Case[] = [
  {
    operator: 'encode',
    name: 'in any order, with NaN',
    rows: [
      [-1, 0.5],
      [NaN, 0.5],
      [5, 0.5],
    ],
    expected: [
      [30, 40],
      [20, 40],
      [10, 40],
    ],
    build: (builder, x) => builder.add('encode', [x], refusing, numbers),
  },
  {
    operator: 'encode',
    name: 'others have a value',
    rows: [
      [4.9, NaN],
      [5.1, 0],
    ],
    expected: [
      [-1, -2],
      [-1, -2],
    ],
    build: (builder, x) =>
      builder.add('encode', [x], { owner: 'Encoder', unknown: 'value' }, { ...numbers, ...others }),
  },
  {
    operator: 'encodeTexts',
    rows: [
      ['grün', 'red'],
      [null, 'S'],
    ],
    expected: [
      [2, 5],
      [3, 4],
    ],
    build: (builder, x) => builder.add('encodeTexts', [x], refusing, words),
  },
  {
    operator: 'encodeTexts',
    name: 'others have a value',
    rows: [
      ['', 'Red'],
      ['blue', null],
    ],
    expected: [
      [-1, -2],
      [-1, -2],
    ],
    build: (builder, x) =>
      builder.add('encodeTexts', [x], { owner: 'Encoder', unknown: 'value' }, { ...words, ...others }),
  },
  ...(['sparse', 'matrix'] as const).map((form): Case => ({
    operator: 'oneHot',
    name: form,
    rows: [
      [0, 3],
      [-1, 4],
      [1, NaN],
      [1, 99],
    ],
    expected: [
      [1, 0, 0, 1, 0],
      [0, 0, 0, 0, 1],
      [0, 1, 0, 0, 0],
      [0, 1, 0, 0, 0],
    ],
    build: (builder, x) => builder.add('oneHot', [x], { width: 5, form }),
  })),
];

testCases('categories', cases);

test('an unknown category is named with its place', async () => {
  const plan = planOf({
    operator: 'encode',
    rows: [[5, 0.5]],
    expected: [],
    build: (builder, x) => builder.add('encode', [x], refusing, numbers),
  });
  const rows = [
    [5, 0.5],
    [7, 0.5],
  ];
  await assert.rejects(compute(plan, rows), {
    code: 'category-unknown',
    message: /^input 'input-0', row 1, column 0 is 7, which is none of the 3 categories that Encoder/,
  });
});

test('a missing text is refused where it has to be, whatever becomes of unknown ones', async () => {
  const plan = planOf({
    operator: 'encodeTexts',
    rows: [['red', 'S']],
    expected: [],
    build: (builder, x) =>
      builder.add(
        'encodeTexts',
        [x],
        { owner: 'Encoder', unknown: 'value' },
        { ...words, ...others, missing: Int32Array.of(-2, -1) },
      ),
  });
  assert.deepEqual(await compute(plan, [['blue', null]]), [[-1, -2]]);
  await assert.rejects(compute(plan, [[null, 'S']]), {
    code: 'category-unknown',
    message: /row 0, column 0 is a missing value, which Encoder was set to refuse/,
  });
});

test('so is an unknown text', async () => {
  const plan = planOf({
    operator: 'encodeTexts',
    rows: [['red', 'S']],
    expected: [],
    build: (builder, x) => builder.add('encodeTexts', [x], refusing, words),
  });
  await assert.rejects(compute(plan, [['red', null]]), {
    code: 'category-unknown',
    message: /row 0, column 1 is a missing value, which is none of the 2 categories/,
  });
  await assert.rejects(compute(plan, [['red', 'XL']]), { message: /is "XL", which/ });
});
