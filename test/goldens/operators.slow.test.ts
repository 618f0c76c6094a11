import assert from 'node:assert/strict';
import { test } from 'node:test';
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
