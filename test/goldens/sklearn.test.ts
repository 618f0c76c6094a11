/**
 * Every case of the corpus answers as scikit-learn did, or is in the list of refusals.
 * `node test/goldens/sklearn.test.ts FAMILY…` tries these families alone; `--thorough` in every version.
 */
import assert from 'node:assert/strict';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compiled, differences, planOf } from './ask.ts';
import {
  families,
  familiesOf,
  findCase,
  foldersOf,
  foldersOfVersions,
  readCorpus,
  versions,
  type Corpus,
  type Entry,
} from './corpus.ts';
import { refusals } from './refusals.ts';
import { sampleOf } from '../thorough.ts';

const corpusRoot = join(import.meta.dirname, '..', 'corpus');
const chosen = process.argv.slice(2).filter(word => !word.startsWith('--'));

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

/** What is wrong with a case, a sentence each; nothing when it answers as the library does, or is refused as the list says. */
async function wrongWith(corpus: Corpus, entry: Entry): Promise<readonly string[]> {
  const refusal = refusals.find(one => one.version === corpus.version && one.case === entry.case);
  if (refusal !== undefined) {
    await assert.rejects(planOf(corpus, entry), { code: refusal.code }, entry.case);
    return [];
  }
  const executable = await compiled(await planOf(corpus, entry));
  return corpus.runs(entry).flatMap(run => differences(executable, run));
}

// One test a family: a test a case costs more than most cases do.
for (const [turn, family] of families.map(({ name }) => name).entries()) {
  if (chosen.length > 0 && !chosen.includes(family)) continue;
  const having = versions.filter(version => familiesOf(version).includes(family));
  for (const version of sampleOf(having, turn))
    test(`${family} of scikit-learn ${version} answers as the library does`, async context => {
      const corpus = readCorpus(version, family);
      const wrong: Record<string, unknown> = {};
      for (const entry of corpus.entries) {
        const found = await wrongWith(corpus, entry).catch((error: unknown) => error);
        if (!Array.isArray(found) || found.length > 0) wrong[entry.case] = found;
      }
      context.diagnostic(`${corpus.entries.length} cases`);
      assert.deepEqual(wrong, {});
    });
}
