import { datatypes, isDatatype, type Datatype, type TensorData } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import { describeValue } from '../json/describe.ts';
import { float32Limit, float64Limit, readFloats } from '../json/floats.ts';
import {
  readBooleans,
  readIntegers,
  readLongIntegers,
  readTexts,
  type SmallIntegers,
} from '../json/integers.ts';
import type { JsonReader } from '../json/reader.ts';

/** Reads elements `from` to `to`; returns `to`, or the first element that could not be read. */
type Run = (reader: JsonReader, from: number, to: number) => number;

interface Target {
  readonly data: TensorData;
  readonly run: Run;
  /** What an element has to be, for messages. */
  readonly expected: string;
}

/** Where a tensor is declared, for messages. */
export interface Declared {
  /** Such as `inputs[0]`. */
  path(): string;
  readonly shape: readonly number[];
}

const numberExpected = 'a number, NaN, Infinity, -Infinity or null';

function integers(data: SmallIntegers, minimum: number, maximum: number): Target {
  return {
    data,
    run: (reader, from, to) => readIntegers(reader, data, from, to, minimum, maximum),
    expected: `an integer from ${minimum} to ${maximum}`,
  };
}

function longIntegers(data: BigInt64Array | BigUint64Array): Target {
  return {
    data,
    run: (reader, from, to) => readLongIntegers(reader, data, from, to),
    expected:
      data instanceof BigInt64Array
        ? 'an integer from -9223372036854775808 to 9223372036854775807'
        : 'an integer from 0 to 18446744073709551615',
  };
}

function floats(data: Float32Array | Float64Array, limit: number): Target {
  return {
    data,
    run: (reader, from, to) => readFloats(reader, data, from, to, limit),
    expected: numberExpected,
  };
}

function targetOf(datatype: Datatype, count: number, declared: Declared): Target {
  switch (datatype) {
    case 'FP32':
      return floats(new Float32Array(count), float32Limit);
    case 'FP64':
      return floats(new Float64Array(count), float64Limit);
    case 'INT64':
      return longIntegers(new BigInt64Array(count));
    case 'UINT64':
      return longIntegers(new BigUint64Array(count));
    case 'INT8':
      return integers(new Int8Array(count), -128, 127);
    case 'INT16':
      return integers(new Int16Array(count), -32768, 32767);
    case 'INT32':
      return integers(new Int32Array(count), -2147483648, 2147483647);
    case 'UINT8':
      return integers(new Uint8Array(count), 0, 255);
    case 'UINT16':
      return integers(new Uint16Array(count), 0, 65535);
    case 'UINT32':
      return integers(new Uint32Array(count), 0, 4294967295);
    case 'BOOL':
      return booleans(new Uint8Array(count));
    case 'BYTES':
      return texts([]);
    case 'FP16':
    case 'BF16':
      throw binaryOnly(datatype, declared.path());
  }
}

function booleans(data: Uint8Array): Target {
  return { data, run: (reader, from, to) => readBooleans(reader, data, from, to), expected: 'true or false' };
}

function texts(data: (string | null)[]): Target {
  return {
    data,
    run: (reader, from, to) => readTexts(reader, data, from, to),
    expected: 'a text in quotes, or null for a missing one',
  };
}

/** What to throw for 16-bit floats in JSON; `path` is where they are. */
export function binaryOnly(datatype: Datatype, path: string): Error {
  return wireErrors.make['wire-datatype-binary'](
    `${path}.datatype: found ${datatype}, whose values cannot be sent as JSON, expected FP32 or FP64`,
  );
}

/** @throws `wire-datatype-unknown` */
export function checkDatatype(name: string, path: () => string): Datatype {
  if (isDatatype(name)) return name;
  throw wireErrors.make['wire-datatype-unknown'](
    `${path()}.datatype: found ${JSON.stringify(name)}, expected one of ${Object.keys(datatypes).join(', ')}`,
  );
}

/**
 * Reads the `data` of a tensor whose elements are `count`, the product of `shape`: flat, nested like the shape, or
 * nested like its leading dimensions only (Triton reads any nesting; one that contradicts the shape is refused here).
 */
export function readData(
  reader: JsonReader,
  declared: Declared,
  datatype: Datatype,
  count: number,
): TensorData {
  checkRoom(reader, declared, count);
  const target = targetOf(datatype, count, declared);
  const depth = countBrackets(reader, declared);
  new DataWalk(reader, declared, datatype, target, depth).level(0, 0, count);
  return target.data;
}

// Each element takes two bytes of the body, but for the last: a shape cannot claim memory that the body does not pay for.
function checkRoom(reader: JsonReader, declared: Declared, count: number): void {
  const room = (reader.bytes.length - reader.at) / 2;
  if (count > room)
    throw wireErrors.make['wire-shape-mismatch'](
      `${declared.path()}.data: shape [${declared.shape.join(', ')}] has ${count} elements, the body has no room for more than ${Math.floor(room)}`,
    );
}

/** Levels of arrays that the data begin with; the reader stays before the first. */
function countBrackets(reader: JsonReader, declared: Declared): number {
  const start = reader.at;
  if (reader.peek() !== 0x5b) {
    throw wireErrors.make['wire-field-type'](
      `${declared.path()}.data: found ${describeValue(reader.bytes, reader.at)}, expected an array`,
    );
  }
  const most = Math.max(1, declared.shape.length);
  let depth = 0;
  while (reader.peek() === 0x5b) {
    depth++;
    reader.at++;
    if (depth > most)
      throw wireErrors.make['wire-shape-mismatch'](
        `${declared.path()}.data: found arrays nested more than ${most} deep, expected at most the ${declared.shape.length} dimensions of shape [${declared.shape.join(', ')}]`,
      );
  }
  reader.at = start;
  return depth;
}

class DataWalk {
  readonly #reader: JsonReader;
  readonly #declared: Declared;
  readonly #datatype: Datatype;
  readonly #target: Target;
  readonly #depth: number;

  constructor(reader: JsonReader, declared: Declared, datatype: Datatype, target: Target, depth: number) {
    this.#reader = reader;
    this.#declared = declared;
    this.#datatype = datatype;
    this.#target = target;
    this.#depth = depth;
  }

  /** Reads the array of `count` elements, from element `from` on, that is nested in `level` others. */
  level(level: number, from: number, count: number): void {
    const reader = this.#reader;
    if (reader.peek() !== 0x5b) throw this.#notAnArray(level, from);
    reader.at++;
    if (level === this.#depth - 1) this.#run(from, from + count);
    else this.#rows(level, from, count);
    if (reader.peek() !== 0x5d) throw this.#more(level, from, count);
    reader.at++;
  }

  #rows(level: number, from: number, count: number): void {
    const reader = this.#reader;
    const rows = this.#declared.shape[level] as number;
    for (let row = 0; row < rows; row++) {
      if (reader.peek() === 0x5d) throw this.#counted(this.#path(level, from), row, rows, 'arrays');
      if (row > 0) {
        if (reader.peek() !== 0x2c) throw reader.unexpected(', or ]');
        reader.at++;
      }
      this.level(level + 1, from + (row * count) / rows, count / rows);
    }
  }

  #run(from: number, to: number): void {
    const reader = this.#reader;
    const stop = this.#target.run(reader, from, to);
    if (stop === to) return;
    const byte = reader.peek();
    const level = this.#depth - 1;
    if (byte === 0x5d) throw this.#counted(this.#path(level, from), stop - from, to - from, 'elements');
    if (byte === 0x2c || byte === -1) throw reader.unexpected('a value');
    throw this.#badElement(stop);
  }

  #badElement(index: number): Error {
    const reader = this.#reader;
    const start = reader.at;
    if (!startsElement(reader)) return reader.unexpected(', or ]');
    const path = this.#path(this.#depth, index);
    const found = describeValue(reader.bytes, start);
    if (reader.bytes[start] === 0x5b)
      return wireErrors.make['wire-shape-mismatch'](
        `${path}: found an array, expected ${this.#target.expected}, since data[0] is nested ${this.#depth} deep`,
      );
    // Throws when it is no value at all.
    reader.skip();
    const after = reader.peek();
    if (after !== 0x2c && after !== 0x5d) return reader.unexpected(', or ]');
    const number = /^-?\d/.test(found);
    const code = number && !this.#isNotInteger(found) ? 'wire-element-range' : 'wire-element-type';
    const expected =
      number && this.#target.expected === numberExpected ? 'a number in its range' : this.#target.expected;
    return wireErrors.make[code](`${path}: found ${found}, expected ${expected} for ${this.#datatype}`);
  }

  #isNotInteger(found: string): boolean {
    const { kind } = datatypes[this.#datatype];
    return kind === 'bool' || kind === 'bytes' || (kind !== 'float' && /[.eE]/.test(found));
  }

  #notAnArray(level: number, from: number): Error {
    const { bytes, at } = this.#reader;
    return wireErrors.make['wire-shape-mismatch'](
      `${this.#path(level, from)}: found ${describeValue(bytes, at)}, expected an array as shape [${this.#declared.shape.join(', ')}] has it`,
    );
  }

  #more(level: number, from: number, count: number): Error {
    const reader = this.#reader;
    if (reader.peek() !== 0x2c && !startsElement(reader)) return reader.unexpected(', or ]');
    const expected = level === this.#depth - 1 ? count : (this.#declared.shape[level] as number);
    return wireErrors.make['wire-shape-mismatch'](
      `${this.#path(level, from)}: found more than ${expected} elements, expected ${expected} by shape [${this.#declared.shape.join(', ')}]`,
    );
  }

  #counted(path: string, found: number, expected: number, what: string): Error {
    return wireErrors.make['wire-shape-mismatch'](
      `${path}: found ${found} ${what}, expected ${expected} by shape [${this.#declared.shape.join(', ')}]`,
    );
  }

  /** Path of the array or element number `from` that is nested in `level` arrays. */
  #path(level: number, from: number): string {
    const { shape } = this.#declared;
    const indices: number[] = [];
    let rest = from;
    for (let index = level - 1; index >= 0; index--) {
      if (index === this.#depth - 1) {
        const length = product(shape, index);
        indices.unshift(length === 0 ? 0 : rest % length);
        rest = length === 0 ? 0 : Math.floor(rest / length);
      } else {
        if (level < this.#depth && index === level - 1) rest = divided(rest, product(shape, level));
        const length = shape[index] as number;
        indices.unshift(length === 0 ? 0 : rest % length);
        rest = divided(rest, length);
      }
    }
    return `${this.#declared.path()}.data${indices.map(index => `[${index}]`).join('')}`;
  }
}

/** The next byte follows a comma or an opening bracket. */
function startsElement({ bytes, at }: JsonReader): boolean {
  let before = at - 1;
  while ((bytes[before] as number) <= 0x20) before--;
  return bytes[before] === 0x2c || bytes[before] === 0x5b;
}

function divided(value: number, by: number): number {
  return by === 0 ? 0 : Math.floor(value / by);
}

function product(shape: readonly number[], from: number): number {
  let count = 1;
  for (let index = from; index < shape.length; index++) count *= shape[index] as number;
  return count;
}
