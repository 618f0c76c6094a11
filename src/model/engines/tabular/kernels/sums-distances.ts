import { rowsTogether, type Sums } from './sums.ts';

/** Squared distances of rows and vectors: two rows by four vectors share what they read. */
export function squaredDistances(x: Float64Array, vectors: Float64Array, count: number, width: number): Sums {
  const fours = count - (count % 4);

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
      a += (upper - ofFirst) * (upper - ofFirst);
      b += (upper - ofSecond) * (upper - ofSecond);
      c += (upper - ofThird) * (upper - ofThird);
      d += (upper - ofFourth) * (upper - ofFourth);
      e += (lower - ofFirst) * (lower - ofFirst);
      f += (lower - ofSecond) * (lower - ofSecond);
      g += (lower - ofThird) * (lower - ofThird);
      h += (lower - ofFourth) * (lower - ofFourth);
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
      const fromFirst = value - (vectors[first + column] as number);
      const fromSecond = value - (vectors[second + column] as number);
      const fromThird = value - (vectors[third + column] as number);
      const fromFourth = value - (vectors[fourth + column] as number);
      a += fromFirst * fromFirst;
      b += fromSecond * fromSecond;
      c += fromThird * fromThird;
      d += fromFourth * fromFourth;
    }
    const to = row * count + vector;
    y[to] = a;
    y[to + 1] = b;
    y[to + 2] = c;
    y[to + 3] = d;
  }

  function one(row: number, vector: number): number {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      const difference = (x[row * width + column] as number) - (vectors[vector * width + column] as number);
      sum += difference * difference;
    }
    return sum;
  }

  function inFours(y: Float64Array, start: number, end: number): void {
    for (let vector = 0; vector < fours; vector += 4) {
      let row = start;
      for (; row + 2 <= end; row += 2) twoByFour(y, row, vector);
      if (row < end) oneByFour(y, row, vector);
    }
  }

  return (y, rows) => {
    for (let row = 0; row < rows; row += rowsTogether) inFours(y, row, Math.min(row + rowsTogether, rows));
    for (let vector = fours; vector < count; vector++)
      for (let row = 0; row < rows; row++) y[row * count + vector] = one(row, vector);
  };
}
