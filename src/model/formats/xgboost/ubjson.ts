import { malformed, truncated } from './errors.ts';

/** What a document of JSON or UBJSON holds; numbers in bulk come as typed arrays from UBJSON, as lists from JSON. */
export type Value =
  | null
  | boolean
  | number
  | string
  | NumberArray
  | readonly Value[]
  | { readonly [name: string]: Value };

export type NumberArray = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Int32Array;

const deepest = 64;

const numberTypes = 'dDiUIlL';

const widths: Readonly<Record<string, number>> = { d: 4, D: 8, i: 1, U: 1, I: 2, l: 4, L: 8, C: 1 };

/**
 * Reads UBJSON as XGBoost writes it: draft 12 without high-precision numbers and without counted objects, typed arrays
 * big-endian, 64-bit integers within ±2^53.
 */
class UbjReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @returns the document; bytes after it are left */
  read(): Value {
    return this.#value(this.#marker());
  }

  #take(count: number, what: string): number {
    const at = this.#at;
    if (!(count <= this.#bytes.length - at))
      truncated(
        `UBJSON: ${what} takes ${count} bytes at byte ${at}, the file has ${this.#bytes.length - at} more`,
      );
    this.#at += count;
    return at;
  }

  #marker(): string {
    return String.fromCharCode(this.#bytes[this.#take(1, 'a value')] as number);
  }

  #number(type: string): number {
    const at = this.#take(widths[type] as number, 'a number');
    const view = this.#view;
    switch (type) {
      case 'd':
        return view.getFloat32(at);
      case 'D':
        return view.getFloat64(at);
      case 'i':
      case 'C':
        return view.getInt8(at);
      case 'U':
        return view.getUint8(at);
      case 'I':
        return view.getInt16(at);
      case 'l':
        return view.getInt32(at);
      default:
        return this.#long(at);
    }
  }

  #long(at: number): number {
    const value = Number(this.#view.getBigInt64(at));
    return Number.isSafeInteger(value)
      ? value
      : malformed(`UBJSON: the integer ${value} at byte ${at} is too large`);
  }

  #count(what: string): number {
    const type = this.#marker();
    if (!'iUIlL'.includes(type)) malformed(`UBJSON: ${what} has a length of type ${JSON.stringify(type)}`);
    const count = this.#number(type);
    return count >= 0 ? count : malformed(`UBJSON: ${what} has the length ${count}`);
  }

  #text(): string {
    const length = this.#count('a text');
    const at = this.#take(length, 'a text');
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length).toString('utf8');
  }

  #value(type: string): Value {
    switch (type) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case 'S':
        return this.#text();
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      default:
        if (type in widths) return this.#number(type);
        return malformed(
          `UBJSON: byte ${this.#at - 1} is ${JSON.stringify(type)}, expected the type of a value`,
        );
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > deepest)
      malformed(`UBJSON: more than ${deepest} objects and arrays inside each other`);
    const result = read();
    this.#depth--;
    return result;
  }

  #peek(): string {
    return String.fromCharCode(this.#bytes[this.#at] ?? 0);
  }

  #object(): Value {
    const fields: [string, Value][] = [];
    while (this.#peek() !== '}') fields.push([this.#text(), this.#value(this.#marker())]);
    this.#at++;
    return Object.fromEntries(fields);
  }

  #array(): Value {
    if (this.#peek() === '$') return this.#typed();
    const items: Value[] = [];
    if (this.#peek() === '#') {
      this.#at++;
      const count = this.#count('an array');
      while (items.length < count) items.push(this.#value(this.#marker()));
      return items;
    }
    while (this.#peek() !== ']') items.push(this.#value(this.#marker()));
    this.#at++;
    return items;
  }

  #typed(): NumberArray {
    this.#at++;
    const type = this.#marker();
    if (!numberTypes.includes(type))
      malformed(`UBJSON: an array of type ${JSON.stringify(type)} at byte ${this.#at - 1}`);
    if (this.#marker() !== '#') malformed(`UBJSON: the typed array at byte ${this.#at - 1} has no length`);
    const count = this.#count('an array');
    const start = this.#take(count * (widths[type] as number), `an array of ${count}`);
    return this.#elements(type, start, count);
  }

  #elements(type: string, start: number, count: number): NumberArray {
    const bytes = Buffer.from(this.#bytes.slice(start, start + count * (widths[type] as number)).buffer);
    switch (type) {
      case 'd':
        return new Float32Array(bytes.swap32().buffer);
      case 'D':
        return new Float64Array(bytes.swap64().buffer);
      case 'i':
        return new Int8Array(bytes.buffer);
      case 'U':
        return new Uint8Array(bytes.buffer);
      case 'I':
        return new Int16Array(bytes.swap16().buffer);
      case 'l':
        return new Int32Array(bytes.swap32().buffer);
      default:
        return Float64Array.from({ length: count }, (_, at) => this.#long(start + 8 * at));
    }
  }
}

/** @throws `xgboost-truncated`, `xgboost-malformed` */
export function readUbjson(bytes: Uint8Array): Value {
  return new UbjReader(bytes).read();
}
