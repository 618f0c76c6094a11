/**
 * Every case of the corpus answers as scikit-learn did, or is in the list of refusals.
 * `node test/goldens/sklearn.test.ts FAMILY…` tries these families alone.
 */
import assert from 'node:assert/strict';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { compiled, differences, planOf } from './ask.ts';
import { familiesOf, findCase, foldersOf, foldersOfVersions, readCorpus, versions } from './corpus.ts';
import { refusals } from './refusals.ts';

const corpusRoot = join(import.meta.dirname, '..', 'corpus');
const chosen = process.argv.slice(2);

test('the corpus has the versions that are compared, and no others', () => {
  assert.deepEqual(foldersOfVersions(), versions);
});

for (const version of versions)
  test(`scikit-learn ${version} has a folder for each family that reaches it, and no others`, () => {
    assert.deepEqual(foldersOf(version), familiesOf(version));
  });

test('the corpus takes less than 60 MB', () => {
  const bytes = globSync('**/*', { cwd: corpusRoot, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  assert.ok(bytes < 60e6, `${bytes} bytes`);
});

test('every refusal is of a case that the corpus has', () => {
  for (const { version, case: name } of refusals) findCase(version, name);
});

function testFamily(version: string, family: string): void {
  const corpus = readCorpus(version, family);
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
}

for (const version of versions)
  for (const family of familiesOf(version).filter(name => chosen.length === 0 || chosen.includes(name)))
    suite(`${family} of scikit-learn ${version}`, () => testFamily(version, family));
