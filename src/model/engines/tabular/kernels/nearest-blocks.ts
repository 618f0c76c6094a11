import type { NearestHeap } from './nearest-heap.ts';
import type { Rank } from './metrics.ts';
import { makeFilter, queryRows, tileRows } from './nearest-filter.ts';

/** How many times farther than the farthest fitted row a row may be: float32 squares of it are far from overflow. */
const farthest = 1e15;

/** Tiles that are gone through by all rows before the next ones: about what the second-level cache holds. */
const blockBytes = 2 ** 18;

/** Finds the nearest rows of each of several, by the square of the distance. */
export interface BlockSearch {
  /** Whether the row is near enough to the fitted ones for float32. */
  accepts(x: Float64Array, from: number): boolean;
  search(x: Float64Array, from: number, rows: number, heaps: readonly NearestHeap[]): void;
}

/** Fitted rows about their mean, in units of the longest of them. */
interface Centred {
  readonly means: Float64Array;
  readonly rows: Float32Array;
  readonly longest: number;
}

/** Products of rows near the origin lose the least. */
function centred(fitted: Float64Array, width: number): Centred {
  const count = fitted.length / width;
  const means = new Float64Array(width);
  for (const [at, value] of fitted.entries()) (means[at % width] as number) += value / count;
  let square = 0;
  for (let from = 0; from < fitted.length; from += width) {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += ((fitted[from + column] as number) - (means[column] as number)) ** 2;
    square = Math.max(square, sum);
  }
  const longest = Math.sqrt(square);
  const rows = Float32Array.from(fitted, (value, at) => (value - (means[at % width] as number)) / longest);
  return { means, rows, longest };
}

/**
 * Squared distances to `fitted` [rows, width] that are among the smallest; the rows come to a heap in their order, so that
 * it holds what it would hold after all of them. Undefined when the rows are all the same, or their squares leave float64.
 * @param rank the square of the distance
 * @param byProducts whether the rank is made of products of the rows, whose rounding is as large as the rows are far from 0
 */
export function blockSearch(
  fitted: Float64Array,
  width: number,
  rank: Rank,
  byProducts: boolean,
): BlockSearch | undefined {
  const { means, rows: small, longest } = centred(fitted, width);
  if (!(longest > 1e-100 && longest < 1e100)) return undefined;
  const filter = makeFilter(small, width);
  const { queries, limits, hits, tiles } = filter;
  const count = fitted.length / width;
  const block = Math.max(1, Math.floor(blockBytes / ((width + 1) * tileRows * 4)));
  // Relative errors of a float32 sum of so many products, of rounding its factors and of centring them, twice over.
  const slack = (width + 8) * 2 ** -23;
  const inUnits = 1 / (longest * longest);
  const rounding = byProducts ? (width + 8) * 2 ** -51 * inUnits : 0;
  const origin = means.reduce((sum, mean) => sum + mean * mean, 0);
  const squares = new Float64Array(queryRows);
  const errors = new Float64Array(queryRows);

  function limit(query: number, heap: NearestHeap): void {
    const most = (heap.largest * inUnits - (squares[query] as number)) / 2 + (errors[query] as number);
    limits[query] = Math.fround(most + Math.abs(most) * 2 ** -23);
  }

  function prepare(x: Float64Array, from: number, query: number): void {
    let square = 0;
    for (let column = 0; column < width; column++) {
      const value = ((x[from + column] as number) - (means[column] as number)) / longest;
      queries[column * queryRows + query] = value;
      square += value * value;
    }
    squares[query] = square;
    const root = Math.sqrt(square) + 1;
    // Rows are no longer than what they are from their mean, and that from 0.
    errors[query] = slack * root ** 2 + rounding * (root * longest + 2 * Math.sqrt(origin)) ** 2;
  }

  function offerTile(tile: number, x: Float64Array, from: number, query: number, heap: NearestHeap): void {
    const end = Math.min(count, (tile + 1) * tileRows);
    for (let row = tile * tileRows, hit = query * tileRows; row < end; row++, hit++)
      if (hits[hit] !== 0) heap.offer(rank(x, from, fitted, row * width), row);
    limit(query, heap);
  }

  /** Four rows, or what is left of them, against the tiles of a block; the last one fills up. */
  function meet(
    x: Float64Array,
    from: number,
    now: number,
    heaps: readonly NearestHeap[],
    tile: number,
  ): void {
    const end = Math.min(tiles, tile + block);
    for (let query = 0; query < queryRows; query++) {
      if (query >= now) {
        limits[query] = -Infinity;
        continue;
      }
      prepare(x, from + query * width, query);
      limit(query, heaps[query] as NearestHeap);
    }
    for (let found = filter.scan(tile, end); found < end; found = filter.scan(found + 1, end))
      for (let query = 0; query < now; query++)
        offerTile(found, x, from + query * width, query, heaps[query] as NearestHeap);
  }

  return {
    accepts(x, from) {
      for (let column = 0; column < width; column++)
        if (!(Math.abs((x[from + column] as number) - (means[column] as number)) < farthest * longest))
          return false;
      return true;
    },
    search(x, from, rows, heaps) {
      for (let tile = 0; tile < tiles; tile += block)
        for (let row = 0; row < rows; row += queryRows)
          meet(
            x,
            from + row * width,
            Math.min(queryRows, rows - row),
            heaps.slice(row, row + queryRows),
            tile,
          );
    },
  };
}
