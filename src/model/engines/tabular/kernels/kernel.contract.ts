/** What the tests of the kernels share: a case is an operator on a few rows, and what it has to give. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../../../tensor/index.ts';
import {
  characterItems,
  PlanBuilder,
  type NewArray,
  type OperatorName,
  type Plan,
  type PlanArray,
  type PlanHead,
} from '../../../plan/index.ts';
import { tabular } from '../index.ts';

const head: Omit<PlanHead, 'inputs' | 'outputs' | 'features'> = {
  source: { format: 'test', container: 'none', library: 'none', notes: [] },
  description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
};

export type Arrays = Record<string, PlanArray | NewArray>;

/** What a node that cuts texts into single words is told. */
export const words = {
  owner: 'Test',
  analyzer: 'runs',
  leastRun: 2,
  least: 1,
  most: 1,
  lowercase: true,
  accents: 'keep',
  binary: false,
} as const;

/** Words of two letters and more. */
export const wordSet: Arrays = {
  setItems: Int32Array.of(characterItems.word, 0, 0),
  setStarts: Int32Array.of(0, 1),
};

/** Numbers, or texts with null for a missing one. */
export type CaseRow = readonly number[] | readonly (string | null)[];

/** Rows in, rows out, for a node built on the features. */
export interface Case {
  readonly operator: OperatorName;
  readonly name?: string;
  readonly rows: readonly CaseRow[];
  readonly expected: readonly CaseRow[];
  readonly tolerance?: number;
  build(builder: PlanBuilder, x: number): number;
}

function isTexts(rows: readonly CaseRow[]): boolean {
  return rows.some(row => row.some(value => typeof value !== 'number'));
}

function inputOf(builder: PlanBuilder, rows: readonly CaseRow[]): number {
  const width = (rows[0] as CaseRow).length;
  if (!isTexts(rows)) return builder.add('input', [], { width, owner: 'Test' });
  return builder.add('inputTexts', [], { owner: 'Test' }, { columns: Int32Array.from(Array(width).keys()) });
}

/** Sparse rows come out dense, codes as what they are. */
export function planOf(one: Case): Plan {
  const builder = new PlanBuilder();
  const width = (one.rows[0] as CaseRow).length;
  const built = one.build(builder, inputOf(builder, one.rows));
  const node = builder.typeOf(built).kind === 'sparse' ? builder.add('dense', [built]) : built;
  const type = builder.typeOf(node);
  const labels =
    type.kind === 'codes'
      ? {
          datatype: 'FP64' as const,
          values: Float64Array.from({ length: type.cardinality }, (_, code) => code),
        }
      : undefined;
  const given = isTexts(one.rows) ? 'BYTES' : 'FP64';
  return builder.finish(
    {
      ...head,
      inputs: [{ name: 'input-0', datatype: given, shape: [-1, width] }],
      outputs: [{ name: 'y', datatype: type.kind === 'texts' ? 'BYTES' : 'FP64', shape: [-1, type.width] }],
      features: width,
    },
    [{ node, labels }],
  );
}

function tensorOf(rows: readonly CaseRow[], single: boolean): NamedTensor {
  const name = 'input-0';
  const shape = [rows.length, (rows[0] as CaseRow).length];
  if (isTexts(rows)) return { name, datatype: 'BYTES', shape, data: rows.flat() as (string | null)[] };
  const flat = rows.flat() as number[];
  return single
    ? { name, datatype: 'FP32', shape, data: Float32Array.from(flat) }
    : { name, datatype: 'FP64', shape, data: Float64Array.from(flat) };
}

/** What a plan answers, row by row. */
export async function compute(
  plan: Plan,
  rows: readonly CaseRow[],
  single = false,
): Promise<(number | string | null)[][]> {
  const executable = await tabular.compile(plan);
  const [answer] = (await executable.run([tensorOf(rows, single)], ['y'])) as [NamedTensor];
  const width = answer.shape[1] as number;
  const data = 'codes' in answer.data ? answer.data.codes : answer.data;
  const flat = Array.from(data as ArrayLike<number | string | null>);
  return rows.map((_, row) => flat.slice(row * width, (row + 1) * width));
}

/** An array of two dimensions. */
export function matrix(rows: readonly (readonly number[])[]): { values: Float64Array; shape: number[] } {
  return {
    values: Float64Array.from(rows.flat()),
    shape: [rows.length, (rows[0] as readonly number[]).length],
  };
}

function isClose(found: number, expected: number, tolerance: number): boolean {
  return (
    Object.is(found, expected) ||
    found === expected ||
    Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected))
  );
}

export function assertClose(
  found: readonly (readonly (number | string | null | undefined)[])[],
  expected: readonly CaseRow[],
  tolerance = 1e-12,
): void {
  assert.equal(found.length, expected.length);
  for (const [row, wanted] of expected.entries()) {
    assert.equal(found[row]?.length, wanted.length);
    for (const [column, value] of wanted.entries()) {
      const got = found[row]?.[column];
      const close =
        typeof got === 'number' && typeof value === 'number' ? isClose(got, value, tolerance) : got === value;
      assert.ok(close, `row ${row}, column ${column} is ${String(got)}, expected ${String(value)}`);
    }
  }
}

/** A test for each case, and one with more rows than a block has. */
export function testCases(topic: string, cases: readonly Case[]): void {
  suite(topic, () => {
    for (const one of cases) {
      const name = `${one.operator}${one.name === undefined ? '' : `: ${one.name}`}`;
      test(name, async () => {
        assertClose(await compute(planOf(one), one.rows), one.expected, one.tolerance);
      });

      test(`${name}, many rows at once`, async () => {
        // More than a block of rows, and no multiple of four.
        const times = Math.ceil(1101 / one.rows.length);
        const rows = Array.from({ length: times }, () => one.rows).flat();
        const expected = Array.from({ length: times }, () => one.expected).flat();
        assertClose(await compute(planOf(one), rows), expected, one.tolerance);
      });
    }
  });
}
