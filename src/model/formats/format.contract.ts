import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { decodePlan, encodePlan } from '../plan/file/index.ts';
import { typesOf, type Plan } from '../plan/index.ts';
import type { FormatRow } from './index.ts';

/** A file of the format, small enough to be cut and spoilt hundreds of times. */
export interface FormatExample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** How many bytes make a whole model, where what follows is what other writers of the format leave out. */
  readonly whole?: number;
}

const options = { fileName: 'model' };

function textOf(plan: Plan): string {
  return JSON.stringify({ ...plan, buffer: Array.from(new Uint8Array(plan.buffer)) });
}

/** Reading may refuse; it may not crash, and what it makes must be sound. */
async function openSpoilt(row: FormatRow, bytes: Uint8Array): Promise<'refused' | 'read'> {
  try {
    const format = await row.load();
    typesOf((await format.open(bytes, options)).plan());
    return 'read';
  } catch (error) {
    assert.ok(error instanceof CodedError, `not a coded error: ${String(error)}`);
    assert.equal(error.fault, 'user', error.message);
    assert.ok(error.message.length > 10 && error.message.length < 2000, error.message);
    return 'refused';
  }
}

/** A repeatable stream of numbers below 2^32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

/** What every format owes its callers. `others` are files of other kinds, which it must leave alone. */
export function describeFormat(
  row: FormatRow,
  examples: readonly FormatExample[],
  others: readonly FormatExample[],
): void {
  suite(`format ${row.name}`, () => {
    for (const example of examples) suite(example.name, () => describeExample(row, example));

    for (const { name, bytes } of others) {
      test(`does not take ${name} for its own`, async () => assert.equal(await row.match(bytes), false));
    }
  });
}

function describeExample(row: FormatRow, { bytes, whole }: FormatExample): void {
  test('is recognised by content', async () => assert.equal(await row.match(bytes), true));

  test('says where it comes from and what is in it', async () => {
    const { source, description } = await (await row.load()).open(bytes, options);
    assert.equal(source.format, row.name);
    for (const text of [source.container, source.library, description.name, description.class])
      assert.notEqual(text, '');
    assert.deepEqual(JSON.parse(JSON.stringify(description)), description);
  });

  test('becomes the same sound plan each time, and the bytes stay what they were', async () => {
    const before = bytes.slice();
    const format = await row.load();
    const plan = (await format.open(bytes, options)).plan();
    assert.equal(textOf((await format.open(bytes, options)).plan()), textOf(plan));
    assert.deepEqual(bytes, before);
    assert.equal(textOf(decodePlan(encodePlan(plan))), textOf(plan));
  });

  test('the plan does not read the file’s bytes any more', async () => {
    const copy = bytes.slice();
    const plan = (await (await row.load()).open(copy, options)).plan();
    const before = textOf(plan);
    copy.fill(0);
    assert.equal(textOf(plan), before);
  });

  test('cut short it is refused', async () => {
    const step = Math.max(1, Math.floor(bytes.length / 150));
    for (let length = 0; length < (whole ?? bytes.length - 1); length += step)
      assert.equal(await openSpoilt(row, bytes.slice(0, length)), 'refused', `${length} bytes`);
  });

  test('with bytes changed it is refused, or still makes a sound plan', async () => {
    const next = numbers(7);
    for (let round = 0; round < 300; round++) {
      const spoilt = bytes.slice();
      for (let change = 0; change <= round % 4; change++) spoilt[next() % spoilt.length] = next() >>> 24;
      await openSpoilt(row, spoilt);
    }
  });
}
