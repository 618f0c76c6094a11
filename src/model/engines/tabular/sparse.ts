/** Where growing rows start: as many values as a short text has words. */
const firstCapacity = 256;

/**
 * Rows of which only the values that are not 0 are kept: those of row `r` stand from `starts[r]` to `starts[r + 1]`, with
 * their columns in rising order, none twice. Written row by row, from the first on.
 */
export class SparseRows {
  readonly starts: Int32Array;
  columns = new Int32Array(firstCapacity);
  values = new Float64Array(firstCapacity);
  #row = 0;

  constructor(rows: number) {
    this.starts = new Int32Array(rows + 1);
  }

  /** Starts over. */
  clear(): void {
    this.#row = 0;
  }

  /** Values written so far. */
  get count(): number {
    return this.starts[this.#row] as number;
  }

  /** Makes room for `more` values of the row being written; `columns` and `values` may be other arrays afterwards. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.columns.length) return;
    const length = Math.max(needed, this.columns.length * 2);
    const columns = new Int32Array(length);
    columns.set(this.columns);
    const values = new Float64Array(length);
    values.set(this.values);
    this.columns = columns;
    this.values = values;
  }

  /** Ends the row being written, which has taken `length` values from `count` on. */
  endRow(length: number): void {
    const end = this.count + length;
    this.starts[++this.#row] = end;
  }
}
