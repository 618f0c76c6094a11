import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { operators, type OperatorName, type PlanBuilder } from '../../../plan/index.ts';
import { compute, matrix, planOf, testCases, type Case } from './kernel.contract.ts';
import { kernelFamilies, loadKernels } from './index.ts';

const none = { operandToo: false };
const half = Math.log(0.5);
const normal = (x: number, mean: number, variance: number): number =>
  -0.5 * Math.log(2 * Math.PI * variance) - (x - mean) ** 2 / (2 * variance);

/** Kernel values of two vectors of class 0 and one of class 1, as one would read them off libsvm's model. */
const pairs = {
  coefficients: matrix([[0.5, 1, -2]]),
  starts: Int32Array.of(0, 2, 3),
  intercepts: Float64Array.of(0.25),
};

const cases: readonly Case[] = [
  { operator: 'input', rows: [[1, 2]], expected: [[1, 2]], build: (_, x) => x },
  {
    operator: 'finite',
    rows: [
      [1, NaN],
      [-5, 0],
    ],
    expected: [
      [1, NaN],
      [-5, 0],
    ],
    build: (builder, x) => builder.add('finite', [x], { owner: 'Test', nan: 'allow', range: 'f64' }),
  },
  {
    operator: 'cast32',
    rows: [[0.1, 1e300]],
    expected: [[Math.fround(0.1), Infinity]],
    build: (builder, x) => builder.add('cast32', [x]),
  },
  {
    operator: 'columns',
    rows: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    expected: [
      [3, 1, 3],
      [6, 4, 6],
    ],
    build: (builder, x) => builder.add('columns', [x], {}, { indices: Int32Array.of(2, 0, 2) }),
  },
  {
    operator: 'concatenate',
    rows: [
      [1, 2],
      [3, 4],
    ],
    expected: [
      [1, 2, -1, -2],
      [3, 4, -3, -4],
    ],
    build: (builder, x) => builder.add('concatenate', [x, builder.add('map', [x], { function: 'negate' })]),
  },
  ...(
    [
      ['add', [[11, 22]]],
      ['subtract', [[-9, -18]]],
      ['multiply', [[10, 40]]],
      ['divide', [[0.1, 0.1]]],
    ] as const
  ).map(([operation, expected]): Case => ({
    operator: 'columnwise',
    name: operation,
    rows: [[1, 2]],
    expected,
    build: (builder, x) =>
      builder.add('columnwise', [x], { operation, ...none }, { operand: Float64Array.of(10, 20) }),
  })),
  {
    operator: 'columnwise',
    name: 'one operand for all',
    rows: [
      [1, 2],
      [3, 4],
    ],
    expected: [
      [2, 4],
      [6, 8],
    ],
    build: (builder, x) =>
      builder.add('columnwise', [x], { operation: 'multiply', ...none }, { operand: Float64Array.of(2) }),
  },
  ...(
    [
      ['negate', [-2, 0, Infinity]],
      ['exp', [Math.exp(2), 1, 0]],
      ['exp2', [4, 1, 0]],
      ['log', [Math.log(2), -Infinity, NaN]],
      ['logit', [NaN, -Infinity, NaN]],
      ['sigmoid', [1 / (1 + Math.exp(-2)), 0.5, 0]],
      ['softplus', [Math.log(1 + Math.exp(2)), Math.log(2), 0]],
      ['signedSquare', [4, 0, -Infinity]],
    ] as const
  ).map(([name, expected]): Case => ({
    operator: 'map',
    name,
    rows: [[2, 0, -Infinity]],
    expected: [expected],
    build: (builder, x) => builder.add('map', [x], { function: name }),
  })),
  {
    operator: 'raise',
    rows: [
      [4, 0.25],
      [1, 0],
    ],
    expected: [
      [0.125, 8],
      [1, Infinity],
    ],
    build: (builder, x) => builder.add('raise', [x], { exponent: -1.5 }),
  },
  {
    operator: 'matern',
    rows: [[0, 1, 2]],
    // Of 1.5, as it is a polynomial times an exponential.
    expected: [
      [1, (1 + Math.sqrt(3)) * Math.exp(-Math.sqrt(3)), (1 + Math.sqrt(12)) * Math.exp(-Math.sqrt(12))],
    ],
    tolerance: 1e-12,
    build: (builder, x) => builder.add('matern', [x], { nu: 1.5 }),
  },
  {
    operator: 'twoSided',
    name: 'complement',
    rows: [[0.25], [1]],
    expected: [
      [0.75, 0.25],
      [0, 1],
    ],
    build: (builder, x) => builder.add('twoSided', [x], { form: 'complement' }),
  },
  {
    operator: 'twoSided',
    name: 'negate',
    rows: [[3]],
    expected: [[-3, 3]],
    build: (builder, x) => builder.add('twoSided', [x], { form: 'negate' }),
  },
  {
    operator: 'softmax',
    rows: [
      [0, 0],
      [1000, 0],
      [-1000, -1000 + Math.log(3)],
    ],
    expected: [
      [0.5, 0.5],
      [1, 0],
      [0.25, 0.75],
    ],
    build: (builder, x) => builder.add('softmax', [x]),
  },
  {
    operator: 'normalizeRows',
    name: 'divide',
    rows: [
      [1, 3],
      [0, 0],
    ],
    expected: [
      [0.25, 0.75],
      [NaN, NaN],
    ],
    build: (builder, x) => builder.add('normalizeRows', [x], { zero: 'divide' }),
  },
  {
    operator: 'normalizeRows',
    name: 'keep',
    rows: [
      [1, 3],
      [0, 0],
    ],
    expected: [
      [0.25, 0.75],
      [0, 0],
    ],
    build: (builder, x) => builder.add('normalizeRows', [x], { zero: 'keep' }),
  },
  {
    operator: 'logNormalize',
    rows: [
      [5, 5],
      [-2000, -Infinity],
    ],
    expected: [
      [half, half],
      [0, -Infinity],
    ],
    build: (builder, x) => builder.add('logNormalize', [x]),
  },
  {
    operator: 'affine',
    rows: [
      [1, 2],
      [0, -1],
    ],
    expected: [
      [8, 1],
      [3, 0],
    ],
    build: (builder, x) =>
      builder.add(
        'affine',
        [x],
        {},
        {
          weights: matrix([
            [-1, 2],
            [1, 0],
          ]),
          bias: Float64Array.of(5, 0),
        },
      ),
  },
  ...(
    [
      ['linear', 0, 0, 0, [1, 2, 0, 3, 5]],
      ['poly', 2, 1, 3, [27, 125, 1, 343, 1331]],
      ['poly', 1, 0, 0, [1, 1, 1, 1, 1]],
      ['sigmoid', 0.5, -1, 0, [Math.tanh(-0.5), 0, Math.tanh(-1), Math.tanh(0.5), Math.tanh(1.5)]],
      ['rbf', 0.5, 0, 0, [Math.exp(-2), Math.exp(-1), Math.exp(-2.5), Math.exp(-0.5), Math.exp(-2.5)]],
    ] as const
  ).map(([name, gamma, coef0, degree, expected]): Case => ({
    operator: 'kernel',
    name: `${name} ${degree}`,
    rows: [[1, 2]],
    expected: [expected],
    build: (builder, x) =>
      builder.add(
        'kernel',
        [x],
        { function: name, gamma, coef0, degree },
        {
          vectors: matrix([
            [1, 0],
            [0, 1],
            [0, 0],
            [1, 1],
            [3, 1],
          ]),
        },
      ),
  })),
  {
    operator: 'gaussian',
    rows: [[1, 2]],
    expected: [[half + normal(1, 0, 1) + normal(2, 1, 4), half + normal(1, 3, 2) + normal(2, 2, 1)]],
    build: (builder, x) =>
      builder.add(
        'gaussian',
        [x],
        {},
        {
          mean: matrix([
            [0, 1],
            [3, 2],
          ]),
          variance: matrix([
            [1, 4],
            [2, 1],
          ]),
          logPrior: Float64Array.of(half, half),
        },
      ),
  },
  {
    operator: 'pairDecisions',
    rows: [[1, 2, 3]],
    expected: [[0.5 + 2 - 6 + 0.25]],
    build: (builder, x) => builder.add('pairDecisions', [x], {}, pairs),
  },
  {
    operator: 'pairVotes',
    // A decision of 0 is a vote for the second class; three classes with a vote each: the first.
    rows: [
      [1, 1, 1],
      [-1, 1, 1],
      [-1, -1, -1],
      [1, -1, 1],
      [0, 0, 0],
    ],
    expected: [[0], [1], [2], [0], [2]],
    build: (builder, x) => builder.add('pairVotes', [x]),
  },
  {
    operator: 'pairToRest',
    name: 'row',
    rows: [
      [1, 2, -1],
      [0, 0, 0],
    ],
    expected: [
      [2 + 3 / 12, -2 / 9, 1 - 1 / 6],
      [2, 1, 0],
    ],
    build: (builder, x) => builder.add('pairToRest', [x], { scale: 'row' }),
  },
  {
    operator: 'pairToRest',
    name: 'call',
    rows: [
      [1, 2, -1],
      [0, 0, 0],
    ],
    expected: [
      [2.5, -1 / 3, 1 - 1 / 6],
      [2, 1, 0],
    ],
    build: (builder, x) => builder.add('pairToRest', [x], { scale: 'call' }),
  },
  {
    operator: 'pairProbabilities',
    name: 'evenly matched',
    rows: [[0, 0, 0]],
    expected: [[1 / 3, 1 / 3, 1 / 3]],
    build: (builder, x) =>
      builder.add(
        'pairProbabilities',
        [x],
        {},
        { slope: new Float64Array(3).fill(-1), offset: new Float64Array(3) },
      ),
  },
  {
    operator: 'pairProbabilities',
    name: 'two classes',
    // libsvm stops its rounds early, and so must we.
    tolerance: 1e-5,
    rows: [[Math.log(3)], [-Math.log(3)]],
    expected: [
      [0.75, 0.25],
      [0.25, 0.75],
    ],
    build: (builder, x) =>
      builder.add('pairProbabilities', [x], {}, { slope: Float64Array.of(-1), offset: Float64Array.of(0) }),
  },
  {
    operator: 'argmax',
    rows: [
      [1, 3, 2],
      [5, 5, 1],
      [0, NaN, 9],
      [-Infinity, -Infinity, -Infinity],
    ],
    expected: [[1], [0], [1], [0]],
    build: (builder, x) => builder.add('argmax', [x]),
  },
  {
    operator: 'above',
    rows: [[0.5, 0.500_001, NaN]],
    expected: [[0, 1, 0]],
    build: (builder, x) => builder.add('above', [x], { threshold: 0.5 }),
  },
  {
    operator: 'stackCodes',
    rows: [
      [2, 1, 0.1, 0.9],
      [0, 1, 1, -1],
    ],
    expected: [
      [7, 3, 4],
      [5, 4, 3],
    ],
    build(builder, x) {
      const first = builder.add('argmax', [
        builder.add('columns', [x], {}, { indices: Int32Array.of(1, 0) }),
      ]);
      const second = builder.add(
        'above',
        [builder.add('columns', [x], {}, { indices: Int32Array.of(2, 3) })],
        { threshold: 0.5 },
      );
      return builder.add('stackCodes', [first, second], {}, { table: Int32Array.of(5, 7, 3, 4) });
    },
  },
];

testCases('operators', cases);

suite('kernels', () => {
  test('every operator is computed by some kernel, and has a case in a test beside it', async () => {
    const names = Object.keys(operators) as OperatorName[];
    assert.deepEqual(Object.keys(kernelFamilies).toSorted(), names.toSorted());
    assert.equal((await loadKernels(new Set(names))).size, names.length);
    const tests = globSync('*.test.ts', { cwd: import.meta.dirname })
      .map(file => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join('');
    assert.deepEqual(
      names.filter(name => !tests.includes(`operator: '${name}'`)),
      [],
    );
  });
});

suite('float32 features', () => {
  const rows = [[5.1, 3.3]];
  const operand = Float64Array.of(5.05, 3.31);
  const scaled = (operandToo: boolean) => (builder: PlanBuilder, x: number) =>
    builder.add('columnwise', [x], { operation: 'subtract', operandToo }, { operand }, { single: true });

  test('a step that the library computes in float32 rounds its result', async () => {
    const plan = planOf({ operator: 'columnwise', rows, expected: [], build: scaled(false) });
    assert.deepEqual(await compute(plan, rows, true), [
      [Math.fround(Math.fround(5.1) - 5.05), Math.fround(Math.fround(3.3) - 3.31)],
    ]);
  });

  test('or the operand too', async () => {
    const plan = planOf({ operator: 'columnwise', rows, expected: [], build: scaled(true) });
    assert.deepEqual(await compute(plan, rows, true), [
      [Math.fround(Math.fround(5.1) - Math.fround(5.05)), Math.fround(Math.fround(3.3) - Math.fround(3.31))],
    ]);
  });

  test('float64 features are not rounded by the same plan, before or after', async () => {
    const plan = planOf({ operator: 'columnwise', rows, expected: [], build: scaled(true) });
    assert.deepEqual(await compute(plan, rows), [[5.1 - 5.05, 3.3 - 3.31]]);
  });
});
