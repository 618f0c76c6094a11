import type { DType } from './dtype.ts';

/**
 * x86's 80-bit floats in 12 or 16 bytes (`f12`, `f16`), and complex pairs of them, rounded to float64. Other machines
 * write quadruple precision under the same name; those are told apart by nothing in the file.
 */
export function extendedFloats(dtype: DType, bytes: Uint8Array): Float64Array {
  const width = dtype.kind === 'c' ? dtype.itemsize / 2 : dtype.itemsize;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float64Array(bytes.byteLength / width);
  for (let at = 0; at < out.length; at++) out[at] = extended(view, at * width, width, dtype.bigEndian);
  return out;
}

function extended(view: DataView, at: number, width: number, bigEndian: boolean): number {
  const start = bigEndian ? at + width - 10 : at;
  const mantissa = view.getBigUint64(bigEndian ? start + 2 : start, !bigEndian);
  const head = view.getUint16(bigEndian ? start : start + 8, !bigEndian);
  const sign = head & 0x8000 ? -1 : 1;
  const exponent = head & 0x7fff;
  if (exponent === 0x7fff) return mantissa << 1n === 1n << 64n ? sign * Infinity : Number.NaN;
  // Two steps, since 2^-1074 is the least power that a float64 holds.
  const scale = exponent - 16383 - 63;
  const first = Math.max(-1000, Math.min(900, scale));
  return sign * Number(mantissa) * 2 ** first * 2 ** (scale - first);
}
