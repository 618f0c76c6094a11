/** Tables of CRC-64/XZ (ECMA-182, reflected), low and high halves, since JavaScript has no fast 64-bit integers. */
const low = new Uint32Array(256);
const high = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let l = byte;
  let h = 0;
  for (let bit = 0; bit < 8; bit++) {
    const carry = l & 1;
    l = (l >>> 1) | (h << 31);
    h >>>= 1;
    if (carry) {
      l ^= 0xd7870f42;
      h ^= 0xc96c5795;
    }
  }
  low[byte] = l;
  high[byte] = h;
}

/** Whether the CRC-64 of `content` is the one in the eight bytes of `expected`, little-endian. */
export function crc64Matches(content: Uint8Array, expected: DataView): boolean {
  let l = -1;
  let h = -1;
  for (let at = 0; at < content.length; at++) {
    const index = (l ^ (content[at] as number)) & 0xff;
    l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
    h = (h >>> 8) ^ (high[index] as number);
  }
  return ~l >>> 0 === expected.getUint32(0, true) && ~h >>> 0 === expected.getUint32(4, true);
}
