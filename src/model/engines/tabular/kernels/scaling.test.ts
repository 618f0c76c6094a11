import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compute, planOf, testCases, type Case } from './kernel.contract.ts';

const cases: readonly Case[] = [
  {
    operator: 'clip',
    rows: [
      [-3, 0.5],
      [NaN, 9],
    ],
    expected: [
      [-1, 0.5],
      [NaN, 2],
    ],
    build: (builder, x) =>
      builder.add('clip', [x], {}, { low: Float64Array.of(-1), high: Float64Array.of(1, 2) }),
  },
  {
    operator: 'notBelow',
    rows: [[0, NaN]],
    expected: [[0, NaN]],
    build: (builder, x) => builder.add('notBelow', [x], { owner: 'Test', least: 0, strict: false }),
  },
  ...(['l1', 'l2', 'max', 'signedMax'] as const).map((norm): Case => ({
    operator: 'unitRows',
    name: norm,
    rows: [
      [3, -4],
      [0, 0],
    ],
    expected: {
      l1: [
        [3 / 7, -4 / 7],
        [0, 0],
      ],
      l2: [
        [0.6, -0.8],
        [0, 0],
      ],
      max: [
        [0.75, -1],
        [0, 0],
      ],
      signedMax: [
        [1, -4 / 3],
        [0, 0],
      ],
    }[norm],
    build: (builder, x) => builder.add('unitRows', [x], { norm }),
  })),
  {
    operator: 'unitRows',
    name: 'of sparse rows',
    rows: [[1, 0, 0]],
    expected: [[0, 1 / Math.SQRT2, 1 / Math.SQRT2, 0]],
    build: (builder, x) => builder.add('unitRows', [sparseOnes(builder, x)], { norm: 'l2' }),
  },
  {
    operator: 'scaleColumns',
    rows: [[3, -4]],
    expected: [[6, 2]],
    build: (builder, x) => builder.add('scaleColumns', [x], {}, { factors: Float64Array.of(2, -0.5) }),
  },
  {
    operator: 'scaleColumns',
    name: 'of sparse rows',
    rows: [[1, 0, 0]],
    expected: [[0, 3, 4, 0]],
    build: (builder, x) =>
      builder.add('scaleColumns', [sparseOnes(builder, x)], {}, { factors: Float64Array.of(2, 3, 4, 5) }),
  },
  {
    operator: 'step',
    rows: [[0.5, 0.500_001, NaN, -1]],
    expected: [[0, 1, 0, 0]],
    build: (builder, x) => builder.add('step', [x], { threshold: 0.5 }),
  },
  {
    operator: 'step',
    name: 'of sparse rows',
    rows: [[1, 0, 0]],
    expected: [[0, 1, 1, 0]],
    build: (builder, x) => builder.add('step', [sparseOnes(builder, x)], { threshold: 0 }),
  },
  {
    operator: 'power',
    name: 'Yeo and Johnson',
    rows: [
      [3, 3, 3],
      [-3, -3, -3],
    ],
    expected: [
      [Math.log(4), 3.75 * 2, 3],
      [-(4 ** 2 - 1) / 2, -Math.log(4), -3],
    ],
    build: (builder, x) =>
      builder.add(
        'power',
        [x],
        { form: 'yeoJohnson', inverse: false },
        { exponents: Float64Array.of(0, 2, 1) },
      ),
  },
  {
    operator: 'power',
    name: 'Box and Cox',
    rows: [[4, 4, 4]],
    expected: [[Math.log(4), 2, 3]],
    build: (builder, x) =>
      builder.add(
        'power',
        [x],
        { form: 'boxCox', inverse: false },
        { exponents: Float64Array.of(0, 0.5, 1) },
      ),
  },
  ...(['yeoJohnson', 'boxCox'] as const).map((form): Case => ({
    operator: 'power',
    name: `${form} and back`,
    rows: [[0.25, 4, 7, 0.5]],
    expected: [[0.25, 4, 7, 0.5]],
    build(builder, x) {
      const exponents = Float64Array.of(0, 2, -0.75, 1.5);
      const powered = builder.add('power', [x], { form, inverse: false }, { exponents });
      return builder.add('power', [powered], { form, inverse: true }, { exponents });
    },
  })),
];

/** Ones at columns 1 and 2 of four, whatever the first value is. */
function sparseOnes(builder: Parameters<Case['build']>[0], x: number): number {
  const two = builder.add('columns', [x], {}, { indices: Int32Array.of(0, 0) });
  const places = builder.add(
    'columnwise',
    [two],
    { operation: 'add', operandToo: false },
    { operand: Float64Array.of(0, 1) },
  );
  return builder.add('oneHot', [places], { width: 4, form: 'sparse' });
}

testCases('scaling', cases);

test('notBelow names the value, its place and the least value', async () => {
  for (const [strict, value, words] of [
    [false, -0.5, 'of at least 0'],
    [true, 0, 'above 0'],
  ] as const) {
    const plan = planOf({
      operator: 'notBelow',
      rows: [[1, 1]],
      expected: [],
      build: (builder, x) => builder.add('notBelow', [x], { owner: 'NMF', least: 0, strict }),
    });
    const rows = [
      [1, 1],
      [1, value],
    ];
    await assert.rejects(compute(plan, rows), {
      code: 'features-range',
      message: `input 'input-0', row 1, column 1 is ${value}: NMF takes values ${words}`,
    });
  }
});

test('unitColumns divides by the length of a column over all rows of the call', async () => {
  const plan = planOf({
    operator: 'unitColumns',
    rows: [[1, 2]],
    expected: [],
    build: (builder, x) => builder.add('unitColumns', [x]),
  });
  assert.deepEqual(await compute(plan, [[3, 0]]), [[1, 0]]);
  assert.deepEqual(
    await compute(plan, [
      [3, 0],
      [-4, 0],
    ]),
    [
      [0.6, 0],
      [-0.8, 0],
    ],
  );
});
