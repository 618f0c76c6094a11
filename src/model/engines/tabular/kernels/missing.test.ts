import { encodeTexts } from '../../../plan/index.ts';
import { matrix, testCases, type Case } from './kernel.contract.ts';

const nan = { missing: 'nan', number: 0 };
const none = { missing: 'none', text: '' };
const rows = [
  [NaN, 2],
  [-1, NaN],
];
const words = [
  ['a', null],
  [null, '?'],
];

const nearest = (weights: string, neighbours: number): Case => ({
  operator: 'imputeNearest',
  name: `${weights}, ${neighbours}`,
  rows: [
    [0, NaN, 1],
    [NaN, NaN, NaN],
    [1, 5, 3],
    [2, NaN, 5],
  ],
  expected:
    weights === 'uniform'
      ? [
          [0, (10 + 20) / 2, 1],
          [-7, -8, -9],
          [1, 5, 3],
          [2, (20 + 10) / 2, 5],
        ]
      : [
          [0, 10, 1],
          [-7, -8, -9],
          [1, 5, 3],
          [
            2,
            (20 / Math.sqrt(1.5 * (4 + 4)) + 10 / Math.sqrt(1.5 * 20)) /
              (1 / Math.sqrt(12) + 1 / Math.sqrt(30)),
            5,
          ],
        ],
  build: (builder, x) =>
    builder.add(
      'imputeNearest',
      [x],
      { ...nan, neighbours, weights, strangers: false },
      {
        // The last row has no second column to give.
        fitted: matrix([
          [0, 10, 1],
          [0, 20, 3],
          [2, NaN, 5],
        ]),
        fill: Float64Array.of(-7, -8, -9),
      },
    ),
});

const cases: readonly Case[] = [
  {
    operator: 'impute',
    rows,
    expected: [
      [7, 2],
      [-1, 8],
    ],
    build: (builder, x) => builder.add('impute', [x], nan, { fill: Float64Array.of(7, 8) }),
  },
  {
    operator: 'impute',
    name: 'a number',
    rows,
    expected: [
      [NaN, 2],
      [7, NaN],
    ],
    build: (builder, x) =>
      builder.add('impute', [x], { missing: 'number', number: -1 }, { fill: Float64Array.of(7, 8) }),
  },
  {
    operator: 'imputeTexts',
    rows: words,
    expected: [
      ['a', 'y'],
      ['x', '?'],
    ],
    build: (builder, x) => builder.add('imputeTexts', [x], none, encodeTexts('fill', ['x', 'y'])),
  },
  {
    operator: 'imputeTexts',
    name: 'a text',
    rows: words,
    expected: [
      ['a', null],
      [null, 'y'],
    ],
    build: (builder, x) =>
      builder.add('imputeTexts', [x], { missing: 'text', text: '?' }, encodeTexts('fill', ['x', 'y'])),
  },
  {
    operator: 'isMissing',
    rows,
    expected: [
      [1, 0],
      [0, 1],
    ],
    build: (builder, x) => builder.add('isMissing', [x], nan),
  },
  {
    operator: 'isMissingText',
    rows: words,
    expected: [
      [0, 1],
      [1, 0],
    ],
    build: (builder, x) => builder.add('isMissingText', [x], none),
  },
  {
    operator: 'choose',
    rows: [[1, 2]],
    expected: [[1, -2]],
    build(builder, x) {
      const negative = builder.add('map', [x], { function: 'negate' });
      const where = builder.add('step', [x], { threshold: 1 });
      return builder.add('choose', [x, negative, where]);
    },
  },
  nearest('uniform', 2),
  nearest('distance', 2),
];

testCases('missing values', cases);
