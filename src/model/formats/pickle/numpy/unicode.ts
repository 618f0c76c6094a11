import { pickleErrors } from '../errors.ts';
import { latin1 } from '../machine/text.ts';
import type { DType } from './dtype.ts';
import { aligned, swapped } from './numbers.ts';

/** The `count` strings of a U (UTF-32) or S (latin-1) array in memory order, without the NULs that pad them. */
export function decodeStrings(dtype: DType, bytes: Uint8Array, count: number): string[] {
  if (dtype.kind === 'S')
    return pieces(bytes, dtype.itemsize, count).map(piece => latin1(withoutPadding(piece)));
  if (dtype.kind === 'U') return utf32(dtype, bytes, count);
  throw pickleErrors.make['pickle-array-kind'](
    `an array of dtype ${dtype.name} is where strings were expected`,
  );
}

/** `count` views of `width` bytes each, one after another. */
export function pieces(bytes: Uint8Array, width: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * width, (at + 1) * width));
}

export function withoutPadding(piece: Uint8Array): Uint8Array {
  let end = piece.length;
  while (end > 0 && piece[end - 1] === 0) end--;
  return piece.subarray(0, end);
}

function utf32(dtype: DType, bytes: Uint8Array, count: number): string[] {
  const native = dtype.bigEndian ? swapped(bytes, 4) : aligned(bytes, 4);
  const points = new Uint32Array(native.buffer, native.byteOffset, native.byteLength / 4);
  const width = dtype.itemsize / 4;
  return Array.from({ length: count }, (_, at) => {
    const start = at * width;
    let end = start + width;
    while (end > start && points[end - 1] === 0) end--;
    return textOf(points, start, end);
  });
}

/** Joins by blocks: a call with a hundred thousand arguments would overflow the stack. */
const block = 4096;

function textOf(points: Uint32Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += block) {
    const part = points.subarray(at, Math.min(at + block, end));
    for (const point of part) {
      if (point > 0x10ffff)
        throw pickleErrors.make['pickle-malformed'](`a unicode array holds ${point}, which is no character`);
    }
    text += String.fromCodePoint(...part);
  }
  return text;
}
