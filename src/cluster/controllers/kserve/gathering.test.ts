import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathering } from './gathering.ts';

test('what is told of a key waits after it was told, and nothing of others does', () => {
  let now = 1000;
  const gathering = new Gathering(250, () => now);
  assert.equal(gathering.left('a'), 0);
  gathering.told('a');
  assert.deepEqual([gathering.left('a'), gathering.left('b')], [250, 0]);
  now += 100;
  assert.equal(gathering.left('a'), 150);
  now += 150;
  assert.equal(gathering.left('a'), 0);
  now += 1000;
  assert.equal(gathering.left('a'), 0);
  gathering.told('a');
  gathering.forget('a');
  assert.equal(gathering.left('a'), 0);
});
