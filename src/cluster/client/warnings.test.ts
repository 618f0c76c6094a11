import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningsIn } from './http.ts';

test('the texts of warning headers, escapes undone', () => {
  assert.deepEqual(warningsIn('299 - "one"'), ['one']);
  assert.deepEqual(warningsIn(String.raw`299 - "unknown field \"a\"", 299 - "two, with \\ and comma"`), [
    'unknown field "a"',
    String.raw`two, with \ and comma`,
  ]);
  assert.deepEqual(warningsIn('no warning'), []);
});
