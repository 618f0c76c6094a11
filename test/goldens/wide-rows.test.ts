/** Rows of which the corpus keeps sums alone: a single number that is off shows, however wide the row is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { difference, toleranceFor } from './compare.ts';
import { sumsOf, type GoldenTensor } from './tensors.ts';

const tolerance = toleranceFor('float64');

/** Two rows, of the second of which only the sum is kept; the values lie between -1 and 1. */
function wide(width: number): { readonly values: Float64Array; readonly golden: GoldenTensor } {
  const values = Float64Array.from({ length: 2 * width }, (_, at) => Math.sin(at + 1));
  const kept = values.slice(0, width);
  const [sum] = sumsOf(Array.from(values.subarray(width)), width, 1) as [number];
  const golden: GoldenTensor = {
    dtype: 'float64',
    shape: [1, width],
    data: kept.join(' '),
    rest: { largest: '1', data: String(sum) },
  };
  return { values, golden };
}

for (const width of [1, 30, 1000]) {
  test(`a row of ${width} is the library's, whose sum is kept`, () => {
    const { values, golden } = wide(width);
    const ours: NamedTensor = { name: 'y', datatype: 'FP64', shape: [2, width], data: values };
    assert.equal(difference(ours, golden, tolerance), undefined);
  });

  for (const off of [4 * tolerance * width, NaN, Infinity])
    test(`one number of a row of ${width} is off by ${off}`, () => {
      const { values, golden } = wide(width);
      for (let at = width; at < 2 * width; at += Math.ceil(width / 10)) {
        const spoilt = values.slice();
        spoilt[at] = (spoilt[at] as number) + off;
        const ours: NamedTensor = { name: 'y', datatype: 'FP64', shape: [2, width], data: spoilt };
        assert.match(difference(ours, golden, tolerance) ?? 'equal', /^row 1 sums up to /);
      }
    });
}
