import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, pairedRatios, quantile, slope, spread } from './statistics.ts';

test('median is the middle, or the mean of the middle two, whatever the order', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
  assert.throws(() => median([]), /no values/);
});

test('quantile takes the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(quantile(hundred, 0.99), 99);
  assert.equal(quantile(hundred, 0.5), 50);
  assert.equal(quantile(hundred, 1), 100);
  assert.equal(quantile([3, 8], 0.01), 3);
});

test('spread sorts numbers as numbers', () => {
  assert.deepEqual(spread([100, 20, 3]), { min: 3, median: 20, max: 100, count: 3 });
});

test('ratios pair the rounds that both sides have', () => {
  const a = new Map([
    [0, 10],
    [1, 30],
    [2, 5],
  ]);
  const b = new Map([
    [1, 10],
    [0, 20],
    [3, 1],
  ]);
  assert.deepEqual(pairedRatios(a, b), [0.5, 3]);
  assert.deepEqual(pairedRatios(a, new Map([[0, 0]])), []);
});

test('slope of a line is its slope, of a point 0', () => {
  const line = [0, 1, 2, 3].map(x => [x, 7 - 2 * x] as const);
  assert.ok(Math.abs(slope(line) + 2) < 1e-12);
  assert.equal(slope([[1, 1]]), 0);
});
