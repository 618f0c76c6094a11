import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameJson } from './same.ts';

const rows: readonly (readonly [left: unknown, right: unknown, same: boolean])[] = [
  [1, 1, true],
  [1, '1', false],
  [null, null, true],
  [null, {}, false],
  [null, undefined, false],
  [[], {}, false],
  [[1, 2], [1, 2], true],
  [[1, 2], [2, 1], false],
  [{ a: 1, b: { c: [] } }, { b: { c: [] }, a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: undefined, b: 1 }, { a: 1 }, false],
  [{ a: 1 }, { a: 1, b: null }, false],
  [{ ['__proto__']: 1 }, {}, false],
];
for (const [left, right, same] of rows) {
  test(`${JSON.stringify(left)} and ${JSON.stringify(right)} are ${same ? 'the same' : 'two things'}`, () => {
    assert.equal(sameJson(left, right), same);
    assert.equal(sameJson(right, left), same);
  });
}
