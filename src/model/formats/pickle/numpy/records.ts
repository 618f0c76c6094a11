/**
 * Copies one field of each record together: `count` pieces of `width` bytes that start `offset` bytes into records of
 * `stride` bytes. Trees keep their nodes in such records, millions of them.
 */
export function gather(
  bytes: Uint8Array,
  count: number,
  stride: number,
  offset: number,
  width: number,
): Uint8Array {
  const out = new Uint8Array(count * width);
  const start = bytes.byteOffset + offset;
  if (start % 4 === 0 && stride % 4 === 0 && width % 4 === 0) {
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset - (bytes.byteOffset % 4), wordsOf(bytes));
    copyPieces(from, new Uint32Array(out.buffer), {
      first: (start - from.byteOffset) / 4,
      stride: stride / 4,
      width: width / 4,
    });
  } else copyPieces(bytes, out, { first: offset, stride, width });
  return out;
}

/** Whole words from the aligned start before `bytes` to their end; the last piece ends within them. */
function wordsOf(bytes: Uint8Array): number {
  return Math.floor(((bytes.byteOffset % 4) + bytes.byteLength) / 4);
}

interface Layout {
  readonly first: number;
  readonly stride: number;
  readonly width: number;
}

function copyPieces(
  from: Uint32Array | Uint8Array,
  to: Uint32Array | Uint8Array,
  { first, stride, width }: Layout,
): void {
  if (width === 2) {
    for (let at = 0, source = first; at < to.length; at += 2, source += stride) {
      to[at] = from[source] as number;
      to[at + 1] = from[source + 1] as number;
    }
    return;
  }
  for (let at = 0, source = first; at < to.length; at += width, source += stride)
    for (let part = 0; part < width; part++) to[at + part] = from[source + part] as number;
}
