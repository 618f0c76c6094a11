import type { SparseRows } from '../sparse.ts';

/** Sums by column of one row at a time. */
export class Row {
  readonly #sums = new Map<number, number>();

  add(column: number, value: number): void {
    this.#sums.set(column, (this.#sums.get(column) ?? 0) + value);
  }

  /** Ends the row: its columns in rising order, with what `value` makes of each sum. */
  write(target: SparseRows, value: (sum: number) => number): void {
    const columns = Int32Array.from(this.#sums.keys()).sort();
    target.reserve(columns.length);
    const first = target.count;
    for (const [index, column] of columns.entries()) {
      target.columns[first + index] = column;
      target.values[first + index] = value(this.#sums.get(column) as number);
    }
    target.endRow(columns.length);
    this.#sums.clear();
  }
}

/** The column of a hash: its absolute value modulo the width, as the library has it for the one without. */
export function columnOf(hash: number, width: number): number {
  return hash === -(2 ** 31) ? (2 ** 31 - 1 - (width - 1)) % width : Math.abs(hash) % width;
}
