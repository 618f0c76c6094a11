import { crc32 } from 'node:zlib';
import { Fault } from '../errors.ts';
import { Cursor } from '../machine/cursor.ts';
import { crc64Matches } from './crc64.ts';
import { corrupt, LzmaDecoder, lzmaProperties } from './lzma.ts';
import { Output } from './output.ts';

/**
 * LZMA-alone (`.lzma`): properties, dictionary size, size, data.
 * Source: `lzma-file-format.txt` of XZ Utils.
 * @throws Fault `inflate-too-large`, `inflate-corrupt`, `pickle-truncated`
 */
export function inflateLzmaAlone(bytes: Uint8Array, limit: number): Uint8Array {
  const cursor = new Cursor(bytes);
  const output = new Output(limit, 4 * bytes.length);
  const decoder = new LzmaDecoder(output);
  decoder.configure(lzmaProperties(cursor.u1()));
  cursor.u4();
  const low = cursor.u4();
  const high = cursor.u4();
  const unknown = low === 0xffffffff && high === 0xffffffff;
  decoder.decode(bytes.subarray(cursor.position), unknown ? undefined : low + high * 2 ** 32);
  return output.finished();
}

/** Bytes of the check that closes a block, by the type in the stream's flags. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/**
 * xz streams, one or several, with padding. CRC32 and CRC64 are verified; SHA-256 is skipped over. Filters other than
 * LZMA2, which Python writes only when told to, are refused.
 * Source: "The .xz File Format", version 1.2.1.
 * @throws as {@link inflateLzmaAlone}
 */
export function inflateXz(bytes: Uint8Array, limit: number): Uint8Array {
  const cursor = new Cursor(bytes);
  const output = new Output(limit, 4 * bytes.length);
  do stream(cursor, output);
  while (skipPadding(cursor));
  return output.finished();
}

/** Whether another stream follows the padding. */
function skipPadding(cursor: Cursor): boolean {
  while (cursor.remaining >= 4 && cursor.bytes[cursor.position] === 0) cursor.take(4);
  return cursor.remaining >= 12 && cursor.bytes[cursor.position] === 0xfd;
}

function stream(cursor: Cursor, output: Output): void {
  cursor.take(6);
  const flags = cursor.take(2);
  const check = flags[1] ?? 0;
  if (cursor.u4() !== crc32(flags) || flags[0] !== 0 || check > 15) throw corrupt('the header of the stream');
  const decoder = new LzmaDecoder(output);
  for (let size = cursor.u1(); size !== 0; size = cursor.u1()) {
    blockHeader(cursor, size);
    block(cursor, output, decoder, check);
  }
  skipIndex(cursor);
  cursor.take(12);
}

/** Only what decides how to read on: the filters, and that the header is whole. */
function blockHeader(cursor: Cursor, size: number): void {
  const start = cursor.position - 1;
  const header = new Cursor(cursor.bytes.subarray(0, start + size * 4 + 4), cursor.position);
  cursor.take(size * 4 + 3);
  const flags = header.u1();
  if (flags & 0x40) multibyte(header);
  if (flags & 0x80) multibyte(header);
  const filter = multibyte(header);
  if ((flags & 3) !== 0 || filter !== 0x21)
    throw corrupt(`it went through the filter 0x${filter.toString(16)}; LZMA2 alone is read`);
  const sum = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset).getUint32(start + size * 4, true);
  if (crc32(cursor.bytes.subarray(start, start + size * 4)) !== sum) throw corrupt('the header of a block');
}

function block(cursor: Cursor, output: Output, decoder: LzmaDecoder, check: number): void {
  const from = output.length;
  const compressedFrom = cursor.position;
  lzma2(cursor, output, decoder);
  cursor.take((4 - ((cursor.position - compressedFrom) % 4)) % 4);
  const sum = cursor.take(checkSizes[check] ?? 0);
  const content = output.bytes.subarray(from, output.length);
  const view = new DataView(sum.buffer, sum.byteOffset, sum.byteLength);
  if (check === 1 && view.getUint32(0, true) !== crc32(content))
    throw corrupt('the checksum of a block differs');
  if (check === 4 && !crc64Matches(content, view)) throw corrupt('the checksum of a block differs');
}

/** Chunks, each with what it resets. */
function lzma2(cursor: Cursor, output: Output, decoder: LzmaDecoder): void {
  let configured = false;
  let first = true;
  for (let control = cursor.u1(); control !== 0; control = cursor.u1()) {
    if (control === 1 || control >= 0xe0) decoder.resetDictionary();
    else if (first) throw corrupt('a block does not start with a new dictionary');
    first = false;
    if (control < 0x80) {
      if (control > 2) throw corrupt('a chunk of no known kind');
      output.append(cursor.take(bigEndian2(cursor) + 1));
      continue;
    }
    const size = ((control & 0x1f) << 16) + bigEndian2(cursor) + 1;
    const packed = bigEndian2(cursor) + 1;
    if (control >= 0xc0) {
      decoder.configure(lzma2Properties(cursor.u1()));
      configured = true;
    } else if (!configured) throw corrupt('a chunk comes before its properties');
    else if (control >= 0xa0) decoder.resetState();
    if (decoder.decode(cursor.take(packed), size) !== packed)
      throw corrupt('a chunk is longer than its content');
  }
}

function lzma2Properties(byte: number): ReturnType<typeof lzmaProperties> {
  const properties = lzmaProperties(byte);
  if (properties.lc + properties.lp > 4) throw corrupt('the properties are out of range');
  return properties;
}

function bigEndian2(cursor: Cursor): number {
  return cursor.u1() * 256 + cursor.u1();
}

/** Sizes of the blocks, which have been read: a list of pairs. */
function skipIndex(cursor: Cursor): void {
  const start = cursor.position - 1;
  const records = multibyte(cursor);
  for (let left = records; left > 0; left--) {
    multibyte(cursor);
    multibyte(cursor);
  }
  cursor.take((4 - ((cursor.position - start) % 4)) % 4);
  const sum = cursor.u4();
  if (crc32(cursor.bytes.subarray(start, cursor.position - 4)) !== sum)
    throw corrupt('the index of the stream');
}

/** Seven bits a byte, least significant first, at most nine bytes. */
function multibyte(cursor: Cursor): number {
  let value = 0;
  for (let at = 0; at < 9; at++) {
    const byte = cursor.u1();
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return value;
  }
  throw new Fault('inflate-corrupt', 'the xz data are corrupt (a number has too many bytes)');
}
