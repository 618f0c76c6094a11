const first = 0xcc_9e_2d_51;
const second = 0x1b_87_35_93;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** MurmurHash3_x86_32 (Austin Appleby, public domain) of bytes, seed 0, as a signed 32-bit integer. */
export function murmurHash(bytes: Uint8Array, length: number): number {
  let hash = 0;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const block =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    hash ^= Math.imul(rotate(Math.imul(block, first), 15), second);
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6_54_6b_64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= whole; at--) tail = (tail << 8) | (bytes[at] as number);
  if (whole < length) hash ^= Math.imul(rotate(Math.imul(tail, first), 15), second);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return hash ^ (hash >>> 16);
}
