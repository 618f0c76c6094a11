import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './differential.ts';

test('whatever the lane accepts, node:http accepts with the same meaning', async () => {
  const cases = 300;
  const { lane, http1 } = await fuzz(20_261_125, done => done === cases);
  assert.ok(lane > cases, `only ${lane} requests went through the lane`);
  assert.ok(http1 > cases / 2, `only ${http1} requests went behind it`);
});
