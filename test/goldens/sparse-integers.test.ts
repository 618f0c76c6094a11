/** Roots and waves of counts of words, which the library keeps as integers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel } from '../../src/model/formats/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { compiled } from './ask.ts';

/**
 * scikit-learn 1.9.1, `zlib.compress(pickle.dumps(model, 4))` of `make_pipeline(CountVectorizer(), VarianceThreshold(),
 * AdditiveChi2Sampler(sample_steps=2))`, fitted on six texts of words such as "good iris" and "bad river night".
 */
const model = Buffer.from(
  'eNpdU91qE0EUTmw2bW3atBS8KnrjRYo0GBGJIkTJRcGFICq9igyzu5Ps0N2ZdWY2P4J/F9VGht50fAl9BK+ltz6Cfw8g+AB6ZrNJinMRzp7zfW' +
    'dOvvPN69KHRqmQHb0pDyOCBasnNCERZcTolYez8NTsvjEvTE07UpFEmqcQVn2eMjUgvuKCPifC6CuzFj2CVSoIIiMlsK8oZ3UFsdHVtuUcLDiL' +
    'xpQlKSCWfc4UYRCtEObzgLK+0U6qentNoysBgRT0FYLDfWWpBPUBum6DBGHfB6Y0HV1JBEkE94mUAOzoVcUPCctu7OgVzHA0ziYuDbkIjF6N+J' +
    'AIH0tijvV6hkUJVooIBs1rrXS363WH3eG1rmf0Ral4gizR3lSO8QgFPbPf+p0LWY4psxm3qCu2mIthwWusL3CMBGZ9AnW3+BbaDbiPvTTCYmzb' +
    'eZTZaKKdQI0TWILD0jgZGyuQunUTBNNbPToiAVrwEMA30GIsRAPzvvzt85eXl1/ptfM4q3Spz3lgpytRQaVxL+glD0OioB1BB6CKW4JLaT9Uxl' +
    '1K9SbKt4qgJmGVMEqjfrveMKkH428NsKCY+USF8B9DHoGce//7QJKITG2AZnB0Dr91kCefzHNzX6wucPuF/OgNNlcVgdjGdUDGvIdERl/KNKsj' +
    'nwtSj9NIUSwEBhErSICDGNglBd+cmvCqXmbBtHgKEhyZdtEz78wjU4P1OEcWkC8ChL/Qa5rJ8bS6pIt3TafTefAXTvbjFpTxJu3ap4/2/GjJnb' +
    'NnO2ffW/nQ9341T342T/7k319bBuDh9bCRybiNg4AqkN8P6Q2J4ySy9tyZCXkITiQRwgmYekRjrLI9bN/PSW0gPc5Jc+Uq0zZo+mJhzdU8AUYi' +
    'YoAj0wnvuM5sBKKr8FiZ7HERo+ljtO4mMc+MuQzb9zg8kMmUUP8HEtOsrg==',
  'base64',
);
const texts = [
  'iris iris iris iris iris iris iris iris river',
  'good night '.repeat(20),
  'nothing',
  'bad '.repeat(100) + 'river '.repeat(9),
];
/** `model.transform(texts).toarray()`, of int64 */
const expected = [
  [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
  [0, 3, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [7, 0, 0, 0, 2, -4, 0, 0, 0, 0, 4, 0, 0, 0, 1],
];

test('what a sampler makes of sparse rows of integers is cut to whole numbers', async () => {
  const executable = await compiled(await openModel(model, { fileName: 'counts' }));
  const asked: NamedTensor = { name: 'input-0', datatype: 'BYTES', shape: [4], data: texts };
  const [answer] = executable.run([asked], ['transform']) as readonly NamedTensor[];
  const { datatype, data } = answer as NamedTensor & { data: BigInt64Array };
  assert.equal(datatype, 'INT64');
  assert.deepEqual(Array.from(data, Number), expected.flat());
});
