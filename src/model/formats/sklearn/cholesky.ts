import type { Matrix } from './estimator.ts';

/** The product of a matrix [rows, inner] and the transpose of another [columns, inner]. */
export function timesTransposed(a: Matrix, b: Matrix): Matrix {
  const [rows, inner] = a.shape;
  const [columns] = b.shape;
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let at = 0; at < inner; at++)
        sum += (a.values[row * inner + at] as number) * (b.values[column * inner + at] as number);
      values[row * columns + column] = sum;
    }
  return { values, shape: [rows, columns] };
}

/** The lower triangle L of a positive definite matrix L Lᵀ; undefined when it is none. */
export function cholesky({ values, shape }: Matrix): Matrix | undefined {
  const [size] = shape;
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = values[row * size + column] as number;
      for (let at = 0; at < column; at++)
        sum -= (lower[row * size + at] as number) * (lower[column * size + at] as number);
      if (row !== column) lower[row * size + column] = sum / (lower[column * size + column] as number);
      else if (sum > 0) lower[row * size + row] = Math.sqrt(sum);
      else return undefined;
    }
  return { values: lower, shape: [size, size] };
}

/** L⁻¹ B for the lower triangle L [size, size] and B [size, columns]. */
export function forward({ values: lower, shape }: Matrix, { values, shape: [, columns] }: Matrix): Matrix {
  const [size] = shape;
  const solved = values.slice();
  for (let row = 0; row < size; row++)
    for (let column = 0; column < columns; column++) {
      let sum = solved[row * columns + column] as number;
      for (let at = 0; at < row; at++)
        sum -= (lower[row * size + at] as number) * (solved[at * columns + column] as number);
      solved[row * columns + column] = sum / (lower[row * size + row] as number);
    }
  return { values: solved, shape: [size, columns] };
}

/** L⁻ᵀ B. */
export function backward({ values: lower, shape }: Matrix, { values, shape: [, columns] }: Matrix): Matrix {
  const [size] = shape;
  const solved = values.slice();
  for (let row = size - 1; row >= 0; row--)
    for (let column = 0; column < columns; column++) {
      let sum = solved[row * columns + column] as number;
      for (let at = row + 1; at < size; at++)
        sum -= (lower[at * size + row] as number) * (solved[at * columns + column] as number);
      solved[row * columns + column] = sum / (lower[row * size + row] as number);
    }
  return { values: solved, shape: [size, columns] };
}

/** The logarithm of the determinant of L Lᵀ. */
export function logDeterminant({ values, shape: [size] }: Matrix): number {
  let sum = 0;
  for (let at = 0; at < size; at++) sum += Math.log(values[at * size + at] as number);
  return 2 * sum;
}
