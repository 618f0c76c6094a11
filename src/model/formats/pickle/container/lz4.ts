import { Fault } from '../errors.ts';
import { Cursor } from '../machine/cursor.ts';
import { Output } from './output.ts';
import { xxh32 } from './xxh32.ts';

const frameMagic = 0x184d2204;

function corrupt(message: string): Fault {
  return new Fault('inflate-corrupt', `the lz4 data are corrupt (${message})`);
}

/**
 * LZ4 frames, one or several. Source: the LZ4 frame and block format descriptions, version 1.6.
 * @throws Fault `inflate-too-large`, `inflate-corrupt`, `pickle-truncated`
 */
export function inflateLz4(bytes: Uint8Array, limit: number): Uint8Array {
  const cursor = new Cursor(bytes);
  const output = new Output(limit, 4 * bytes.length);
  for (let frames = 0; frames === 0 || cursor.remaining >= 4; frames++) {
    const magic = cursor.u4();
    // Skippable frames carry what is not for us.
    if (magic >>> 4 === 0x184d2a5) cursor.take(cursor.u4());
    else if (magic === frameMagic) frame(cursor, output);
    else if (frames === 0) throw corrupt('no frame starts here');
    else break;
  }
  return output.finished();
}

function frame(cursor: Cursor, output: Output): void {
  const from = cursor.position;
  const flags = cursor.u1();
  if (flags >> 6 !== 1) throw corrupt(`frame version ${flags >> 6}, expected 1`);
  if (flags & 1) throw corrupt('it needs a dictionary that is not in the file');
  cursor.u1();
  if (flags & 8) cursor.u8();
  const sum = xxh32(cursor.bytes.subarray(from, cursor.position));
  if (cursor.u1() !== ((sum >>> 8) & 0xff)) throw corrupt('the checksum of a frame’s header differs');
  const start = output.length;
  for (let head = cursor.u4(); head !== 0; head = cursor.u4()) {
    const data = cursor.take(head & 0x7fffffff);
    if (head >= 0x80000000) output.append(data);
    else block(data, output, start);
    if (flags & 16 && cursor.u4() !== xxh32(data)) throw corrupt('the checksum of a block differs');
  }
  if (flags & 4 && cursor.u4() !== xxh32(output.bytes.subarray(start, output.length)))
    throw corrupt('the checksum of the content differs');
}

/** Sequences of literals and matches; the last one ends after its literals. */
function block(data: Uint8Array, output: Output, frameStart: number): void {
  let at = 0;
  while (at < data.length) {
    const token = data[at++] as number;
    let literals = token >> 4;
    if (literals === 15) [literals, at] = extended(data, at, literals);
    if (at + literals > data.length) throw corrupt('literals reach beyond their block');
    output.append(data.subarray(at, at + literals));
    at += literals;
    if (at === data.length) return;
    const distance = (data[at] as number) | ((data[at + 1] ?? 0) << 8);
    at += 2;
    if (distance === 0 || distance > output.length - frameStart)
      throw corrupt('a match reaches before the start');
    let length = token & 15;
    if (length === 15) [length, at] = extended(data, at, length);
    output.repeat(distance, length + 4);
  }
}

/** A length that goes on in further bytes as long as they are 255. */
function extended(data: Uint8Array, start: number, from: number): [number, number] {
  let length = from;
  let at = start;
  for (;;) {
    const byte = data[at++];
    if (byte === undefined) throw corrupt('a length reaches beyond its block');
    length += byte;
    if (byte !== 255) return [length, at];
  }
}
