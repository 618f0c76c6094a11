import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  compiled,
  differences,
  foldersOfVersions,
  planOf,
  readCorpus,
  versions,
  type File,
} from './xgboost.ts';
import { sampleOf } from '../thorough.ts';

test('the corpus has the versions of XGBoost that are compared, and no others', () => {
  assert.deepEqual(foldersOfVersions(), versions);
});

function nameOf({ form, origin }: File): string {
  return origin === undefined ? form : `${form} (${origin})`;
}

for (const version of sampleOf(versions, 2)) {
  const corpus = readCorpus(version);
  suite(`XGBoost ${version}`, () => {
    for (const entry of corpus.entries) {
      test(`${entry.case} answers as the library does`, async () => {
        const wrong: string[] = [];
        for (const file of entry.files) {
          const executable = await compiled(await planOf(corpus, file));
          const found = differences(executable, corpus, entry);
          wrong.push(...found.map(text => `${nameOf(file)}: ${text}`));
        }
        assert.deepEqual(wrong, []);
      });
    }

    const named = corpus.entries.filter(({ names }) => names !== null);
    test('columns have the names of training, in files that keep them', async () => {
      assert.ok(named.length > 0);
      for (const entry of named) {
        for (const file of entry.files) {
          // The binary format has none, nor has a JSON file before 1.4.
          const keeps =
            file.form === 'pickle' ||
            (file.form !== 'binary' && !/^bi|^bs/.test(file.form) && !/^1\.[02]/.test(version));
          const { featureNames } = await planOf(corpus, file);
          assert.deepEqual(featureNames, keeps ? entry.names : undefined, `${entry.case} as ${file.form}`);
        }
      }
    });
  });
}

test('forms of every age are among them', () => {
  const forms = new Set(
    versions.flatMap(version => readCorpus(version).entries.flatMap(one => one.files.map(file => file.form))),
  );
  assert.deepEqual([...forms].toSorted(), ['binary', 'binf', 'bs64', 'joblib', 'json', 'pickle', 'ubj']);
});
