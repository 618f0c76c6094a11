const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;
const prime5 = 0x165667b1;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, prime2)) | 0, 13), prime1);
}

/** The checksum of LZ4 frames: xxHash, 32 bits, seed 0. Source: the xxHash specification, version 0.1.1. */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const striped = bytes.length - (bytes.length % 16);
  let hash = bytes.length < 16 ? prime5 : stripes(view, striped);
  hash = (hash + bytes.length) | 0;
  let at = bytes.length < 16 ? 0 : striped;
  for (; at + 4 <= bytes.length; at += 4)
    hash = Math.imul(rotate((hash + Math.imul(view.getUint32(at, true), prime3)) | 0, 17), prime4);
  for (; at < bytes.length; at++)
    hash = Math.imul(rotate((hash + Math.imul(bytes[at] as number, prime5)) | 0, 11), prime1);
  return avalanche(hash);
}

function stripes(view: DataView, end: number): number {
  let one = (prime1 + prime2) | 0;
  let two = prime2 | 0;
  let three = 0;
  let four = -prime1 | 0;
  for (let at = 0; at < end; at += 16) {
    one = round(one, view.getInt32(at, true));
    two = round(two, view.getInt32(at + 4, true));
    three = round(three, view.getInt32(at + 8, true));
    four = round(four, view.getInt32(at + 12, true));
  }
  return (rotate(one, 1) + rotate(two, 7) + rotate(three, 12) + rotate(four, 18)) | 0;
}

function avalanche(from: number): number {
  let hash = Math.imul(from ^ (from >>> 15), prime2);
  hash = Math.imul(hash ^ (hash >>> 13), prime3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
