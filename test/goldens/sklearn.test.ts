import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compiled, differences, planOf } from './ask.ts';
import { refusals } from './refusals.ts';
import { foldersOfVersions, readCorpus, versions } from './corpus.ts';

test('the corpus has the versions that are compared, and no others', () => {
  assert.deepEqual(foldersOfVersions(), versions);
});

test('every refusal is of a case that the corpus has', () => {
  for (const { version, case: name } of refusals)
    assert.ok(
      readCorpus(version).entries.some(entry => entry.case === name),
      `${version} ${name}`,
    );
});

for (const version of versions) {
  const corpus = readCorpus(version);
  suite(`scikit-learn ${version}`, () => {
    for (const entry of corpus.entries) {
      const refusal = refusals.find(one => one.version === version && one.case === entry.case);
      if (refusal !== undefined) {
        test(`${entry.case} is refused`, async () => {
          await assert.rejects(planOf(corpus, entry), { code: refusal.code });
        });
        continue;
      }
      test(`${entry.case} answers as the library does`, async () => {
        const executable = await compiled(await planOf(corpus, entry));
        const wrong = corpus.runs(entry).flatMap(run => differences(executable, run));
        assert.deepEqual(wrong, []);
      });
    }
  });
}
