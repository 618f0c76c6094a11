import { planErrors, planVersion, typesOf, type Plan } from '../index.ts';
import { isPlanJson } from './shape.ts';

/**
 * A plan on disk: 40 bytes of head, the JSON padded to 8, the buffer. Numbers are little-endian.
 *
 *     0  magic "DAVITPLN"     8  version u32    12  bytes of JSON u32
 *    16  bytes of buffer f64  24  checksum of what follows the head, 4 × u32
 */
const magic = 'DAVITPLN';
const headBytes = 40;

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/**
 * Four multiplicative hashes over interleaved 32-bit words. It finds accidents on disk, not forgeries; whatever passes is
 * still checked by `typesOf`.
 */
function checksum(words: Uint32Array): readonly [number, number, number, number] {
  let a = 0x9e37_79b1;
  let b = 0x85eb_ca77;
  let c = 0xc2b2_ae3d;
  let d = 0x27d4_eb2f;
  const whole = words.length & ~3;
  for (let index = 0; index < whole; index += 4) {
    a = Math.imul(a ^ (words[index] as number), 0x0100_0193) ^ (a >>> 15);
    b = Math.imul(b ^ (words[index + 1] as number), 0x0100_0193) ^ (b >>> 15);
    c = Math.imul(c ^ (words[index + 2] as number), 0x0100_0193) ^ (c >>> 15);
    d = Math.imul(d ^ (words[index + 3] as number), 0x0100_0193) ^ (d >>> 15);
  }
  for (let index = whole; index < words.length; index++)
    a = Math.imul(a ^ (words[index] as number), 0x0100_0193) ^ (a >>> 15);
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/** Writes the checksum of what follows the head into the head. */
export function seal(file: Uint8Array): void {
  const words = new Uint32Array(file.buffer, file.byteOffset, file.byteLength >>> 2);
  words.set(checksum(words.subarray(headBytes / 4)), 24 / 4);
}

/** The plan as bytes that `decodePlan` reads back. */
export function encodePlan(plan: Plan): Uint8Array {
  const { buffer, ...json } = plan;
  const text = new TextEncoder().encode(JSON.stringify(json));
  const bufferAt = headBytes + padded(text.byteLength);
  const file = new Uint8Array(bufferAt + padded(buffer.byteLength));
  file.set(new TextEncoder().encode(magic));
  const head = new DataView(file.buffer);
  head.setUint32(8, plan.version, true);
  head.setUint32(12, text.byteLength, true);
  head.setFloat64(16, buffer.byteLength, true);
  file.set(text, headBytes);
  file.set(new Uint8Array(buffer), bufferAt);
  seal(file);
  return file;
}

function damaged(problem: string, cause?: unknown): never {
  throw planErrors.make['plan-damaged'](`a cached plan ${problem}`, cause === undefined ? {} : { cause });
}

interface Head {
  readonly jsonBytes: number;
  readonly bufferBytes: number;
}

function readHead(file: Uint8Array): Head {
  if (file.byteLength < headBytes) damaged(`has ${file.byteLength} bytes, fewer than its head`);
  const head = new DataView(file.buffer, file.byteOffset, headBytes);
  if (new TextDecoder('latin1').decode(file.subarray(0, 8)) !== magic)
    damaged('does not start with its mark');
  const version = head.getUint32(8, true);
  if (version !== planVersion)
    throw planErrors.make['plan-version'](
      `a cached plan has version ${version}, this build reads ${planVersion}`,
    );
  const jsonBytes = head.getUint32(12, true);
  const bufferBytes = head.getFloat64(16, true);
  const expected = headBytes + padded(jsonBytes) + padded(bufferBytes);
  if (!Number.isInteger(bufferBytes) || bufferBytes < 0 || expected !== file.byteLength)
    damaged(`has ${file.byteLength} bytes, its head speaks of ${expected}`);
  return { jsonBytes, bufferBytes };
}

function aligned(file: Uint8Array): Uint8Array {
  return file.byteOffset % 4 === 0 ? file : file.slice();
}

/**
 * Reads what `encodePlan` wrote, and checks it as thoroughly as a plan made from a model file.
 * @throws `plan-version` when another version wrote it, `plan-damaged` when it is cut short or changed: rebuild then
 */
export function decodePlan(bytes: Uint8Array): Plan {
  const file = aligned(bytes);
  const { jsonBytes, bufferBytes } = readHead(file);
  const words = new Uint32Array(file.buffer, file.byteOffset, file.byteLength >>> 2);
  const sum = checksum(words.subarray(headBytes / 4));
  if (sum.some((word, index) => word !== words[24 / 4 + index])) damaged('does not match its checksum');
  const bufferAt = headBytes + padded(jsonBytes);
  const buffer = new SharedArrayBuffer(bufferBytes);
  new Uint8Array(buffer).set(file.subarray(bufferAt, bufferAt + bufferBytes));
  try {
    const json: unknown = JSON.parse(
      new TextDecoder().decode(file.subarray(headBytes, headBytes + jsonBytes)),
    );
    if (!isPlanJson(json)) return damaged('has fields of the wrong type');
    const plan: Plan = { ...json, buffer };
    typesOf(plan);
    return plan;
  } catch (error) {
    return damaged('contradicts itself', error);
  }
}
