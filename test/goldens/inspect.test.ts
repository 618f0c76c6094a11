/** What `inspect` says of models: importances are scikit-learn's `feature_importances_`, read from 1.9.1. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectModel } from '../../src/model/formats/index.ts';
import { findCase } from './corpus.ts';
import { fileOf } from './xgboost.ts';

for (const [name, expected] of [
  ['tree-binary', 'feature 0 (0.875), feature 1 (0.125)'],
  ['forest-three', 'feature 2 (0.383), feature 1 (0.324), feature 0 (0.293)'],
  ['boosted-three', 'feature 1 (0.491), feature 2 (0.429), feature 0 (0.0804)'],
  ['boosted-binary', 'feature 2 (0.862), feature 0 (0.111), feature 1 (0.0268)'],
] as const)
  test(`the most important features of ${name}`, async () => {
    const { corpus, entry } = findCase('1.9.1', name);
    const { description } = await inspectModel(corpus.model(entry), { fileName: entry.model });
    assert.equal(description?.facts['most important features'], expected);
  });

test('a pickled booster names the version of XGBoost, which stands inside', async () => {
  for (const [version, name, expected] of [
    ['2.1.4', 'forms-binary', '2.1.4'],
    ['3.4.1', 'classifier', '3.4.1'],
    ['0.90', 'classifier', 'before 1.0'],
  ] as const) {
    const { source } = await inspectModel(fileOf(version, name, 'pickle').bytes, { fileName: 'model' });
    assert.deepEqual([source?.library, source?.libraryVersion], ['XGBoost', expected]);
  }
});
