import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CodedError } from '../../src/base/errors/index.ts';
import { describeFormat, type FormatExample } from '../../src/model/formats/format.contract.ts';
import { formats, openModel } from '../../src/model/formats/index.ts';
import { encodePlan } from '../../src/model/plan/file/index.ts';
import { fileOf } from './lightgbm.ts';

const encoder = new TextEncoder();
const row = formats.find(one => one.name === 'lightgbm') as (typeof formats)[number];

/** Up to the line that ends the trees, text is a whole model: importances and settings may follow or not. */
function textOf(version: string, name: string): FormatExample {
  const file = fileOf(version, name, 'text');
  const end = Buffer.from(file.bytes).indexOf('end of trees');
  return end < 0 ? file : { ...file, whole: end };
}

const texts = [
  textOf('2.3.1', 'binary'),
  textOf('3.3.5', 'linear-categories'),
  textOf('4.7.0', 'frame'),
  textOf('4.7.0', 'names-odd'),
];

describeFormat(
  row,
  [...texts, fileOf('2.3.1', 'multiclass', 'dump'), fileOf('4.7.0', 'linear-categories', 'dump')],
  [
    fileOf('4.7.0', 'binary', 'pickle'),
    fileOf('4.7.0', 'classifier', 'joblib'),
    { name: 'another JSON', bytes: encoder.encode('{"learner": {}}') },
    { name: 'settings', bytes: encoder.encode('objective = binary\nnum_trees = 100\n') },
    { name: 'XML', bytes: encoder.encode('<?xml version="1.0"?><PMML version="4.4"/>') },
    { name: 'a zip archive', bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0) },
    { name: 'zeros', bytes: new Uint8Array(4096) },
    { name: 'nothing', bytes: new Uint8Array(0) },
  ],
);

/** What a plan computes, without the words about the file. */
async function computes(bytes: Uint8Array): Promise<string> {
  const plan = await openModel(bytes, { fileName: 'model' });
  const words = {
    source: { ...plan.source, notes: [] },
    description: { ...plan.description, parameters: {}, facts: {} },
  };
  return Buffer.from(encodePlan({ ...plan, ...words })).toString('base64');
}

suite('text cut after its trees', () => {
  for (const { name, bytes, whole } of texts.filter(one => !one.name.includes('frame')))
    test(`is refused, or answers as ever: ${name}`, async () => {
      const before = await computes(bytes);
      let read = 0;
      for (let length = (whole as number) + 13; length < bytes.length; length += 7) {
        try {
          assert.equal(await computes(bytes.slice(0, length)), before, `${length} bytes`);
          read++;
        } catch (error) {
          assert.ok(error instanceof CodedError && error.code === 'lightgbm-truncated', String(error));
        }
      }
      assert.ok(read < 20, `${read} cuts were read`);
    });

  test('is refused when it had categories of a data frame and is cut among them', async () => {
    const { bytes } = textOf('4.7.0', 'frame');
    const start = Buffer.from(bytes).indexOf('pandas_categorical:');
    for (let length = start + 1; length < bytes.length - 1; length += 11)
      await assert.rejects(
        computes(bytes.slice(0, length)),
        { code: 'lightgbm-truncated' },
        `${length} bytes`,
      );
  });
});
