import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../../../tensor/index.ts';
import { checkPlan, PlanBuilder, type Plan } from '../../../plan/index.ts';
import { tabular } from '../index.ts';
import { murmurHash } from '../terms/murmur.ts';

const one = { operator: 'hashColumns', width: 8 } as const;

function planOf(attributes: { signs: boolean; absolute: boolean; sets?: boolean }): Plan {
  const builder = new PlanBuilder();
  const node = builder.add(one.operator, [], { owner: 'Test', width: one.width, ...attributes });
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: [{ name: 'key', datatype: 'FP64', shape: [-1] }],
      outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, one.width] }],
      features: 1,
      openColumns: true,
    },
    [{ node: builder.add('dense', [node]) }],
  );
}

function numbers(name: string, ...values: number[]): NamedTensor {
  return { name, datatype: 'FP64', shape: [values.length], data: Float64Array.from(values) };
}

function texts(name: string, ...data: (string | null)[]): NamedTensor {
  return { name, datatype: 'BYTES', shape: [data.length, 1], data };
}

async function ask(plan: Plan, ...tensors: readonly NamedTensor[]): Promise<readonly number[]> {
  const [answer] = (await tabular.compile(plan)).run(tensors, ['y']) as readonly [NamedTensor];
  return [...(answer.data as Float64Array)];
}

/** Where a text lands among the columns, and with which sign. */
function place(text: string): readonly [column: number, sign: number] {
  const bytes = Buffer.from(text);
  const hash = murmurHash(bytes, bytes.length);
  return [Math.abs(hash) % one.width, hash < 0 ? -1 : 1];
}

function expected(...entries: readonly (readonly [string, number])[]): readonly number[] {
  const row = Array.from({ length: one.width }, () => 0);
  for (const [text, value] of entries) {
    const [column, sign] = place(text);
    row[column] = (row[column] as number) + sign * value;
  }
  return row;
}

suite('hashed columns', () => {
  const signed = { signs: true, absolute: false };

  test('numbers lie where their names hash to, texts where name=text does', async () => {
    const answer = await ask(
      planOf(signed),
      numbers('boats', 3, 0),
      numbers('temperature', NaN, -2.5),
      texts('city', 'Tromsø', null),
    );
    assert.deepEqual(answer, [
      ...expected(['boats', 3], ['city=Tromsø', 1]),
      ...expected(['temperature', -2.5]),
    ]);
  });

  test('signs are left out, or taken off at the end', async () => {
    const size = (row: readonly number[]) => row.map(Math.abs);
    const wanted = size(expected(['boats', 3]));
    assert.deepEqual(await ask(planOf({ signs: false, absolute: false }), numbers('boats', 3)), wanted);
    assert.deepEqual(await ask(planOf({ signs: true, absolute: true }), numbers('boats', -3)), wanted);
  });

  test('more rows than a block has', async () => {
    const rows = 5000;
    const values = Array.from({ length: rows }, (_, row) => row + 1);
    const answer = await ask(planOf(signed), numbers('boats', ...values));
    assert.deepEqual(
      answer,
      values.flatMap(value => expected(['boats', value])),
    );
  });

  const refused: readonly (readonly [string, string, readonly NamedTensor[]])[] = [
    ['no row', 'features-shape', [numbers('boats')]],
    ['nothing at all', 'features-shape', []],
    ['columns of two lengths', 'features-shape', [numbers('boats', 1), numbers('wind', 1, 2)]],
    ['a matrix', 'features-shape', [{ ...numbers('x', 1, 2), shape: [1, 2] }]],
    ['a name that comes twice', 'features-columns', [numbers('boats', 1), numbers('boats', 2)]],
    ['a column without a name', 'features-columns', [{ ...numbers('0', 1), unnamed: true }]],
    ['fewer numbers than rows', 'features-shape', [{ ...numbers('boats', 1), shape: [2] }]],
  ];
  for (const [name, code, tensors] of refused)
    test(`${name} is refused`, () => assert.rejects(ask(planOf(signed), ...tensors), { code }));

  test('a plan whose columns are known has none to hash', () => {
    const { openColumns: _, ...closed } = planOf(signed);
    assert.throws(() => checkPlan(closed), { code: 'plan-invalid' });
  });
});

test('lists of very many texts are counted text by text, the missing ones left out', async () => {
  const width = 300_000;
  const first = Array.from({ length: width }, (_, at) => ['a', 'b', null][at % 3] as string | null);
  const second = Array.from({ length: width }, (_, at) => (at === width - 1 ? 'a' : null));
  const data = [...first, ...second];
  const plan = planOf({ signs: true, absolute: false, sets: true });
  assert.deepEqual(await ask(plan, { name: 'input-0', datatype: 'BYTES', shape: [2, width], data }), [
    ...expected(['a', width / 3], ['b', width / 3]),
    ...expected(['a', 1]),
  ]);
});
