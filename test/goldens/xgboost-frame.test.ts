/** A model of XGBoost that was trained on a data frame keeps its categories: all ways of asking it have to say the same. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import { compiled, fileOf, planOf, readCorpus } from './xgboost.ts';

const names = ['age', 'income', 'debt', 'children', 'rate'];
/** In the order of training; the library was asked with them in another. */
const towns = ['Ulm', 'Bonn', 'Köln', 'a b', '', 'p16', 'p4', 'p0', 'p9'];

const corpus = readCorpus('3.4.1');
const entry = corpus.entries.find(one => one.case === 'data-frame') ?? assert.fail('no such case');
const { rows, outputs } = corpus.goldens(entry);
const expected = Array.from(
  new Float32Array(
    new Uint8Array(Buffer.from((outputs['margin'] as { base64: string }).base64, 'base64')).buffer,
  ),
);

function column(at: number, cells: readonly (number | string | null)[]): NamedTensor {
  const name = names[at] as string;
  return cells.some(cell => typeof cell === 'string')
    ? { name, datatype: 'BYTES', shape: [cells.length], data: cells as (string | null)[] }
    : {
        name,
        datatype: 'FP64',
        shape: [cells.length],
        data: Float64Array.from(cells, cell => (cell ?? NaN) as number),
      };
}

/** The rows of the goldens, with towns by name. */
function columns(): readonly NamedTensor[] {
  return names.map((_, at) =>
    column(
      at,
      rows.map(row => (at === 3 && row[3] !== null ? (towns[row[3] as number] as string) : row[at]) ?? null),
    ),
  );
}

async function margins(form: string, inputs: readonly NamedTensor[]): Promise<readonly number[]> {
  const file = entry.files.find(one => one.form === form) ?? assert.fail(`no ${form}`);
  const executable = await compiled(await planOf(corpus, file));
  const [answer] = executable.run(inputs, ['margin']) as readonly [NamedTensor];
  return Array.from(answer.data as Float32Array);
}

suite('a model of XGBoost that knows texts', () => {
  for (const { form } of entry.files)
    test(`answers to names as the library does, from ${form}`, async () => {
      assert.ok(new Set(expected).size > 20);
      assert.deepEqual(await margins(form, columns()), expected);
      assert.deepEqual(await margins(form, columns().toReversed()), expected);
    });

  test('refuses a name that training had not, and says where', async () => {
    const strange = columns().map(one => (one.name === 'children' ? column(3, ['Ulm', null, 'Rom']) : one));
    await assert.rejects(
      margins(
        'json',
        strange.map(one => ({
          ...one,
          shape: [3],
          data: (one.data as Float64Array).slice(0, 3),
        })),
      ),
      { code: 'category-unknown', message: /'children', row 2.*"Rom" is none of the 9 categories/ },
    );
  });

  test('says what it takes', async () => {
    const { inputs, source } = await openModel(fileOf('3.4.1', 'data-frame', 'ubj').bytes, {
      fileName: 'model',
    });
    assert.deepEqual(
      inputs.map(({ name, datatype }) => [name, datatype]),
      names.map(name => [name, name === 'children' ? 'BYTES' : 'FP32']),
    );
    assert.match(String(source.notes), /'rate' takes positions from 0 on.*\[3,10,7,250\]/);
  });
});
