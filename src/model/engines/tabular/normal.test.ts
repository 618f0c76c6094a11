import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalCdf, probit } from './normal.ts';

/** Pairs of x and its probability, from scipy.stats.norm. */
const table = [
  [-37.047_096_299_361_2, 1e-300],
  [-9.262_340_089_798_405, 1e-20],
  [-3.090_232_306_167_813, 0.001],
  [-1.439_531_470_938_455_7, 0.075],
  [-0.524_400_512_708_041, 0.3],
  [0, 0.5],
  [1.281_551_565_544_600_6, 0.9],
  [5.199_337_582_290_662, 0.999_999_9],
] as const;

test('quantiles and probabilities of the normal distribution are those of the tables', () => {
  for (const [x, probability] of table) {
    assert.ok(Math.abs(probit(probability) - x) <= 1e-14 * Math.abs(x), `probit(${probability})`);
    assert.ok(Math.abs(normalCdf(x) / probability - 1) < 1e-12, `normalCdf(${x}) is ${normalCdf(x)}`);
  }
});

test('probabilities of 0 and 1 are at infinity, others are none', () => {
  assert.deepEqual([probit(0), probit(1)], [-Infinity, Infinity]);
  assert.ok(Number.isNaN(probit(NaN)) && Number.isNaN(normalCdf(NaN)));
});
