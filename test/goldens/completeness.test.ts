import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusedClasses } from '../../src/model/formats/sklearn/refused.ts';
import { families } from '../../src/model/formats/sklearn/table.ts';
import { newestKnown } from '../../src/model/formats/sklearn/version.ts';
import { versions } from './corpus.ts';

interface Listed {
  readonly name: string;
  readonly module: string;
  readonly methods: readonly string[];
}

/** 0.18 lists it; nothing can be made of it. */
const abstract = 'ensemble.BaseEnsemble';
const served = new Set(families.flatMap(family => family.classes));

/** All classes of a version, by package and name. */
function listed(version: string): readonly (Listed & { readonly path: string })[] {
  const file = join(import.meta.dirname, '../corpus/sklearn', version, 'estimators.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as Listed[]).map(one => ({
    ...one,
    path: `${one.module.split('.')[1] ?? ''}.${one.name}`,
  }));
}

for (const version of versions) {
  test(`every class of scikit-learn ${version} is served, or refused with a reason`, () => {
    const classes = listed(version).filter(({ path }) => path !== abstract);
    assert.ok(classes.length > 180, `${classes.length} classes`);
    const forgotten = classes.filter(({ path }) => !served.has(path) && !Object.hasOwn(refusedClasses, path));
    assert.deepEqual(
      forgotten.map(({ path }) => path),
      [],
    );
  });
}

test('classes are listed from 0.18 to the newest release that is known', () => {
  assert.match(versions[0], /^0\.18\./);
  assert.match(versions.at(-1) ?? '', new RegExp(`^${newestKnown.major}\\.${newestKnown.minor}\\.`));
});

test('no class is both served and refused, and what is refused is a class of some version', () => {
  const known = new Set(versions.flatMap(version => listed(version).map(({ path }) => path)));
  const refused = Object.keys(refusedClasses);
  assert.deepEqual(
    refused.filter(path => served.has(path)),
    [],
  );
  assert.deepEqual(
    refused.filter(path => !known.has(path)),
    [],
  );
});
