import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathering } from './gathering.ts';

test('what is told of a key waits after it was told, and nothing of others does', () => {
  const gathering = new Gathering(3_600_000);
  assert.equal(gathering.left('a'), 0);
  gathering.told('a');
  const left = gathering.left('a');
  assert.ok(left > 0 && left <= 3_600_000, `${left}`);
  assert.equal(gathering.left('b'), 0);
  gathering.forget('a');
  assert.equal(gathering.left('a'), 0);
});
