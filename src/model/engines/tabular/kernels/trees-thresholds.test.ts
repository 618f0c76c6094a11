import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { highestKey, lowestKey, treeKey } from '../../../plan/index.ts';
import { largestRounding } from './trees-thresholds.ts';

const doubles = new Float64Array(1);
const bits = new BigInt64Array(doubles.buffer);

/** The next float64 towards ∞. */
function justAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  doubles[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return doubles[0];
}

suite('the largest number that goes left of a float32', () => {
  const largest = Math.fround(3.402_823_466_385_288_6e38);
  const floats = [0, 1, -1, 0.1, -0.1, 1e-45, -1e-45, 1e-40, 1.175_494_4e-38, 16_777_216, -16_777_217, 3e38];
  for (const float of [...floats, largest, -largest, -Infinity].map(Math.fround))
    test(`${float}: it rounds to that, and the next number to more`, () => {
      const limit = largestRounding(treeKey(float));
      assert.ok(Math.fround(limit) <= float, `${limit}`);
      assert.ok(Math.fround(justAbove(limit)) > float, `${limit}`);
    });

  test('each of many', () => {
    for (let key = treeKey(0.999_99); key < treeKey(1.000_01); key++) {
      const limit = largestRounding(key);
      assert.ok(treeKey(limit) <= key && treeKey(justAbove(limit)) > key, `${key}`);
    }
  });

  test('beyond all numbers', () => {
    assert.equal(largestRounding(treeKey(Infinity)), Infinity);
    assert.equal(largestRounding(highestKey), Infinity);
    assert.equal(largestRounding(lowestKey), -Infinity);
    assert.equal(largestRounding(treeKey(-Infinity) - 1), -Infinity);
  });
});
