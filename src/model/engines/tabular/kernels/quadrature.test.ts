import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gaussLegendre } from './quadrature.ts';

for (const count of [1, 2, 3, 8, 33, 200]) {
  test(`${count} points integrate every power up to ${2 * count - 1} over [0, 1]`, () => {
    const { points, weights } = gaussLegendre(count);
    for (const power of [0, 1, count, 2 * count - 2, 2 * count - 1]) {
      const sum = points.reduce((total, point, at) => total + (weights[at] as number) * point ** power, 0);
      assert.ok(Math.abs(sum - 1 / (power + 1)) < 1e-14, `x^${power}: ${sum}`);
    }
  });
}

test('one power more is not exact', () => {
  const { points, weights } = gaussLegendre(2);
  const sum = points.reduce((total, point, at) => total + (weights[at] as number) * point ** 4, 0);
  assert.ok(Math.abs(sum - 1 / 5) > 1e-3);
});
