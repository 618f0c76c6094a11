import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPickle, type PyValue } from '../index.ts';

function read(pickle: string): PyValue {
  return openPickle(Buffer.from(pickle, 'latin1')).objects[0] as PyValue;
}

function refuses(pickle: string, code: string, message: RegExp): void {
  assert.throws(() => read(pickle), { code, message });
}

test('None and booleans', () => {
  assert.equal(read('\x80\x02N.'), null);
  assert.equal(read('\x80\x02\x88.'), true);
  assert.equal(read('\x80\x02\x89.'), false);
  assert.deepEqual(read('(I01\nI00\nl.'), [true, false]);
});

test('BININT, BININT1, BININT2', () => {
  assert.equal(read('\x80\x02K\xff.'), 255n);
  assert.equal(read('\x80\x02M\xff\xff.'), 65_535n);
  assert.equal(read('\x80\x02J\xff\xff\xff\xff.'), -1n);
  assert.equal(read('\x80\x02J\x00\x00\x00\x80.'), -(2n ** 31n));
});

test('LONG1 and LONG4 are two’s complement of any width', () => {
  assert.equal(read('\x80\x02\x8a\x00.'), 0n);
  assert.equal(read('\x80\x02\x8a\x01\xff.'), -1n);
  assert.equal(read('\x80\x02\x8a\x02\xff\x00.'), 255n);
  assert.equal(read('\x80\x02\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.'), -(2n ** 63n));
  assert.equal(read(`\x80\x02\x8a\x09${'\x00'.repeat(8)}\x01.`), 2n ** 64n);
  assert.equal(read(`\x80\x02\x8a\x10${'\xff'.repeat(15)}\x7f.`), 2n ** 127n - 1n);
  assert.equal(read(`\x80\x02\x8a\x11${'\x00'.repeat(16)}\xff.`), -(2n ** 128n));
  assert.equal(read(`\x80\x02\x8b\x2c\x01\x00\x00${'\x00'.repeat(299)}\x01.`), 2n ** (299n * 8n));
});

test('INT and LONG in decimal', () => {
  assert.deepEqual(read('(I-7\nI+8\nI 9 \nL12345678901234567890L\nL-5\nl.'), [
    -7n,
    8n,
    9n,
    12_345_678_901_234_567_890n,
    -5n,
  ]);
  const digits = '9'.repeat(5000);
  assert.deepEqual(read(`(L${digits}L\nl.`), [BigInt(digits)]);
});

test('integers that are none, or longer than anybody needs, are refused', () => {
  refuses('\x80\x02(I1x\nl.', 'pickle-malformed', /must be digits, not "1x", at byte 3 \(INT\)/);
  refuses('\x80\x02(I\nl.', 'pickle-malformed', /must be digits/);
  refuses('\x80\x02(L0x10L\nl.', 'pickle-malformed', /must be digits/);
  refuses(`\x80\x02(L${'1'.repeat(1_000_001)}L\nl.`, 'pickle-too-large', /at most 1000000 are read/);
  const bytes = Buffer.concat([
    Buffer.from('\x80\x02\x8b\x01\x00\x00\x01', 'latin1'),
    Buffer.alloc(2 ** 24 + 1),
    Buffer.from('.'),
  ]);
  assert.throws(() => openPickle(bytes), {
    code: 'pickle-too-large',
    message: /16777217 bytes, at most 16777216/,
  });
  refuses('\x80\x02\x8b\xff\xff\xff\xffabc.', 'pickle-malformed', /a length is negative \(-1\)/);
});

test('BINFLOAT is big-endian, FLOAT is text', () => {
  assert.equal(read('\x80\x02G\x3f\xf8\x00\x00\x00\x00\x00\x00.'), 1.5);
  assert.deepEqual(read('(F1.5\nF-0.0\nFinf\nF-inf\nFnan\nF1e-300\nF.5\nF5.\nl.'), [
    1.5,
    -0,
    Infinity,
    -Infinity,
    Number.NaN,
    1e-300,
    0.5,
    5,
  ]);
  refuses('\x80\x02(Fone\nl.', 'pickle-malformed', /a float must be a number, not "one"/);
  refuses('\x80\x02(F1_0\nl.', 'pickle-malformed', /a float must be a number/);
  refuses(`\x80\x02(F${'1'.repeat(500)}\nl.`, 'pickle-malformed', /a float must be a number/);
});
