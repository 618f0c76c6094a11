import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { dotProducts } from './sums-products.ts';
import { bufferOf } from '../wasm/instance.ts';
import { tilesOf } from './sums-tiles.ts';

/** An array in memory that functions of WebAssembly see, and room for others behind it. */
function visible(values: Float64Array): Float64Array {
  const array = new Float64Array(bufferOf(2 ** 20) as ArrayBuffer, 64, values.length);
  array.set(values);
  return array;
}

function behind({ buffer, byteOffset, byteLength }: Float64Array, length: number): Float64Array {
  return new Float64Array(buffer, byteOffset + byteLength, length);
}

/** Numbers of very different sizes, so that another order of the sums would show. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * 10 ** ((state >>> 8) % 7);
  });
}

function oneByOne(x: Float64Array, vectors: Float64Array, rows: number, count: number, width: number) {
  return Float64Array.from({ length: rows * count }, (_, at) => {
    const row = Math.floor(at / count) * width;
    const vector = (at % count) * width;
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += (x[row + column] as number) * (vectors[vector + column] as number);
    return sum;
  });
}

suite('tiles of dot products', () => {
  for (const [rows, count, width] of [
    [64, 4, 8],
    [67, 5, 9],
    [32, 3, 33],
    [40, 17, 100],
    [78, 7, 10],
  ] as const)
    test(`${rows} rows by ${count} vectors of ${width} have the bits of a loop`, () => {
      const x = visible(numbers(rows * width, 7));
      const vectors = numbers(count * width, 8);
      const expected = oneByOne(x, vectors, rows, count, width);
      const tiled = behind(x, rows * count);
      assert.equal(tilesOf(x, tiled, vectors, count, width)?.(rows), rows - (rows % 4));
      const whole = count * (rows - (rows % 4));
      assert.deepEqual(tiled.subarray(0, whole), expected.subarray(0, whole));
      const all = behind(x, rows * count).fill(NaN);
      dotProducts(x, vectors, count, width)(all, rows);
      assert.deepEqual(all, expected);
      const bias = numbers(count, 11);
      dotProducts(x, vectors, count, width, bias)(all, rows);
      assert.deepEqual(
        all,
        expected.map((sum, at) => sum + (bias[at % count] as number)),
      );
    });

  test('fused sums are as near as those of a loop', () => {
    const [rows, count, width] = [40, 17, 100];
    const x = visible(numbers(rows * width, 7));
    const vectors = numbers(count * width, 8);
    const expected = oneByOne(x, vectors, rows, count, width);
    const sizes = oneByOne(x.map(Math.abs), vectors.map(Math.abs), rows, count, width);
    const y = behind(x, rows * count);
    assert.equal(tilesOf(x, y, vectors, count, width, undefined, true)?.(rows), rows);
    for (const [at, sum] of y.entries())
      assert.ok(Math.abs(sum - (expected[at] as number)) <= (sizes[at] as number) * width * 2 ** -52);
  });

  test('infinities and NaN stay where they are, beyond what is filled up', () => {
    const x = visible(numbers(32 * 8, 9));
    x[8] = Infinity;
    x[17] = NaN;
    const vectors = numbers(3 * 8, 10);
    const y = behind(x, 32 * 3);
    dotProducts(x, vectors, 3, 8)(y, 32);
    assert.deepEqual(y, oneByOne(x, vectors, 32, 3, 8));
  });

  test('vectors that take much memory are left to the loop', () => {
    const x = visible(new Float64Array(64));
    assert.equal(tilesOf(x, behind(x, 8), new Float64Array(0), 2 ** 18, 8), undefined);
  });

  test('arrays that WebAssembly does not see are left to the loop', () => {
    assert.equal(tilesOf(new Float64Array(64), new Float64Array(8), new Float64Array(32), 4, 8), undefined);
  });
});
