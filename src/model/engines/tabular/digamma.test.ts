import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digamma } from './digamma.ts';

test('the digamma function has the values of its tables', () => {
  const euler = 0.577_215_664_901_532_9;
  const table = [
    [1, -euler],
    [2, 1 - euler],
    [0.5, -euler - 2 * Math.LN2],
    [10, 2.251_752_589_066_721],
    [0.01, -100.560_885_457_868_66],
  ] as const;
  for (const [x, value] of table) assert.ok(Math.abs(digamma(x) / value - 1) < 1e-8, `${x}: ${digamma(x)}`);
});

test('near 0 it is a pole', () => {
  assert.equal(Math.round(digamma(1e-7) + 1e7), -1);
});
