import type { PlanBuilder } from '../../../plan/index.ts';
import { testCases, type Case } from './kernel.contract.ts';

/** Sparse rows of four columns with a 1 at the places named. */
function ones(builder: PlanBuilder, x: number): number {
  return builder.add('oneHot', [x], { width: 4, form: 'sparse' });
}

const words = [
  ['a', null],
  ['', 'b'],
];

const cases: readonly Case[] = [
  { operator: 'inputTexts', rows: words, expected: words, build: (_, x) => x },
  {
    operator: 'textColumns',
    rows: words,
    expected: [
      [null, 'a', null],
      ['b', '', 'b'],
    ],
    build: (builder, x) => builder.add('textColumns', [x], {}, { indices: Int32Array.of(1, 0, 1) }),
  },
  {
    operator: 'concatenateTexts',
    rows: words,
    expected: [
      [null, 'a', null],
      ['b', '', 'b'],
    ],
    build(builder, x) {
      const last = builder.add('textColumns', [x], {}, { indices: Int32Array.of(1) });
      return builder.add('concatenateTexts', [last, x]);
    },
  },
  {
    operator: 'dense',
    rows: [
      [0, 3],
      [-1, 2],
      [-1, -1],
    ],
    expected: [
      [1, 0, 0, 1],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ],
    build: (builder, x) => builder.add('dense', [ones(builder, x)]),
  },
  {
    operator: 'concatenateSparse',
    rows: [
      [0, 3],
      [-1, 2],
    ],
    expected: [
      [0, 3, 1, 0, 0, 1],
      [-1, 2, 0, 0, 1, 0],
    ],
    build: (builder, x) => builder.add('concatenateSparse', [x, ones(builder, x)]),
  },
];

testCases('rows', cases);
