import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { bytesOf, type Case, u4, u8 } from './case.ts';

const corpus = join(import.meta.dirname, '..', '..', 'corpus');
const tooLarge = ['inflate-too-large'];

/** Opcodes that fill memory, as many as compress to a small file that still inflates within its allowance. */
function filled(name: string, setup: string, opcodes: string): Case {
  return {
    name: `60 MiB of ${name}, zlib`,
    bytes: () => {
      const body = Buffer.alloc(60 * 2 ** 20 - ((60 * 2 ** 20) % opcodes.length), opcodes, 'latin1');
      return deflateSync(bytesOf('\x80\x04', setup, body), { level: constants.Z_BEST_SPEED });
    },
    codes: ['pickle-too-large', 'pickle-truncated', 'pickle-malformed'],
  };
}

const mebi = 2 ** 20;

/** A head and 256 MiB of zeros, deflated by repeating 16 MiB that refer to nothing before them, which is soon made. */
function deflated(head: Uint8Array): Buffer {
  const zeros = deflateRawSync(Buffer.alloc(16 * mebi), { finishFlush: constants.Z_FULL_FLUSH });
  const start = deflateRawSync(head, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([start, ...Array.from({ length: 16 }, () => zeros), Buffer.of(3, 0)]);
}

/** In zlib and gzip, whose checksums nobody gets to. */
const zlibOf = (content: Uint8Array): Buffer => bytesOf('\x78\x9c', content, u4(0));
const gzipOf = (content: Uint8Array, crc = 0, length = 0): Buffer =>
  bytesOf('\x1f\x8b\x08\0\0\0\0\0\0\xff', content, u4(crc), u4(length));

/** An announcement of as many bytes as follow. */
const head = bytesOf('\x80\x04\x8e', u8(2n ** 28n));

function gzipInGzip(): Uint8Array {
  const inner = gzipOf(deflated(head));
  return gzipOf(deflateRawSync(inner), crc32(inner), inner.length);
}

/** One block of LZ4 that repeats a byte: 255 more for each byte of the file. */
function lz4Bomb(): Uint8Array {
  const block = bytesOf('\x1fA\x01\0', Buffer.alloc(1_000_000, 255), '\0', '\x50AAAAA');
  return bytesOf('\x04\x22\x4d\x18', '\x60\x70\x73', u4(block.length), block, u4(0));
}

export const inflateBombs: readonly Case[] = [
  {
    name: 'zeros, zlib',
    bytes: () => zlibOf(deflated(head)),
    codes: tooLarge,
  },
  {
    name: 'zeros, gzip',
    bytes: () => gzipOf(deflated(head)),
    codes: tooLarge,
  },
  {
    name: 'zeros, gzip in gzip',
    bytes: gzipInGzip,
    codes: tooLarge,
  },
  {
    name: 'zeros, bz2',
    bytes: () => readFileSync(join(corpus, 'pickle/files/joblib-1.6.0/inflate.pkl.bz2')),
    codes: tooLarge,
  },
  {
    name: 'zeros, xz',
    bytes: () => readFileSync(join(corpus, 'pickle-extra/files/bomb.xz')),
    codes: tooLarge,
  },
  {
    name: 'zeros, lzma',
    bytes: () => readFileSync(join(corpus, 'pickle-extra/files/bomb.lzma')),
    codes: tooLarge,
  },
  { name: 'a byte repeated, lz4', bytes: lz4Bomb, codes: tooLarge },
  {
    name: 'zeros, zfile',
    bytes: () => bytesOf(`ZF${'0x10000000'.padEnd(19)}`, zlibOf(deflated(Buffer.of()))),
    codes: tooLarge,
  },
];

export const filledLists: readonly Case[] = [filled('EMPTY_LIST', '', ']'), filled('EMPTY_DICT', '', '}')];
export const filledSets: readonly Case[] = [filled('EMPTY_SET', '', '\x8f'), filled('APPEND', '', ']]a')];
export const filledValues: readonly Case[] = [filled('NONE', '', 'N'), filled('short bytes', '', 'C\0')];
export const filledNumbers: readonly Case[] = [
  filled('LONG1', '', '\x8a\x09\x01\x02\x03\x04\x05\x06\x07\x08\x09'),
  filled('BINFLOAT', '', 'G\0\0\0\0\0\0\0\x01'),
];
export const filledObjects: readonly Case[] = [
  filled('NEWOBJ', 'cmy\nThing\nq\x00', 'h\x00)\x81'),
  filled('SETITEM', '', '}NNs'),
];
