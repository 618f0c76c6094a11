import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityIn,
  roundedUp,
} from '../../../../src/cluster/meta/index.ts';

interface Recorded {
  readonly texts: readonly {
    readonly text: string;
    readonly canonical: string | null;
    readonly rounded: string | null;
  }[];
  readonly comparisons: readonly (readonly [string, string, number])[];
}

const packed = readFileSync(new URL('recorded.json.gz', import.meta.url));
const { texts, comparisons } = JSON.parse(gunzipSync(packed).toString()) as Recorded;

describe("quantities, against Kubernetes' own (main.go)", () => {
  it('are read, written and rounded alike', () => {
    const ours = texts.map(({ text }) => {
      const quantity = parseQuantity(text);
      if (quantity === undefined) return { text, canonical: null, rounded: null };
      return { text, canonical: formatQuantity(quantity), rounded: formatQuantity(roundedUp(quantity, -3)) };
    });
    assert.deepEqual(ours, texts);
  });

  it('are compared alike', () => {
    const ours = comparisons.map(([a, b]) => {
      const [left, right] = [parseQuantity(a), parseQuantity(b)];
      assert(left !== undefined && right !== undefined);
      return [a, b, Math.sign(compareQuantities(left, right))];
    });
    assert.deepEqual(ours, comparisons);
  });

  it('hostile texts end soon', () => {
    for (const text of [
      '1e999999999',
      '-1e999999999',
      '1e-999999999',
      '9'.repeat(20000),
      `1e${'9'.repeat(5000)}`,
    ]) {
      const quantity = parseQuantity(text);
      if (quantity === undefined) continue;
      const one = parseQuantity('1');
      assert(one !== undefined);
      compareQuantities(quantity, one);
      compareQuantities(one, quantity);
      canonicalQuantity(text);
      quantityIn(quantity, -3);
      addQuantities(quantity, one);
    }
  });

  it('can be added and counted', () => {
    const [cpu, more] = [parseQuantity('1500m'), parseQuantity('0.5')];
    assert(cpu !== undefined && more !== undefined);
    assert.equal(formatQuantity(addQuantities(cpu, more)), '2');
    assert.equal(quantityIn(cpu, 0), 2n);
    assert.equal(quantityIn(cpu, -3), 1500n);
  });
});
