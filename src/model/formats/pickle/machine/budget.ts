import { Fault } from '../errors.ts';

/**
 * What values take on the heap, in bytes: measured on V8 without pointer compression, growth and what the collector
 * holds beside included. An opcode costs something even if it leaves nothing, which bounds time.
 */
export const cost = {
  opcode: 4,
  slot: 24,
  memo: 20,
  mark: 24,
  integer: 32,
  float: 20,
  string: 32,
  bytes: 80,
  list: 80,
  tuple: 72,
  dict: 112,
  set: 168,
  object: 192,
  array: 320,
  element: 12,
  /** An array that grows beyond one element takes room for seventeen. */
  growth: 160,
} as const;

/**
 * Memory a reading may take beside the bytes received. An opcode of one byte can make an object of a hundred, and a
 * memo reference can make another copy of a long array, so the bytes received do not bound memory by themselves.
 */
export class Budget {
  /** Estimated heap bytes of values that may still be made. */
  values: number;
  /** Bytes of array contents that may still be handed out. */
  contents: number;
  readonly #allowed: number;

  /** @param values heap bytes for values; @param contents bytes of arrays and buffers, copies and views alike. */
  constructor(values: number, contents: number) {
    this.values = values;
    this.contents = contents;
    this.#allowed = values;
  }

  /** Takes heap bytes. @throws Fault `pickle-too-large` */
  spend(bytes: number): void {
    this.values -= bytes;
    if (this.values < 0) this.exhausted();
  }

  /** Takes bytes of contents. @throws Fault `pickle-too-large` */
  handOut(bytes: number): void {
    this.contents -= bytes;
    if (this.contents >= 0) return;
    throw new Fault('pickle-too-large', 'the arrays of the pickle repeat the bytes of the file too often');
  }

  exhausted(): never {
    const allowed = Math.round(this.#allowed / 2 ** 20);
    throw new Fault(
      'pickle-too-large',
      `the values of the pickle need more than ${allowed} MiB of memory (maxValueBytes)`,
    );
  }
}
