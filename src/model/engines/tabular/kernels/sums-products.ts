import { tilesOf, type Tiles } from './sums-tiles.ts';
import { dot, rowsTogether, type Sums } from './sums.ts';

/** Less is done sooner in JavaScript. */
const fewestTiled = 16;
const fewestVectors = 3;
const fewestColumns = 8;

/**
 * Dot products of rows and vectors: two rows by four vectors share what they read.
 * @param bias added to the finished sums, one for each vector
 * @param fused whether sums of many rows may round otherwise than those of few
 */
export function dotProducts(
  x: Float64Array,
  vectors: Float64Array,
  count: number,
  width: number,
  bias?: Float64Array,
  fused = false,
): Sums {
  const fours = count - (count % 4);
  const pays = count >= fewestVectors && width >= fewestColumns;

  function twoByFour(y: Float64Array, row: number, vector: number): void {
    const from = row * width;
    const below = from + width;
    const first = vector * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let column = 0; column < width; column++) {
      const upper = x[from + column] as number;
      const lower = x[below + column] as number;
      const ofFirst = vectors[first + column] as number;
      const ofSecond = vectors[second + column] as number;
      const ofThird = vectors[third + column] as number;
      const ofFourth = vectors[fourth + column] as number;
      a += upper * ofFirst;
      b += upper * ofSecond;
      c += upper * ofThird;
      d += upper * ofFourth;
      e += lower * ofFirst;
      f += lower * ofSecond;
      g += lower * ofThird;
      h += lower * ofFourth;
    }
    const to = row * count + vector;
    y[to] = a;
    y[to + 1] = b;
    y[to + 2] = c;
    y[to + 3] = d;
    y[to + count] = e;
    y[to + count + 1] = f;
    y[to + count + 2] = g;
    y[to + count + 3] = h;
  }

  function oneByFour(y: Float64Array, row: number, vector: number): void {
    const from = row * width;
    const first = vector * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < width; column++) {
      const value = x[from + column] as number;
      a += value * (vectors[first + column] as number);
      b += value * (vectors[second + column] as number);
      c += value * (vectors[third + column] as number);
      d += value * (vectors[fourth + column] as number);
    }
    const to = row * count + vector;
    y[to] = a;
    y[to + 1] = b;
    y[to + 2] = c;
    y[to + 3] = d;
  }

  function fourByOne(y: Float64Array, row: number, vector: number): void {
    const at = vector * width;
    const first = row * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < width; column++) {
      const value = vectors[at + column] as number;
      a += (x[first + column] as number) * value;
      b += (x[second + column] as number) * value;
      c += (x[third + column] as number) * value;
      d += (x[fourth + column] as number) * value;
    }
    const to = row * count + vector;
    y[to] = a;
    y[to + count] = b;
    y[to + 2 * count] = c;
    y[to + 3 * count] = d;
  }

  function inFours(y: Float64Array, start: number, end: number): void {
    for (let vector = 0; vector < fours; vector += 4) {
      let row = start;
      for (; row + 2 <= end; row += 2) twoByFour(y, row, vector);
      if (row < end) oneByFour(y, row, vector);
    }
  }

  function theRest(y: Float64Array, vector: number, start: number, rows: number): void {
    let row = start;
    for (; row + 4 <= rows; row += 4) fourByOne(y, row, vector);
    for (; row < rows; row++) y[row * count + vector] = dot(x, row * width, vectors, vector * width, width);
  }

  let tiled: { readonly y: Float64Array; readonly tiles: Tiles | undefined } | undefined;

  function inTiles(y: Float64Array, rows: number): number {
    if (!pays || rows < fewestTiled) return 0;
    tiled ??= { y, tiles: tilesOf(x, y, vectors, count, width, bias, fused) };
    return tiled.y === y ? (tiled.tiles?.(rows) ?? 0) : 0;
  }

  function addBias(y: Float64Array, start: number, rows: number, added: Float64Array): void {
    for (let at = start * count; at < rows * count; at += count)
      for (let vector = 0; vector < count; vector++)
        y[at + vector] = (y[at + vector] as number) + (added[vector] as number);
  }

  return (y, rows) => {
    const start = inTiles(y, rows);
    for (let row = start; row < rows; row += rowsTogether)
      inFours(y, row, Math.min(row + rowsTogether, rows));
    for (let vector = fours; vector < count; vector++) theRest(y, vector, start, rows);
    if (bias !== undefined && start < rows) addBias(y, start, rows, bias);
  };
}
