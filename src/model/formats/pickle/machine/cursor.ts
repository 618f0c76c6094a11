import { Fault, malformed } from '../errors.ts';

/** Reads little-endian fields from bytes, never past their end. All methods throw Fault `pickle-truncated` there. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u1(): number {
    const value = this.bytes[this.position];
    if (value === undefined) return this.#short(1);
    this.position++;
    return value;
  }

  u2(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u4(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  i4(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Eight bytes that count bytes of the file: beyond 2^53 the file is shorter than that anyway. */
  u8(): number {
    const at = this.#advance(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  /** Big-endian, as BINFLOAT has it. */
  f8(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** The next `length` bytes, a view. */
  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** The bytes up to the next newline, which is consumed and not returned. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0) throw new Fault('pickle-truncated', 'the file ends within a line of text');
    const line = this.bytes.subarray(this.position, end);
    this.position = end + 1;
    return line;
  }

  /** Passes over the bytes from `start` to `end` if they come again now. */
  repeats(start: number, end: number): boolean {
    const { bytes, position } = this;
    for (let at = start; at < end; at++) if (bytes[at] !== bytes[position + at - start]) return false;
    this.position = position + end - start;
    return true;
  }

  #advance(length: number): number {
    const at = this.position;
    if (length < 0 || length > this.bytes.length - at) this.#short(length);
    this.position = at + length;
    return at;
  }

  #short(length: number): never {
    if (length < 0) throw malformed(`a length is negative (${length})`);
    throw new Fault(
      'pickle-truncated',
      `${length} more bytes were announced, ${this.remaining} are left in the file`,
    );
  }
}
