import type { NewArray } from '../../plan/index.ts';

const firstRows = 64;

/**
 * Collects rows of float64, each different row once: most leaves of a forest hold one of a few vectors, and a small table
 * stays in the cache.
 */
export class LeafTable {
  readonly #width: number;
  readonly #shares: boolean;
  #rows: Float64Array;
  #words: Uint32Array;
  #count = 0;
  /** Open addressing: 0 is free, else the number of a row plus one. */
  #slots = new Int32Array(4 * firstRows);

  /** @param shares false to give each row a place of its own, equal ones too */
  constructor(width: number, shares = true) {
    this.#width = width;
    this.#shares = shares;
    this.#rows = new Float64Array(firstRows * width);
    this.#words = new Uint32Array(this.#rows.buffer);
  }

  /** Where the next row is to be written before `add`. */
  get next(): Float64Array {
    const start = this.#count * this.#width;
    return this.#rows.subarray(start, start + this.#width);
  }

  /** Takes the row written to `next`. @returns its number, an earlier one when the same row was added before */
  add(): number {
    if (!this.#shares) return this.#take();
    const mask = this.#slots.length - 1;
    let slot = this.#hash(this.#count) & mask;
    for (let found = this.#slots[slot] as number; found !== 0; found = this.#slots[slot] as number) {
      if (this.#same(found - 1, this.#count)) return found - 1;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#count + 1;
    return this.#take();
  }

  #take(): number {
    this.#count++;
    if (this.#count * this.#width === this.#rows.length) this.#grow();
    return this.#count - 1;
  }

  finish(): NewArray {
    return { values: this.#rows.slice(0, this.#count * this.#width), shape: [this.#count, this.#width] };
  }

  #hash(row: number): number {
    const words = 2 * this.#width;
    let hash = 0x811c_9dc5;
    for (let at = row * words; at < (row + 1) * words; at++)
      hash = Math.imul(hash ^ (this.#words[at] as number), 0x0100_0193) ^ (hash >>> 15);
    return hash >>> 0;
  }

  /** Bit for bit, so that -0 and each NaN stay what they are. */
  #same(one: number, other: number): boolean {
    const words = 2 * this.#width;
    for (let at = 0; at < words; at++) {
      if (this.#words[one * words + at] !== this.#words[other * words + at]) return false;
    }
    return true;
  }

  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#words = new Uint32Array(rows.buffer);
    if (!this.#shares) return;
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.#count; row++) {
      let slot = this.#hash(row) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
    }
  }
}
