import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { Fault } from '../errors.ts';
import { inflateBzip2 } from './bzip2.ts';
import { inflateGzip, inflateZlib } from './deflate.ts';
import { inflateLz4 } from './lz4.ts';
import { inflateLzmaAlone, inflateXz } from './xz.ts';
import { unwrapZfile } from './zfile.ts';

type Inflate = (bytes: Uint8Array, limit: number) => Uint8Array;

const enough = 1 << 20;
const folder = join(import.meta.dirname, '../../../../../test/corpus/pickle-extra/files');

function fileOf(name: string): Buffer {
  return readFileSync(join(folder, name));
}

/** The content of all files, made as `generate.py` makes it. */
function contents(): Buffer {
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >>> 16;
  };
  const parts: Buffer[] = [Buffer.from(Array.from({ length: 3000 }, () => draw() & 255))];
  const words = ['petal ', 'sepal ', 'width ', 'length ', 'iris ', '\xff\xfe ', 'a '];
  for (let count = 0; count < 20_000; count++) parts.push(Buffer.from(words[draw() % 7] as string, 'latin1'));
  const runs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 254, 255, 256, 257, 258, 259, 260, 261, 517, 1031];
  for (const length of runs) parts.push(Buffer.alloc(length, length & 255), Buffer.from('|'));
  parts.push(Buffer.from(Uint32Array.from({ length: 4000 }, (_, at) => at).buffer), Buffer.alloc(70_000));
  return Buffer.concat(parts);
}

const data = contents();
const short = Buffer.concat([data.subarray(0, 20_000), data.subarray(-70_000)]);
const nothing = Buffer.alloc(0);

const variants: readonly (readonly [string, Inflate, Buffer])[] = [
  ['check-none.xz', inflateXz, data],
  ['check-crc32.xz', inflateXz, data],
  ['check-crc64.xz', inflateXz, data],
  ['check-sha256.xz', inflateXz, data],
  ['literals.xz', inflateXz, data],
  ['positions.xz', inflateXz, data],
  ['small-dictionary.xz', inflateXz, data],
  ['streams.xz', inflateXz, data],
  ['blocks.xz', inflateXz, data],
  ['empty.xz', inflateXz, nothing],
  ['default.lzma', inflateLzmaAlone, data],
  ['literals.lzma', inflateLzmaAlone, data],
  ['context.lzma', inflateLzmaAlone, data],
  ['empty.lzma', inflateLzmaAlone, nothing],
  ['level-1.bz2', inflateBzip2, data],
  ['level-9.bz2', inflateBzip2, data],
  ['streams.bz2', inflateBzip2, data],
  ['padded.bz2', inflateBzip2, data],
  ['empty.bz2', inflateBzip2, nothing],
  ['one.bz2', inflateBzip2, Buffer.from('x')],
  ['default.lz4', inflateLz4, short],
  ['checksums.lz4', inflateLz4, short],
  ['independent.lz4', inflateLz4, short],
  ['unsized.lz4', inflateLz4, short],
  ['high.lz4', inflateLz4, short],
  ['fast.lz4', inflateLz4, short],
  ['frames.lz4', inflateLz4, short],
  ['random.lz4', inflateLz4, data.subarray(0, 3000)],
  ['empty.lz4', inflateLz4, nothing],
];

for (const [name, inflate, expected] of variants)
  test(`${name} inflates to its content`, () => {
    const inflated = inflate(fileOf(name), enough);
    assert.ok(expected.equals(inflated), `${inflated.length} bytes, expected ${expected.length}`);
  });

test('lzma-alone with its size in the header', () => {
  const bytes = fileOf('default.lzma');
  bytes.writeBigUInt64LE(BigInt(data.length), 5);
  assert.ok(data.equals(inflateLzmaAlone(bytes, enough)));
  bytes.writeBigUInt64LE(BigInt(data.length + 1), 5);
  assert.throws(() => inflateLzmaAlone(bytes, enough), {
    code: 'inflate-corrupt',
    message: /ends before its announced size/,
  });
});

test('a filter that is not read is named', () => {
  assert.throws(() => inflateXz(fileOf('delta.xz'), enough), {
    code: 'inflate-corrupt',
    message: /filter 0x3; LZMA2 alone is read/,
  });
});

test('every decoder stops at its limit', () => {
  for (const [name, inflate] of variants.filter(([, , expected]) => expected.length > 1000))
    assert.throws(
      () => inflate(fileOf(name), 2999),
      { code: 'inflate-too-large', message: /maxInflatedBytes/ },
      name,
    );
  for (const inflate of [inflateZlib, inflateGzip])
    assert.throws(() => inflate(inflate === inflateZlib ? deflateSync(data) : gzipSync(data), 2999), {
      code: 'inflate-too-large',
    });
});

/** What a decoder does with damaged bytes: the code of its fault, or nothing when the damage went unseen. */
function outcome(inflate: Inflate, bytes: Uint8Array): string | undefined {
  try {
    inflate(bytes, enough);
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof Fault, String(thrown));
    return thrown.code;
  }
}

const damaged: readonly (readonly [string, Inflate])[] = [
  ['check-crc64.xz', inflateXz],
  ['default.lzma', inflateLzmaAlone],
  ['streams.bz2', inflateBzip2],
  ['checksums.lz4', inflateLz4],
];

for (const [name, inflate] of damaged) {
  const bytes = fileOf(name);
  test(`${name} cut anywhere is truncated`, () => {
    const cuts = new Set<string | undefined>();
    for (let length = 1; length < bytes.length; length += Math.ceil(length / 16)) {
      const code = outcome(inflate, bytes.subarray(0, length));
      // Where a first stream is complete, a piece of the next one is not read.
      if (code !== 'pickle-truncated')
        assert.ok(code === undefined && name === 'streams.bz2', `${length}: ${code}`);
      cuts.add(code);
    }
    assert.ok(cuts.has('pickle-truncated'));
  });

  test(`${name} with a bit turned is corrupt, where anything checks it`, () => {
    let seen = 0;
    let count = 0;
    for (let at = 0; at < bytes.length; at += 151) {
      const spoilt = Buffer.from(bytes);
      spoilt[at] = (spoilt[at] as number) ^ (1 << (at % 8));
      count++;
      if (outcome(inflate, spoilt) !== undefined) seen++;
    }
    // lzma-alone has no checksum; only what leads nowhere is noticed.
    assert.ok(seen >= count * (name.endsWith('.lzma') ? 0.3 : 0.95), `${seen} of ${count}`);
  });
}

test('zfile: the length in hexadecimal, as Python 3 and Python 2 wrote it', () => {
  const length = `0x${data.length.toString(16)}`;
  const packed = deflateSync(data);
  const three = Buffer.concat([Buffer.from(`ZF${length.padEnd(19)}`), packed]);
  assert.ok(data.equals(unwrapZfile(three, enough)));
  const two = Buffer.concat([Buffer.from(`ZF${`${length}L`.padEnd(20)}`), packed]);
  assert.ok(data.equals(unwrapZfile(two, enough)));
  const wrong = Buffer.concat([Buffer.from(`ZF${'0x7'.padEnd(19)}`), packed]);
  assert.throws(() => unwrapZfile(wrong, enough), { code: 'inflate-corrupt', message: /announces 7 bytes/ });
  assert.throws(() => unwrapZfile(Buffer.from('ZF0y'), enough), { code: 'pickle-malformed' });
  assert.throws(() => unwrapZfile(three.subarray(0, 40), enough), { code: 'pickle-truncated' });
});

test('gzip of several members', () => {
  const members = Buffer.concat([gzipSync(data.subarray(0, 5000)), gzipSync(data.subarray(5000))]);
  assert.ok(data.equals(inflateGzip(members, enough)));
});
