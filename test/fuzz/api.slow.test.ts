import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzApi } from './api.ts';

test('what the API server cannot read is told as a client’s mistake', async context => {
  const { runs, done } = await fuzzApi(20_261_126, count => count < (thorough ? 6000 : 600));
  context.diagnostic(`${done} of ${runs} requests were carried out`);
  assert.ok(done > runs / 20, `only ${done} of ${runs} are carried out: the spoiling is too coarse`);
});
