import { malformed, truncated } from './errors.ts';

/** Reads the binary format, whose counts are 64 bits wide. Nothing is taken that the file does not have. */
export class Cursor {
  /** Number of the next byte. */
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  view(count: number, what: string): DataView {
    if (!(count >= 0)) malformed(`${what} at byte ${this.at} takes ${count} bytes`);
    if (count > this.left)
      truncated(`${what} takes ${count} bytes at byte ${this.at}, the file has ${this.left} more`);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.at, count);
    this.at += count;
    return view;
  }

  u32(what: string): number {
    return this.view(4, what).getUint32(0, true);
  }

  /** A 64-bit count of things that take a byte at least. */
  count(what: string): number {
    const count = Number(this.view(8, what).getBigUint64(0, true));
    return count <= this.left
      ? count
      : truncated(`${what} are ${count} at byte ${this.at}, the file has ${this.left} more bytes`);
  }

  text(what: string): string {
    return this.characters(this.count(what), what);
  }

  characters(count: number, what: string): string {
    const { buffer, byteOffset } = this.view(count, what);
    return Buffer.from(buffer, byteOffset, count).toString('utf8');
  }

  floats(what: string): Float32Array {
    const count = this.count(what);
    const view = this.view(4 * count, what);
    return Float32Array.from({ length: count }, (_, at) => view.getFloat32(4 * at, true));
  }
}
