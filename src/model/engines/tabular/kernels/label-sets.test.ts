import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../../../tensor/index.ts';
import {
  checkPlan,
  encodeTexts,
  PlanBuilder,
  type NewArray,
  type Plan,
  type PlanArray,
} from '../../../plan/index.ts';
import { tabular } from '../index.ts';

const one = { operator: 'labelSets' } as const;

function planOf(
  classes: Readonly<Record<string, PlanArray | NewArray>>,
  width: number,
  unknown: 'pass' | 'refuse' = 'pass',
): Plan {
  const builder = new PlanBuilder();
  const node = builder.add(one.operator, [], { owner: 'Test', unknown }, classes);
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: [{ name: 'input-0', datatype: 'BYTES', shape: [-1, -1] }],
      outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, width] }],
      features: 1,
      openColumns: true,
    },
    [{ node }],
  );
}

const films = () => planOf(encodeTexts('classes', ['comedy', 'drama', 'war']), 3);

function texts(shape: readonly number[], ...data: (string | null)[]): NamedTensor {
  return { name: 'input-0', datatype: 'BYTES', shape, data };
}

async function ask(plan: Plan, ...tensors: readonly NamedTensor[]): Promise<readonly number[]> {
  const [answer] = (await tabular.compile(plan)).run(tensors, ['y']) as readonly [NamedTensor];
  return [...(answer.data as Float64Array)];
}

async function refused(plan: Plan, code: string, words: RegExp, ...tensors: readonly NamedTensor[]) {
  await assert.rejects(ask(plan, ...tensors), error => {
    assert.equal((error as { code?: string }).code, code);
    assert.match((error as Error).message, words);
    return true;
  });
}

suite('sets of labels', () => {
  test('a label may come twice; null is none, and so is what is no class', async () => {
    const rows = texts([3, 3], 'war', 'comedy', 'war', null, null, 'drama', 'opera', null, null);
    assert.deepEqual(await ask(films(), rows), [1, 0, 1, 0, 1, 0, 0, 0, 0]);
  });

  test('any number of labels, or a column for each place', async () => {
    assert.deepEqual(await ask(films(), texts([2, 1], 'war', 'drama')), [0, 0, 1, 0, 1, 0]);
    const columns = [texts([2], 'war', 'drama'), texts([2, 1], null, 'comedy')];
    assert.deepEqual(await ask(films(), ...columns), [0, 0, 1, 1, 1, 0]);
  });

  test('more rows than a block has', async () => {
    const words = ['comedy', 'drama', 'war', null] as const;
    const data = Array.from(
      { length: 2400 },
      (_, at) => words[(at * 7 + Math.floor(at / 2)) % 4] as string | null,
    );
    const expected = Array.from({ length: 1200 }, (_, row) =>
      words.slice(0, 3).map(word => Number(data[2 * row] === word || data[2 * row + 1] === word)),
    );
    assert.deepEqual(await ask(films(), texts([1200, 2], ...data)), expected.flat());
  });

  test('numbers of any datatype; NaN is none', async () => {
    const plan = planOf({ numbers: Float64Array.of(7, -2, 0) }, 3);
    const input = { name: 'input-0', shape: [2, 2] };
    const floats = Float64Array.of(-2, 7, NaN, -0);
    assert.deepEqual(await ask(plan, { ...input, datatype: 'FP64', data: floats }), [1, 1, 0, 0, 0, 1]);
    const integers = BigInt64Array.of(7n, 8n, 0n, 0n);
    assert.deepEqual(await ask(plan, { ...input, datatype: 'INT64', data: integers }), [1, 0, 0, 0, 0, 1]);
  });

  test('rows without any label have no datatype of their own', async () => {
    const empty: NamedTensor = {
      name: 'input-0',
      datatype: 'FP64',
      shape: [2, 0],
      data: new Float64Array(0),
    };
    assert.deepEqual(await ask(films(), empty), [0, 0, 0, 0, 0, 0]);
    const nulls = { ...empty, shape: [1, 2], data: Float64Array.of(NaN, NaN) };
    assert.deepEqual(await ask(films(), nulls), [0, 0, 0]);
  });

  test('what is no class is refused where the library does so', async () => {
    const plan = planOf(encodeTexts('classes', ['a', 'b']), 2, 'refuse');
    await refused(
      plan,
      'category-unknown',
      /row 1: "c" is none of the 2 classes/,
      texts([2, 2], 'a', null, 'b', 'c'),
    );
  });

  test('other shapes and datatypes are refused', async () => {
    await refused(
      films(),
      'features-shape',
      /has shape \[2\], expected \[rows, labels\]/,
      texts([2], 'a', 'b'),
    );
    await refused(films(), 'features-shape', /shape \[1, 1, 1\]/, texts([1, 1, 1], 'a'));
    await refused(films(), 'features-shape', /shape \[1, 2\]/, texts([1, 2], 'a', 'b'), texts([1], 'a'));
    await refused(films(), 'features-shape', /1 rows, but/, texts([2], 'a', 'b'), texts([1], 'a'));
    await refused(films(), 'features-shape', /no row/, texts([0, 2]));
    await refused(films(), 'features-shape', /3 elements/, texts([2, 2], 'a', 'b', 'c'));
    const numbers: NamedTensor = { name: 'x', datatype: 'FP64', shape: [1, 1], data: Float64Array.of(1) };
    await refused(films(), 'features-datatype', /labels that are texts/, numbers);
    await refused(
      planOf({ numbers: Float64Array.of(1) }, 1),
      'features-datatype',
      /numbers/,
      texts([1, 1], 'a'),
    );
  });

  test('a plan has classes of one kind', () => {
    const both = { ...encodeTexts('classes', ['a']), numbers: Float64Array.of(1) };
    assert.throws(() => checkPlan(planOf(both, 1)), /either texts or numbers/);
    assert.throws(() => checkPlan(planOf({}, 1)), /either texts or numbers/);
  });
});
