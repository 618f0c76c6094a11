import { divideDigits, exactPowers, quotient } from './decimal.ts';
import type { JsonReader } from './reader.ts';

const exactIntegers = 9007199254740992;

/** The largest magnitude that rounds to a finite float32, and that of float64. */
export const float32Limit = 3.4028235677973362e38;
export const float64Limit = Number.MAX_VALUE;

/**
 * Reads elements `from` to `to`, separated by commas, into `target`; `null` is NaN. Returns `to`, or the index of the
 * first element that is missing, not a number or beyond `limit`, with the reader before what was found instead.
 *
 * Long because it is the hot path of every request: no call and no allocation for a number in short notation, whose
 * value is then one division of two exact float64 (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
 */
export function readFloats(
  reader: JsonReader,
  target: Float64Array | Float32Array,
  from: number,
  to: number,
  limit: number,
): number {
  const { bytes } = reader;
  let at = reader.at;
  let byte = bytes[at] as number;
  for (let index = from; index < to; index++) {
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at] as number;
    if (index > from) {
      if (byte !== 0x2c) {
        reader.at = at;
        return index;
      }
      byte = bytes[++at] as number;
      while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at] as number;
    }
    const start = at;
    const negative = byte === 0x2d;
    if (negative) byte = bytes[++at] as number;
    let digits = 0;
    let scale = 0;
    let plain = true;
    if (byte === 0x30) byte = bytes[++at] as number;
    else if (byte >= 0x31 && byte <= 0x39) {
      do {
        digits = digits * 10 + (byte - 0x30);
        byte = bytes[++at] as number;
      } while (byte >= 0x30 && byte <= 0x39);
    } else plain = false;
    if (plain && byte === 0x2e) {
      const point = at;
      byte = bytes[++at] as number;
      while (byte >= 0x30 && byte <= 0x39) {
        digits = digits * 10 + (byte - 0x30);
        byte = bytes[++at] as number;
      }
      scale = at - point - 1;
      plain = scale > 0;
    }
    plain &&= scale <= 22 && byte !== 0x65 && byte !== 0x45;
    let value = 0;
    // Rounding is monotonic: a sum below 2^53 was exact at every step.
    if (plain && digits < exactIntegers) {
      value = scale === 0 ? digits : digits / (exactPowers[scale] as number);
      if (negative) value = -value;
    } else if (plain && scale > 0 && divideDigits(bytes, start, at, scale)) {
      value = negative ? -(quotient[0] as number) : (quotient[0] as number);
    } else {
      reader.at = start;
      if (!isFloat(reader)) return index;
      value = readUnusual(reader);
      at = reader.at;
      byte = bytes[at] as number;
    }
    // A token is as large as it says; a number is not allowed to become infinite in silence.
    if ((value > limit || value < -limit) && byteBefore(bytes, at) !== 0x79) {
      reader.at = start;
      return index;
    }
    target[index] = value;
  }
  reader.at = at;
  return to;
}

function byteBefore(bytes: Uint8Array, at: number): number {
  return bytes[at - 1] as number;
}

/** The next byte starts a number, a token or `null`. */
function isFloat(reader: JsonReader): boolean {
  const { bytes, at } = reader;
  const byte = bytes[at] as number;
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) || byte === 0x4e || byte === 0x49 || byte === 0x6e;
}

function readUnusual(reader: JsonReader): number {
  const { bytes, at } = reader;
  const byte = bytes[at] as number;
  if (byte === 0x6e) {
    reader.literal('null');
    return NaN;
  }
  const next = byte === 0x2d ? bytes[at + 1] : byte;
  return next === 0x4e || next === 0x49 ? reader.notFinite() : reader.number();
}
