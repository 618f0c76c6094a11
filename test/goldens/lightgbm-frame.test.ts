/** Ways of asking a model that was trained with texts as categories: all have to say the same. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import { compiled, fileOf } from './lightgbm.ts';

const plants = ['p0', 'p1', 'p16', 'p20', 'p25', 'p36', 'p4', 'p41', 'p49', 'p64', 'p65', 'p9'];
const towns = ['Bonn', 'Köln', 'Ulm', 'a b'];

type Row = readonly [number, string | null, number, number, number, string | null];
const rows: readonly Row[] = [
  [0.1, 'Köln', 0.5, 0, 3, 'p9'],
  [-0.3, 'Ulm', NaN, -0.2, 5, 'p0'],
  [0.1, 'Köln', 0.5, 0, 3, null],
  [0.1, 'Köln', 0.5, 0, 3, 'p999'],
  [0.4, null, -1, 0.7, 0, 'p41'],
];
const names = ['size', 'town', 'age', 'rest', 'count', 'plant'];

async function executable() {
  return compiled(await openModel(fileOf('4.7.0', 'frame', 'text').bytes, { fileName: 'model' }));
}

function column(name: string): NamedTensor {
  const at = names.indexOf(name);
  const cells = rows.map(row => row[at]);
  return at === 1 || at === 5
    ? { name, datatype: 'BYTES', shape: [rows.length], data: cells as readonly (string | null)[] }
    : { name, datatype: 'FP64', shape: [rows.length], data: Float64Array.from(cells as number[]) };
}

/** The number by which the library replaces a text. */
function codeOf(texts: readonly string[], text: string | null): number {
  const code = text === null ? -1 : texts.indexOf(text);
  return code < 0 ? NaN : code;
}

async function answers(inputs: readonly NamedTensor[]): Promise<readonly number[]> {
  const [answer] = (await executable()).run(inputs, ['predict']) as readonly [NamedTensor];
  return Array.from(answer.data as Float64Array);
}

suite('a model of LightGBM that knows texts', () => {
  const matrix: NamedTensor = {
    name: 'input-0',
    datatype: 'FP64',
    shape: [rows.length, 6],
    data: Float64Array.from(
      rows.flatMap(([size, town, age, rest, count, plant]) => [
        size,
        codeOf(towns, town),
        age,
        rest,
        count,
        codeOf(plants, plant),
      ]),
    ),
  };

  test('takes texts by column, in any order, or their positions as a matrix', async () => {
    const expected = await answers(names.map(column));
    assert.equal(new Set(expected).size, 4, 'texts make a difference, and unknown ones are missing');
    assert.deepEqual(await answers(names.toReversed().map(column)), expected);
    assert.deepEqual(await answers([matrix]), expected);
  });

  test('passes over columns it does not know, and takes those that are not sent for missing', async () => {
    const some = ['plant', 'size', 'count'].map(column);
    const other = { ...column('age'), name: 'colour' };
    const found = await answers([...some, other]);
    const missing = [1, 2, 3].map(at => ({ ...column(names[at] as string), datatype: 'FP64' as const }));
    const filled = missing.map(one => ({ ...one, data: new Float64Array(rows.length).fill(NaN) }));
    assert.deepEqual(found, await answers([...some, ...filled]));
  });

  test('refuses a request in which it knows no column, and texts for numbers', async () => {
    const strange = names.map(name => ({ ...column(name), name: `my ${name}` }));
    await assert.rejects(answers(strange), { code: 'features-columns' });
    const texts = names.map(name => (name === 'size' ? { ...column('town'), name } : column(name)));
    await assert.rejects(answers(texts), { code: 'features-datatype' });
  });

  test('says what it takes', async () => {
    const { inputs } = await openModel(fileOf('4.7.0', 'frame', 'text').bytes, { fileName: 'model' });
    assert.deepEqual(
      inputs.map(({ name, datatype }) => [name, datatype]),
      names.map(name => [name, name === 'town' || name === 'plant' ? 'BYTES' : 'FP64']),
    );
  });
});
