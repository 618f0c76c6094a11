import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../meta/index.ts';
import { mergePatch } from './merge.ts';

/** The cases of RFC 7386, appendix A, that are about objects, and those in which evanphx/json-patch differs. */
const cases: readonly (readonly [document: unknown, patch: unknown, result: unknown])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{}, { a: [{ b: null }, null] }, { a: [{}, null] }],
  [{ a: { b: 1 } }, { a: [{ b: null }] }, { a: [{ b: null }] }],
];

for (const [document, patch, result] of cases) {
  test(`${JSON.stringify(document)} with ${JSON.stringify(patch)}`, () => {
    assert.deepEqual(mergePatch(document, patch), result);
  });
}

test('what a patch does not touch is shared, what is too deep is refused', () => {
  const document = { a: { b: 1 }, c: {} };
  assert.equal((mergePatch(document, { c: 1 }) as typeof document).a, document.a);
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = { deep };
  assert.throws(() => mergePatch(document, deep), StatusError);
});
