import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { md5, remainderOf } from './md5.ts';

function digest(bytes: Uint8Array): Buffer {
  const room = new Uint8Array(bytes.length + 72).fill(0xff);
  room.set(bytes);
  const words = md5(room, bytes.length);
  return Buffer.from(words.buffer);
}

test('digests of any length are those of OpenSSL', () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 131 + length * 17) % 256);
    assert.deepEqual(digest(bytes), createHash('md5').update(bytes).digest(), `${length} bytes`);
  }
});

test('a digest is a number with its first byte in front', () => {
  for (let at = 0; at < 200; at++) {
    const hash = createHash('md5').update(`text ${at}`).digest();
    const words = new Int32Array(new Uint8Array(hash).buffer);
    for (const width of [1, 2, 8, 1000, 2 ** 24])
      assert.equal(remainderOf(words, width), Number(BigInt(`0x${hash.toString('hex')}`) % BigInt(width)));
  }
});
