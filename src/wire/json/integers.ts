import type { JsonReader } from './reader.ts';

export type SmallIntegers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const lowWord = littleEndian ? 0 : 1;
const highWord = 1 - lowWord;
const wordSize = 4294967296;

/** Before the sign or first digit of element `index`: whether a comma stands where one has to. */
function separated(reader: JsonReader, first: boolean): boolean {
  if (first) return reader.peek() !== -1;
  if (reader.peek() !== 0x2c) return false;
  reader.at++;
  reader.peek();
  return true;
}

/** What follows the digits of an integer is no fraction, exponent or further digit. */
function ends(byte: number | undefined): boolean {
  return (
    byte !== 0x2e && byte !== 0x65 && byte !== 0x45 && !(byte !== undefined && byte >= 0x30 && byte <= 0x39)
  );
}

/**
 * Reads integers from `minimum` to `maximum`, at most 32 bits. Returns `to`, or the index of the first element that is
 * missing, not written as an integer or out of range, with the reader before what was found instead.
 */
export function readIntegers(
  reader: JsonReader,
  target: SmallIntegers,
  from: number,
  to: number,
  minimum: number,
  maximum: number,
): number {
  const { bytes } = reader;
  for (let index = from; index < to; index++) {
    if (!separated(reader, index === from)) return index;
    const start = reader.at;
    let at = start;
    const negative = bytes[at] === 0x2d;
    if (negative) at++;
    const first = at;
    let value = 0;
    let byte = bytes[at] as number;
    while (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + (byte - 0x30);
      byte = bytes[++at] as number;
      if (value === 0) break;
    }
    if (negative) value = -value;
    if (at === first || !ends(byte) || value < minimum || value > maximum) return index;
    target[index] = value;
    reader.at = at;
  }
  return to;
}

/**
 * Reads 64-bit integers exactly into the words of a BigInt64Array or BigUint64Array, without making a BigInt. Returns as
 * `readIntegers` does.
 */
export function readLongIntegers(
  reader: JsonReader,
  target: BigInt64Array | BigUint64Array,
  from: number,
  to: number,
): number {
  const { bytes } = reader;
  const words = new Uint32Array(target.buffer, target.byteOffset, target.length * 2);
  const signed = target instanceof BigInt64Array;
  for (let index = from; index < to; index++) {
    if (!separated(reader, index === from)) return index;
    const start = reader.at;
    let at = start;
    const negative = bytes[at] === 0x2d;
    if (negative) at++;
    const first = at;
    let low = 0;
    let high = 0;
    let byte = bytes[at] as number;
    while (byte >= 0x30 && byte <= 0x39 && high < wordSize) {
      const next = low * 10 + (byte - 0x30);
      // The quotient is an integer below 10: no rounding.
      const carry = Math.floor(next / wordSize);
      low = next - carry * wordSize;
      high = high * 10 + carry;
      byte = bytes[++at] as number;
      if (low === 0 && high === 0) break;
    }
    if (at === first || !ends(byte) || !fits(low, high, negative, signed)) return index;
    // Two's complement: 2^64 minus the magnitude.
    const borrow = low === 0 ? 0 : 1;
    words[2 * index + lowWord] = negative ? (borrow === 0 ? 0 : wordSize - low) : low;
    words[2 * index + highWord] = negative ? wordSize - high - borrow : high;
    reader.at = at;
  }
  return to;
}

const signBit = 2147483648;

function fits(low: number, high: number, negative: boolean, signed: boolean): boolean {
  if (negative) return signed ? high < signBit || (high === signBit && low === 0) : low === 0 && high === 0;
  return high < (signed ? signBit : wordSize);
}

/** Reads `true` and `false` as 1 and 0; returns as `readIntegers` does. */
export function readBooleans(reader: JsonReader, target: Uint8Array, from: number, to: number): number {
  for (let index = from; index < to; index++) {
    if (!separated(reader, index === from)) return index;
    const byte = reader.peek();
    if (byte === 0x74) {
      reader.literal('true');
      target[index] = 1;
    } else if (byte === 0x66) {
      reader.literal('false');
      target[index] = 0;
    } else return index;
  }
  return to;
}

/** Reads strings; returns as `readIntegers` does. */
export function readTexts(reader: JsonReader, target: (string | null)[], from: number, to: number): number {
  for (let index = from; index < to; index++) {
    if (!separated(reader, index === from)) return index;
    if (reader.peek() === 0x22) target[index] = reader.text();
    else if (reader.peek() === 0x6e) {
      reader.literal('null');
      target[index] = null;
    } else return index;
  }
  return to;
}
