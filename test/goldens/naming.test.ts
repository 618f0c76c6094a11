/** Which code may know a class, or a library, by its name: the translations and their tables; nothing that all models share. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusedClasses, refusedOfOthers } from '../../src/model/formats/sklearn/refused.ts';
import { families } from '../../src/model/formats/sklearn/table.ts';

const source = join(import.meta.dirname, '..', '..', 'src');
const shared = '{base,tensor,wire,model,serve,app}/**/*.ts';
/** Translations of a class or a family of them, and the tables that lead to them. */
const translations =
  /^model\/formats\/(?:sklearn\/(?:families\/|(?:table|libraries|refused)\.ts)|xgboost\/|lightgbm\/)/;
const formats = /^model\/formats\//;
const libraries = [
  'sklearn',
  'scikit-learn',
  'XGBoost',
  'xgboost',
  'LightGBM',
  'lightgbm',
  'category_encoders',
];

function codeOf(file: string): string {
  return readFileSync(join(source, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
}

function files(without: RegExp): readonly string[] {
  const found = globSync(shared, { cwd: source }).filter(
    file => !without.test(file) && !/\.(?:test|contract)\.ts$/.test(file),
  );
  assert.ok(found.length > 200, `${found.length} files`);
  return found;
}

/** Files that hold one of the names, quoted, by itself or at the end of a path of modules. */
function naming(names: readonly string[], among: readonly string[]): readonly string[] {
  const quoted = new RegExp(`['"\`](?:[\\w.:]+[.:])?(?:${[...new Set(names)].join('|')})['"\`]`);
  return among.filter(file => quoted.test(codeOf(file)));
}

const classes = [
  ...families.flatMap(family => family.classes),
  ...Object.keys(refusedClasses),
  ...Object.keys(refusedOfOthers),
].map(one => one.split(/[.:]/).at(-1) as string);

test('shared code asks for no class by its name', () => {
  assert.ok(classes.length > 200, `${classes.length} classes`);
  assert.deepEqual(naming(classes, files(translations)), []);
});

test('code beyond the formats asks for no library by its name', () => {
  assert.deepEqual(naming(libraries, files(formats)), []);
});

test('a file that asked would be found', () => {
  assert.deepEqual(naming(classes, ['model/formats/sklearn/table.ts']), ['model/formats/sklearn/table.ts']);
  assert.deepEqual(naming(libraries, ['model/formats/index.ts']), ['model/formats/index.ts']);
});
