import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rank } from './metrics.ts';
import { blockSearch, type BlockSearch } from './nearest-blocks.ts';
import { NearestHeap } from './nearest-heap.ts';

/** Numbers from 0 to 1 that are the same each time. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  });
}

function squareOf(width: number): Rank {
  return (x, from, y, at) => {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += ((x[from + column] as number) - (y[at + column] as number)) ** 2;
    return sum;
  };
}

/** Of products, as `euclidean_distances` takes it. */
function byProductsOf(width: number): Rank {
  return (x, from, y, at) => {
    let [product, one, other] = [0, 0, 0];
    for (let column = 0; column < width; column++) {
      const [a, b] = [x[from + column] as number, y[at + column] as number];
      product += a * b;
      one += a * a;
      other += b * b;
    }
    return Math.max(0, -2 * product + one + other);
  };
}

/** All fitted rows come to the heap, in their order. */
function offerAll(
  heap: NearestHeap,
  x: Float64Array,
  from: number,
  fitted: Float64Array,
  width: number,
  rank: Rank,
): void {
  for (let row = 0; row < fitted.length / width; row++) heap.offer(rank(x, from, fitted, row * width), row);
}

function placesOf(heap: NearestHeap): Int32Array {
  heap.sort();
  return heap.places;
}

function assertSame(
  fitted: Float64Array,
  x: Float64Array,
  width: number,
  count: number,
  byProducts = false,
): void {
  const rank = byProducts ? byProductsOf(width) : squareOf(width);
  const rows = x.length / width;
  const found = Array.from({ length: rows }, () => new NearestHeap(count));
  const blocks = blockSearch(fitted, width, rank, byProducts) as BlockSearch;
  for (let row = 0; row < rows; row++) assert.ok(blocks.accepts(x, row * width));
  for (const heap of found) heap.clear();
  blocks.search(x, 0, rows, found);
  for (const [row, heap] of found.entries()) {
    const expected = new NearestHeap(count);
    expected.clear();
    offerAll(expected, x, row * width, fitted, width, rank);
    assert.deepEqual(placesOf(heap), placesOf(expected), `row ${row}`);
  }
}

const shapes = [
  { name: 'one column', width: 1, scale: 1, offset: 0 },
  { name: 'many columns', width: 37, scale: 1, offset: 0 },
  { name: 'far from zero', width: 5, scale: 1, offset: 1e7 },
  { name: 'tiny', width: 5, scale: 1e-60, offset: 0 },
  { name: 'huge', width: 5, scale: 1e60, offset: 0 },
];

for (const { name, width, scale, offset } of shapes)
  test(`rows of ${name} have the neighbours that a look at all of them finds`, () => {
    const spread = (values: Float64Array): Float64Array => values.map(value => offset + scale * value);
    const fitted = spread(numbers(3001 * width, 7));
    const x = spread(numbers(27 * width, 8));
    x.set(fitted.subarray(0, width), width);
    assertSame(fitted, x, width, 6);
    assertSame(fitted, x, width, 6, true);
  });

test('of equally near rows the same ones stay', () => {
  const grid = (count: number, seed: number): Float64Array =>
    numbers(count, seed).map(value => Math.floor(value * 4));
  assertSame(grid(2000 * 3, 9), grid(41 * 3, 10), 3, 9);
  assertSame(grid(2000 * 3, 9), grid(5 * 3, 10), 3, 300);
});

test('many neighbours come in order', () => {
  const heap = new NearestHeap(100);
  heap.clear();
  const ranks = numbers(500, 14);
  for (const [place, rank] of ranks.entries()) heap.offer(rank, place);
  heap.sort();
  assert.deepEqual(heap.ranks, ranks.toSorted().subarray(0, 100));
  assert.deepEqual(
    Float64Array.from(heap.places, place => ranks[place] as number),
    heap.ranks,
  );
});

test('all rows may be asked for', () => {
  assertSame(numbers(30, 11), numbers(9, 12), 3, 10);
});

test('rows that are all the same, and rows out of reach, are left to others', () => {
  assert.equal(blockSearch(new Float64Array(30), 3, squareOf(3), false), undefined);
  assert.equal(blockSearch(Float64Array.of(1, Infinity), 1, squareOf(1), false), undefined);
  const blocks = blockSearch(numbers(30, 13), 3, squareOf(3), false) as BlockSearch;
  assert.equal(blocks.accepts(Float64Array.of(0, 1e30, 0), 0), false);
  assert.equal(blocks.accepts(Float64Array.of(0, NaN, 0), 0), false);
});
