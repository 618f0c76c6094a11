/**
 * As much of WebAssembly's binary format as the kernels here need: one function of a module that imports one memory or two.
 * WebAssembly Core Specification 3.0, chapter 5.
 */

/** Instructions, encoded. */
export type Code = readonly number[];

/** An unsigned number in LEB128. */
function unsigned(value: number): Code {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** A signed number of 32 bits in LEB128. */
function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

const empty = 0x40;
const int32 = 0x7f;
const words = 2;
const doubles = 3;

/** What follows an instruction that goes to memory: the alignment (a power of two), which memory if not the first, and an offset. */
function place(alignment: number, offset: number, memory: number): Code {
  const which = memory === 0 ? [alignment] : [alignment | 0x40, ...unsigned(memory)];
  return [...which, ...unsigned(offset)];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
/** The word at an address and a constant offset from it. */
export const load = (address: Code, offset = 0, memory = 0): Code => [
  ...address,
  0x28,
  ...place(words, offset, memory),
];
export const store = (address: Code, value: Code, offset = 0, memory = 0): Code => [
  ...address,
  ...value,
  0x36,
  ...place(words, offset, memory),
];
/** The float64 at an address. */
export const loadDouble = (address: Code, offset = 0, memory = 0): Code => [
  ...address,
  0x2b,
  ...place(doubles, offset, memory),
];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const shiftLeft = (a: Code, bits: number): Code => [...a, ...constant(bits), 0x74];
/** 1 or 0. */
export const greater = (a: Code, b: Code): Code => [...a, ...b, 0x4a];
/** The same of two float64: 0 when one of them is NaN. */
export const greaterDouble = (a: Code, b: Code): Code => [...a, ...b, 0x64];

/** Vectors of two float64. */
const vector = 0x7b;

/** One float64, twice. */
export const bothOf = (value: number): Code => [
  0xfd,
  0x0c,
  ...new Uint8Array(Float64Array.of(value, value).buffer),
];
export const zeros: Code = bothOf(0);
export const allBits: Code = [0xfd, 0x0c, ...Array<number>(16).fill(0xff)];
/** Two float64 that stand together. */
export const loadTwo = (address: Code, offset = 0, memory = 0): Code => [
  ...address,
  0xfd,
  0x00,
  ...place(doubles, offset, memory),
];
/** One float64, twice. */
export const loadTwice = (address: Code, offset = 0, memory = 0): Code => [
  ...address,
  0xfd,
  0x0a,
  ...place(doubles, offset, memory),
];
export const storeTwo = (address: Code, value: Code, offset = 0, memory = 0): Code => [
  ...address,
  ...value,
  0xfd,
  0x0b,
  ...place(doubles, offset, memory),
];
export const absoluteTwo = (a: Code): Code => [...a, 0xfd, 0xec, 0x01];
export const addTwo = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xf0, 0x01];
export const subtractTwo = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xf1, 0x01];
export const multiplyTwo = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xf2, 0x01];
/**
 * a times b plus c, the product rounded or not, whichever the processor does in one step (Relaxed SIMD, which stands in the
 * specification since 3.0).
 */
export const multiplyAddTwo = (a: Code, b: Code, c: Code): Code => [...a, ...b, ...c, 0xfd, 0x87, 0x02];
export const divideTwo = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xf3, 0x01];
/** b where a < b, else a: also where one of them is NaN. */
export const orLarger = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0xf7, 0x01];
/** All bits where a ≤ b, else none. */
export const atMostTwo = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x4b];
export const bothBits = (a: Code, b: Code): Code => [...a, ...b, 0xfd, 0x4e];

/** Adds a constant to a local. */
export const advance = (local: number, by: number): Code => set(local, add(get(local), constant(by)));

/** Runs the body again and again until the local is 0 after it; the local is not 0 before. */
export const untilZero = (local: number, body: Code): Code => [
  0x03,
  empty,
  ...body,
  ...get(local),
  0x0d,
  0,
  0x0b,
];

/** Runs the body unless the local is 0. */
export const unlessZero = (local: number, body: Code): Code => [...get(local), 0x04, empty, ...body, 0x0b];

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function text(value: string): Code {
  const bytes = [...Buffer.from(value)];
  return [...unsigned(bytes.length), ...bytes];
}

/**
 * A module with one function of 32-bit integers without a result, `run`, which works on the imported memories `of.0` and,
 * where there are two, `of.1`.
 * @param parameters locals from 0 on that are given; `further` more integers, and after them `vectors` of two float64, are 0
 * at first
 */
export function moduleOf(
  parameters: number,
  further: number,
  body: Code,
  vectors = 0,
  memories: 1 | 2 = 1,
): Uint8Array<ArrayBuffer> {
  const code = [2, ...unsigned(further), int32, ...unsigned(vectors), vector, ...body, 0x0b];
  const imports = Array.from({ length: memories }, (_, at) => [...text('of'), ...text(String(at)), 2, 0, 0]);
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [1, 0x60, ...unsigned(parameters), ...Array<number>(parameters).fill(int32), 0]),
    ...section(2, [memories, ...imports.flat()]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}
