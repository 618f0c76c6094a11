import type { PlanBuilder } from '../../../plan/index.ts';
import { testCases, type Case } from './kernel.contract.ts';

const vectors = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 0],
  [1, 1, 0],
  [3, 0, 2],
];
const rows = [
  [1, 2, 0],
  [0, 0, 0],
  [0, 0.5, 4],
];

type Function = (x: readonly number[], vector: readonly number[]) => number;

function sumOf(x: readonly number[], vector: readonly number[], term: (a: number, b: number) => number) {
  return x.reduce((sum, value, column) => sum + term(value, vector[column] as number), 0);
}

function dot(x: readonly number[], vector: readonly number[]): number {
  return sumOf(x, vector, (a, b) => a * b);
}

function chi(x: readonly number[], vector: readonly number[]): number {
  return sumOf(x, vector, (a, b) => (a + b === 0 ? 0 : -((a - b) ** 2) / (a + b)));
}

const functions: readonly (readonly [string, number, number, number, Function])[] = [
  ['linear', 0, 0, 0, dot],
  ['poly', 2, 1, 3, (x, v) => (2 * dot(x, v) + 1) ** 3],
  ['poly', 1, 0, 0, () => 1],
  ['poly', 1, 0.5, 1.5, (x, v) => (dot(x, v) + 0.5) ** 1.5],
  ['sigmoid', 0.5, -1, 0, (x, v) => Math.tanh(0.5 * dot(x, v) - 1)],
  ['squares', 0, 0, 0, (x, v) => sumOf(x, v, (a, b) => (a - b) ** 2)],
  ['rbf', 0.5, 0, 0, (x, v) => Math.exp(-0.5 * sumOf(x, v, (a, b) => (a - b) ** 2))],
  ['laplacian', 0.25, 0, 0, (x, v) => Math.exp(-0.25 * sumOf(x, v, (a, b) => Math.abs(a - b)))],
  ['additiveChi2', 0, 0, 0, chi],
  ['chi2', 0.5, 0, 0, (x, v) => Math.exp(0.5 * chi(x, v))],
];

/** The vectors' values by column. */
function byColumn() {
  const entries = [0, 1, 2].map(column =>
    vectors.flatMap((vector, row) =>
      vector[column] === 0 ? [] : [[row, vector[column] as number] as const],
    ),
  );
  const flat = entries.flat();
  const ends = entries.map((_, column) => entries.slice(0, column + 1).flat().length);
  return {
    values: Float64Array.from(flat, ([, value]) => value),
    rows: Int32Array.from(flat, ([row]) => row),
    starts: Int32Array.of(0, ...ends),
  };
}

function sparse(builder: PlanBuilder, x: number): number {
  return builder.add('concatenateSparse', [x]);
}

testCases(
  'similarities',
  functions.flatMap(([name, gamma, coef0, degree, value]): Case[] => {
    const expected = rows.map(row => vectors.map(vector => value(row, vector)));
    const attributes = { function: name, gamma, coef0, degree };
    const dense: Case = {
      operator: 'kernel',
      name: `${name} ${degree}`,
      rows,
      expected,
      build: (builder, x) =>
        builder.add('kernel', [x], attributes, {
          vectors: { values: Float64Array.from(vectors.flat()), shape: [5, 3] },
        }),
    };
    if (!['linear', 'poly', 'sigmoid', 'rbf'].includes(name)) return [dense];
    return [
      dense,
      ...[true, false].map((isSparse): Case => ({
        operator: 'kernelSparse',
        name: `${name} ${degree}, rows that are ${isSparse ? 'sparse' : 'not'}`,
        rows,
        expected,
        build: (builder, x) =>
          builder.add(
            'kernelSparse',
            [isSparse ? sparse(builder, x) : x],
            { ...attributes, vectors: vectors.length },
            byColumn(),
          ),
      })),
    ];
  }),
);
