import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compiled, differences, foldersOfVersions, planOf, readCorpus, versions } from './lightgbm.ts';
import { sampleOf } from '../thorough.ts';

test('the corpus has the versions of LightGBM that are compared, and no others', () => {
  assert.deepEqual(foldersOfVersions(), versions);
});

for (const version of sampleOf(versions, 2)) {
  const corpus = readCorpus(version);
  suite(`LightGBM ${version}`, () => {
    for (const entry of corpus.entries) {
      test(`${entry.case} answers as the library does`, async () => {
        const wrong: string[] = [];
        for (const file of entry.files) {
          const executable = await compiled(await planOf(corpus, file));
          const found = differences(executable, corpus, entry, file);
          wrong.push(
            ...found.map(
              text => `${file.form}${file.origin === undefined ? '' : ` (${file.origin})`}: ${text}`,
            ),
          );
        }
        assert.deepEqual(wrong, []);
      });
    }
  });
}
