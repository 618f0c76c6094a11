import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exp } from './exponential.ts';

/** e^x by its series in integers scaled by 2^200, for x = numerator / 2^52 small enough. */
function exactExp(x: number): number {
  const bits = 200n;
  const halvings = 16n;
  const scaled = (BigInt(Math.round(x * 2 ** 40)) << bits) >> (40n + halvings);
  let term = 1n << bits;
  let sum = term;
  for (let n = 1n; term !== 0n && n < 200n; n++) {
    term = (term * scaled) >> bits;
    term /= n;
    sum += term;
  }
  for (let n = 0n; n < halvings; n++) sum = (sum * sum) >> bits;
  return Number(sum >> 100n) / 2 ** 100;
}

function unitsApart(one: number, other: number): number {
  return Math.abs(one - other) / (2 ** Math.floor(Math.log2(Math.abs(other))) * Number.EPSILON);
}

test('exp is within a unit in the last place of the exact value', () => {
  let worst = 0;
  for (let index = 0; index < 4000; index++) {
    // Multiples of 2^-40, so that the series has the same argument.
    const x = Math.round((((index * 0.618_033_988_749_895) % 1) * 60 - 30) * 2 ** 40) / 2 ** 40;
    worst = Math.max(worst, unitsApart(exp(x), exactExp(x)));
  }
  assert.ok(worst <= 1, `${worst} units in the last place`);
});

test('exp agrees with Math.exp to the ends of the range', () => {
  for (let x = -707.5; x < 709; x += 0.731) assert.ok(unitsApart(exp(x), Math.exp(x)) <= 2, `x = ${x}`);
});

test('exp of what has no normal result is that of Math.exp', () => {
  for (const x of [NaN, Infinity, -Infinity, -745.2, -720, -708, 709.7, 710, 1e308, -1e308])
    assert.ok(Object.is(exp(x), Math.exp(x)), `x = ${x}`);
  assert.equal(exp(0), 1);
  assert.equal(exp(-0), 1);
});
