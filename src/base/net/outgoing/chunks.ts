import type { Field } from '../index.ts';
import { fieldOf } from './answer.ts';

const LF = 10;
/** Size lines and trailers are short; what is longer is no server's. */
const lineBytes = 8 * 1024;

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** A size and extensions of the plainest form. */
const sizeLine = new RegExp(`^([0-9A-Fa-f]{1,12})(?:;${token}(?:=${token})?)*$`);

/** Undoes the chunked coding (RFC 9112 section 7.1) as bytes come. */
export class Chunks {
  readonly trailers: Field[] = [];
  /** Of the chunk that is being read. */
  #left = 0;
  #expects: 'size' | 'data' | 'break' | 'trailer' | 'nothing' = 'size';
  #line = '';

  get done(): boolean {
    return this.#expects === 'nothing';
  }

  /**
   * Reads `bytes[at, end)` and gives the data to `take`.
   * @returns the position after what belongs to the body
   * @throws an error that says what is wrong
   */
  read(bytes: Buffer, at: number, end: number, take: (chunk: Buffer) => void): number {
    while (at < end && !this.done) {
      if (this.#expects === 'data') {
        const stop = Math.min(end, at + this.#left);
        take(bytes.subarray(at, stop));
        this.#left -= stop - at;
        at = stop;
        if (this.#left === 0) this.#expects = 'break';
        continue;
      }
      const lineEnd = bytes.indexOf(LF, at);
      const stop = lineEnd === -1 || lineEnd >= end ? end : lineEnd + 1;
      this.#line += bytes.toString('latin1', at, stop);
      if (this.#line.length > lineBytes) throw new Error('a line between its chunks is too long');
      at = stop;
      if (this.#line.endsWith('\n')) this.#takeLine();
    }
    return at;
  }

  #takeLine(): void {
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw new Error('a line between its chunks does not end with CRLF');
    const text = line.slice(0, -2);
    if (this.#expects === 'break') {
      if (text !== '') throw new Error('a chunk is longer than its size');
      this.#expects = 'size';
    } else if (this.#expects === 'size') {
      const size = sizeLine.exec(text);
      if (size === null) throw new Error(`the size of a chunk is ${JSON.stringify(text.slice(0, 40))}`);
      this.#left = Number.parseInt(size[1] as string, 16);
      this.#expects = this.#left === 0 ? 'trailer' : 'data';
    } else if (text === '') this.#expects = 'nothing';
    else this.trailers.push(fieldOf(text));
  }
}
