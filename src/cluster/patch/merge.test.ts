import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../meta/index.ts';
import { mergePatch } from './merge.ts';
import { strategicMergePatch } from './strategic/patch.ts';
import { deploymentShape } from './shapes.fixture.ts';

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

test('what is no object is refused in the words of Go', () => {
  const fault = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return error instanceof StatusError ? `${error.code} ${error.message}` : String(error);
    }
    return 'was applied';
  };
  const target = 'into Go value of type map[string]interface {}';
  assert.equal(
    fault(() => mergePatch({}, null)),
    '400 Invalid JSON Patch',
  );
  assert.equal(
    fault(() => mergePatch({}, [])),
    `400 error decoding patch: json: cannot unmarshal array ${target}`,
  );
  const strategic = (patch: unknown): unknown => strategicMergePatch({}, patch, deploymentShape);
  assert.equal(
    fault(() => strategic(true)),
    `400 json: cannot unmarshal bool ${target}`,
  );
  assert.deepEqual(strategic(null), {});
});
