import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { families } from '../../src/model/formats/sklearn/table.ts';
import { countUses, readPage, renderOperators } from './operators.ts';

const counted = await countUses();

test('docs/reference/operators.md says which classes are computed with which operators', () => {
  assert.equal(readPage(), renderOperators(counted), 'run node test/goldens/operators.ts');
});

test('every operator is of use to some model', () => {
  const { uses, classes } = counted;
  assert.ok(classes.size > 150, `${classes.size} classes`);
  const unused = [...uses].filter(([, users]) => users.size === 0).map(([name]) => name);
  assert.deepEqual(unused, []);
});

test('neither the engine nor the vocabulary asks for a class by its name', () => {
  const source = join(import.meta.dirname, '..', '..', 'src', 'model');
  const files = globSync('{engines,plan}/**/*.ts', { cwd: source }).filter(
    file => !/\.(?:test|contract)\.ts$/.test(file),
  );
  assert.ok(files.length > 50, `${files.length} files`);
  const names = families.flatMap(({ classes }) => classes.map(one => one.split(/[.:]/).at(-1) as string));
  const quoted = new RegExp(`['"\`](?:${[...new Set(names)].join('|')})['"\`]`);
  const asking = files.filter(file =>
    quoted.test(readFileSync(join(source, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')),
  );
  assert.deepEqual(asking, []);
});
