/** Sums over the columns of a row and a vector, written to `y` [rows, vectors]. Each is added up in the columns' order. */
export type Sums = (y: Float64Array, rows: number) => void;

/** How to add up rows of `x` and `count` vectors, each `width` wide. */
export type MakeSums = (x: Float64Array, vectors: Float64Array, count: number, width: number) => Sums;

/** Rows that meet a vector before the next one: few enough to stay in the first-level cache. */
export const rowsTogether = 16;

/** The sum of products of two runs of numbers. */
export function dot(x: Float64Array, from: number, vectors: Float64Array, at: number, width: number): number {
  let sum = 0;
  for (let column = 0; column < width; column++)
    sum += (x[from + column] as number) * (vectors[at + column] as number);
  return sum;
}
