import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besselK, gamma } from './bessel.ts';

function near(found: number, expected: number, what: string): void {
  assert.ok(Math.abs(found / expected - 1) < 2e-13, `${what} is ${found}, not ${expected}`);
}

test('the gamma function goes through the factorials and the root of π', () => {
  for (const [x, expected] of [
    [1, 1],
    [2, 1],
    [5, 24],
    [11, 3_628_800],
    [0.5, Math.sqrt(Math.PI)],
    [2.5, 0.75 * Math.sqrt(Math.PI)],
    [0.001, 999.423_772_484_595_5],
    [150, 3.808_922_637_630_57e260],
  ] as const)
    near(gamma(x), expected, `Γ(${x})`);
  assert.equal(gamma(200), Infinity);
});

test('Bessel functions of half an order are exponentials', () => {
  for (const z of [1e-15, 1e-3, 0.1, 1, 7.5, 60, 700]) {
    const half = Math.sqrt(Math.PI / (2 * z)) * Math.exp(-z);
    near(besselK(0.5, z), half, `K of 1/2 at ${z}`);
    near(besselK(1.5, z), half * (1 + 1 / z), `K of 3/2 at ${z}`);
    near(besselK(2.5, z), half * (1 + 3 / z + 3 / (z * z)), `K of 5/2 at ${z}`);
  }
});

test('orders are tied by their recurrence', () => {
  for (const z of [0.01, 1, 12])
    for (const order of [1, 1.3, 8.25, 40.5])
      near(
        besselK(order + 1, z),
        besselK(order - 1, z) + ((2 * order) / z) * besselK(order, z),
        `K of ${order + 1} at ${z}`,
      );
});

// DLMF's and SciPy's values.
test('known values', () => {
  near(besselK(0, 1), 0.421_024_438_240_708_34, 'K of 0 at 1');
  near(besselK(1, 1), 0.601_907_230_197_234_6, 'K of 1 at 1');
  near(besselK(1, 2), 0.139_865_881_816_522_43, 'K of 1 at 2');
});

test('what is far is 0, and what is nothing stays so', () => {
  assert.equal(besselK(1, 800), 0);
  assert.equal(besselK(1, Infinity), 0);
  assert.ok(Number.isNaN(besselK(1, NaN)));
  assert.equal(besselK(200, 1e-10), Infinity);
});

test('orders and places that no terms could reach end as soon', () => {
  for (const order of [0, 1e-300, 1 / 3, 1, 150, 1e16, 1e300])
    for (const z of [5e-324, 1e-310, 1e-160, 1, 745]) {
      const found = besselK(order, z);
      assert.ok(found >= 0, `K of ${order} at ${z} is ${found}`);
    }
  for (const x of [1e-300, 171, 1e16, 1e300]) assert.ok(gamma(x) > 0, `Γ(${x}) is ${gamma(x)}`);
});
