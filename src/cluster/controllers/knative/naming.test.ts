import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childName } from './naming.ts';

const rows: readonly (readonly [parent: string, suffix: string, name: string])[] = [
  ['iris-predictor', '-00001', 'iris-predictor-00001'],
  ['a'.repeat(57), '-00001', `${'a'.repeat(57)}-00001`],
  ['a'.repeat(58), '-00001', `${'a'.repeat(25)}dc2f2f2462a0d72358b2f99389458606-00001`],
];
for (const [parent, suffix, name] of rows) {
  test(`the name of what is made for one of ${parent.length} characters`, () => {
    assert.equal(childName(parent, suffix), name);
    assert.ok(name.length <= 63);
  });
}

test('long names that differ at their ends stay different', () => {
  const parent = 'a'.repeat(60);
  assert.notEqual(childName(`${parent}b`, '-private'), childName(`${parent}c`, '-private'));
});
