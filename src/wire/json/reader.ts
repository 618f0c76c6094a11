import type { CodedError } from '../../base/errors/index.ts';
import { wireErrors } from '../errors.ts';
import { describeByte, placeOf } from './describe.ts';
import { readEscapedText } from './texts.ts';
import { asciiText, slice } from './words.ts';

/** Arrays and objects may be nested this deep; Triton has the same limit. */
export const deepest = 100;

/** Arrays and objects that may be built of one body; they take up to twenty times the memory of their text. */
const mostBuilt = 2_000_000;

/**
 * Walks over a JSON body, RFC 8259 with the tokens NaN, Infinity and -Infinity where numbers may stand. It makes no
 * tree: the caller asks for what it expects next, and everything else is a coded error that tells where.
 */
export class JsonReader {
  readonly bytes: Uint8Array;
  /** Index of the next byte. */
  at = 0;
  /** An integer was read that has no float64 of the same value. */
  rounded = false;

  #built = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Skips white space; the next byte, which stays unread, or -1 at the end. */
  peek(): number {
    const { bytes } = this;
    let at = this.at;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      if (byte > 0x20 || !(byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return -1;
  }

  /** What to throw when the next byte is not what it has to be. */
  unexpected(expected: string): CodedError {
    this.peek();
    return wireErrors.make['wire-json-syntax'](
      `the body is not JSON: found ${describeByte(this.bytes, this.at)} at ${placeOf(this.bytes, this.at)}, expected ${expected}`,
    );
  }

  /** Reads `{`. */
  openObject(): void {
    if (this.peek() !== 0x7b) throw this.unexpected('{');
    this.at++;
  }

  /** Reads the next key and its colon, or the end of the object: undefined. */
  nextKey(first: boolean): string | undefined {
    let byte = this.peek();
    if (byte === 0x7d) {
      this.at++;
      return undefined;
    }
    if (!first) {
      if (byte !== 0x2c) throw this.unexpected(', or }');
      this.at++;
      byte = this.peek();
    }
    if (byte !== 0x22)
      throw this.unexpected(first ? 'a key in double quotes or }' : 'a key in double quotes');
    const key = this.text();
    if (this.peek() !== 0x3a) throw this.unexpected(':');
    this.at++;
    return key;
  }

  /** Reads `[`. */
  openArray(): void {
    if (this.peek() !== 0x5b) throw this.unexpected('[');
    this.at++;
  }

  /** Reads up to the next item, or the end of the array: false. */
  nextItem(first: boolean): boolean {
    const byte = this.peek();
    if (byte === 0x5d) {
      this.at++;
      return false;
    }
    if (first) return true;
    if (byte !== 0x2c) throw this.unexpected(', or ]');
    this.at++;
    if (this.peek() === 0x5d) throw this.unexpected('a value');
    return true;
  }

  /** Nothing but white space is left. */
  end(): void {
    if (this.peek() !== -1) throw this.unexpected('the end of the body');
  }

  /** Reads a string; the next byte is its opening quote. */
  text(): string {
    const { bytes } = this;
    const start = this.at + 1;
    let at = start;
    let hash = 0;
    let byte = bytes[at] as number;
    while (byte !== 0x22) {
      // Also true of undefined, past the end.
      if (!(byte >= 0x20 && byte < 0x80) || byte === 0x5c) return readEscapedText(this, start);
      hash = (Math.imul(hash, 31) + byte) | 0;
      byte = bytes[++at] as number;
    }
    this.at = at + 1;
    return asciiText(bytes, start, at, hash);
  }

  /** Reads a bare word such as `true`. */
  literal(word: string): void {
    const end = this.at + word.length;
    if (slice(this.bytes, this.at, end) !== word) throw this.unexpected('a value');
    this.at = end;
  }

  /** Moves over a number; whether it is written as an integer. */
  skipNumber(): boolean {
    const { bytes } = this;
    let at = this.at;
    if (bytes[at] === 0x2d) at++;
    if (bytes[at] === 0x30) at++;
    else at = this.#digits(at);
    let integer = true;
    if (bytes[at] === 0x2e) {
      integer = false;
      at = this.#digits(at + 1);
    }
    const exponent = bytes[at];
    if (exponent === 0x65 || exponent === 0x45) {
      integer = false;
      const sign = bytes[at + 1];
      at = this.#digits(sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
    }
    this.at = at;
    return integer;
  }

  #digits(from: number): number {
    const { bytes } = this;
    let at = from;
    while ((bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
    if (at === from) {
      this.at = from;
      throw this.unexpected('a digit');
    }
    return at;
  }

  /** Reads a number, rounded to the nearest float64; beyond the range it is infinite. */
  number(): number {
    const start = this.at;
    const integer = this.skipNumber();
    const value = Number(slice(this.bytes, start, this.at));
    if (integer && !Number.isSafeInteger(value)) this.rounded = true;
    return value;
  }

  /** Reads NaN, Infinity, -Infinity. */
  notFinite(): number {
    const negative = this.bytes[this.at] === 0x2d;
    if (negative) this.at++;
    if (this.bytes[this.at] === 0x49) {
      this.literal('Infinity');
      return negative ? -Infinity : Infinity;
    }
    if (negative) throw this.unexpected('a digit');
    this.literal('NaN');
    return NaN;
  }

  /** Moves over any value, which has to be well-formed. */
  skip(depth = 0): void {
    const byte = this.peek();
    if (byte === 0x22) this.text();
    else if (byte === 0x7b || byte === 0x5b) this.#skipNested(byte, depth + 1);
    else if (byte === 0x74) this.literal('true');
    else if (byte === 0x66) this.literal('false');
    else if (byte === 0x6e) this.literal('null');
    else if (this.#startsToken(byte)) this.notFinite();
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) this.skipNumber();
    else throw this.unexpected('a value');
  }

  #startsToken(byte: number): boolean {
    return byte === 0x4e || byte === 0x49 || (byte === 0x2d && this.bytes[this.at + 1] === 0x49);
  }

  #skipNested(byte: number, depth: number): void {
    this.checkDepth(depth);
    this.at++;
    let first = true;
    while (byte === 0x7b ? this.nextKey(first) !== undefined : this.nextItem(first)) {
      first = false;
      this.skip(depth);
    }
  }

  /**
   * Counts an array or object that the caller builds.
   * @throws `wire-json-depth`, `wire-json-size`
   */
  openNested(depth: number): void {
    this.checkDepth(depth);
    if (++this.#built > mostBuilt)
      throw wireErrors.make['wire-json-size'](
        `found more than ${mostBuilt} arrays and objects at ${placeOf(this.bytes, this.at)}, expected fewer in one body`,
      );
  }

  /** @throws `wire-json-depth` */
  checkDepth(depth: number): void {
    if (depth > deepest)
      throw wireErrors.make['wire-json-depth'](
        `the body is nested deeper than ${deepest} levels at ${placeOf(this.bytes, this.at)}`,
      );
  }
}
