/** Shifts of the four steps that each round repeats. */
const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

const shiftOf = Int32Array.from({ length: 64 }, (_, step) => shifts[step >> 4]?.[step & 3] ?? 0);
const sines = Int32Array.from({ length: 64 }, (_, step) => Math.abs(Math.sin(step + 1)) * 2 ** 32);

/** Which word of a block a step takes. */
const wordOf = Int32Array.from({ length: 64 }, (_, step) => {
  const [factor, offset] = [
    [1, 0],
    [5, 1],
    [3, 5],
    [7, 0],
  ][step >> 4] as [number, number];
  return (factor * step + offset) % 16;
});

function mixed(step: number, b: number, c: number, d: number): number {
  switch (step >> 4) {
    case 0:
      return (b & c) | (~b & d);
    case 1:
      return (d & b) | (~d & c);
    case 2:
      return b ^ c ^ d;
    default:
      return c ^ (b | ~d);
  }
}

function addBlock(state: Int32Array, words: Int32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let step = 0; step < 64; step++) {
    const sum =
      (a + mixed(step, b, c, d) + (sines[step] as number) + (words[wordOf[step] as number] as number)) | 0;
    const shift = shiftOf[step] as number;
    const rotated = (sum << shift) | (sum >>> (32 - shift));
    a = d;
    d = c;
    c = b;
    b = (b + rotated) | 0;
  }
  state[0] = ((state[0] as number) + a) | 0;
  state[1] = ((state[1] as number) + b) | 0;
  state[2] = ((state[2] as number) + c) | 0;
  state[3] = ((state[3] as number) + d) | 0;
}

/**
 * MD5 (RFC 1321) of the first `length` bytes, as four little-endian words of the digest. `bytes` has room for 72 more, which are
 * written to.
 */
export function md5(bytes: Uint8Array, length: number): Int32Array {
  const end = ((length + 8) >> 6) * 64 + 64;
  bytes.fill(0, length, end);
  bytes[length] = 0x80;
  for (let at = 0, bits = length * 8; bits > 0; at++, bits = Math.floor(bits / 256))
    bytes[end - 8 + at] = bits % 256;
  const state = Int32Array.of(0x67_45_23_01, 0xef_cd_ab_89, 0x98_ba_dc_fe, 0x10_32_54_76);
  const words = new Int32Array(16);
  for (let start = 0; start < end; start += 64) {
    for (let word = 0; word < 16; word++) {
      const at = start + 4 * word;
      words[word] =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
    }
    addBlock(state, words);
  }
  return state;
}

/** A digest as a number of 128 bits, its first byte the most significant, modulo `width`, at most 2^24. */
export function remainderOf(digest: Int32Array, width: number): number {
  let rest = 0;
  for (const word of digest)
    for (let byte = 0; byte < 4; byte++) rest = (rest * 256 + ((word >>> (8 * byte)) & 0xff)) % width;
  return rest;
}
