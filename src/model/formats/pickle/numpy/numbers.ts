import { pickleErrors } from '../errors.ts';
import type { DType } from './dtype.ts';
import { extendedFloats } from './longdouble.ts';

/** Native-endian elements as the typed array of their width. */
export type NumericArray =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface TypedConstructor {
  new (buffer: ArrayBufferLike, offset: number, length: number): NumericArray;
  readonly BYTES_PER_ELEMENT: number;
}

const typed: Readonly<Record<string, TypedConstructor>> = {
  b1: Uint8Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  f2: Float16Array,
  f4: Float32Array,
  f8: Float64Array,
  c8: Float32Array,
  c16: Float64Array,
  M8: BigInt64Array,
  m8: BigInt64Array,
};

function kindError(message: string): Error {
  return pickleErrors.make['pickle-array-kind'](message);
}

/** Reads raw elements as numbers: no copy where the file is aligned and little-endian. */
export function decodeNumbers(dtype: DType, bytes: Uint8Array): NumericArray {
  const constructor = typed[`${dtype.kind}${dtype.itemsize}`];
  if (constructor === undefined) {
    if ((dtype.kind === 'f' || dtype.kind === 'c') && dtype.itemsize > 8) return extendedFloats(dtype, bytes);
    throw kindError(`an array of dtype ${dtype.name} is where numbers were expected`);
  }
  const width = constructor.BYTES_PER_ELEMENT;
  const native = dtype.bigEndian && width > 1 ? swapped(bytes, width) : aligned(bytes, width);
  return new constructor(native.buffer, native.byteOffset, native.byteLength / width);
}

/** The same bytes at an offset that `width` divides. */
export function aligned(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
}

/** A copy with the bytes of each element reversed. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (width === 2) return copy.swap16();
  return width === 4 ? copy.swap32() : copy.swap64();
}

export function toFloat64(dtype: DType, numbers: NumericArray): Float64Array {
  if (dtype.kind === 'c' || dtype.kind === 'M' || dtype.kind === 'm')
    throw kindError(`an array of dtype ${dtype.name} is where real numbers were expected`);
  if (numbers instanceof Float64Array) return numbers;
  if (!(numbers instanceof BigInt64Array || numbers instanceof BigUint64Array))
    return new Float64Array(numbers);
  const halves = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  const signed = new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  const high = numbers instanceof BigInt64Array ? signed : halves;
  const out = new Float64Array(numbers.length);
  // One rounding, in the sum: the high half times 2^32 is exact.
  for (let at = 0; at < out.length; at++)
    out[at] = (high[2 * at + 1] as number) * 2 ** 32 + (halves[2 * at] as number);
  return out;
}

function expectIntegers(dtype: DType): void {
  if (dtype.kind !== 'i' && dtype.kind !== 'u' && dtype.kind !== 'b')
    throw kindError(`an array of dtype ${dtype.name} is where integers were expected`);
}

export function toInt64(dtype: DType, numbers: NumericArray): BigInt64Array {
  expectIntegers(dtype);
  if (numbers instanceof BigInt64Array) return numbers;
  if (!(numbers instanceof BigUint64Array)) return BigInt64Array.from(numbers as Int32Array, BigInt);
  const signed = new BigInt64Array(numbers.buffer, numbers.byteOffset, numbers.length);
  if (signed.some(one => one < 0n))
    throw kindError('an integer is beyond 2^63, the largest that is read here');
  return signed;
}

export function toInt32(dtype: DType, numbers: NumericArray): Int32Array {
  expectIntegers(dtype);
  if (numbers instanceof Int32Array) return numbers;
  const narrow =
    numbers instanceof BigInt64Array || numbers instanceof BigUint64Array ? halved(numbers) : numbers;
  const out = new Int32Array(narrow.length);
  for (let at = 0; at < out.length; at++) {
    out[at] = narrow[at] as number;
    if (out[at] !== narrow[at]) throw kindError(`the integer ${narrow[at]} is beyond 32 bits`);
  }
  return out;
}

/** Low halves of 64-bit integers, when the high halves say nothing more. */
function halved(numbers: BigInt64Array | BigUint64Array): Int32Array {
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  const out = new Int32Array(numbers.length);
  for (let at = 0; at < out.length; at++) {
    const low = halves[2 * at] as number;
    if (halves[2 * at + 1] !== low >> 31) throw kindError(`the integer ${numbers[at]} is beyond 32 bits`);
    out[at] = low;
  }
  return out;
}
