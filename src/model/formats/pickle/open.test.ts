import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { looksLikePickle, openPickle } from './index.ts';

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

test('what people have by mistake is named', () => {
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ['', 'pickle-empty', /the file is empty/],
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n',
      'pickle-git-lfs',
      /of a file of 12345 bytes/,
    ],
    ['version https://git-lfs.github.com/spec/v1\n', 'pickle-git-lfs', /the Git LFS pointer, not/],
    ['<!DOCTYPE html><html></html>', 'pickle-html', /a web page/],
    ['\xef\xbb\xbf \n<HTML lang="en">', 'pickle-html', /a web page/],
    ['<!-- saved -->\n<html>', 'pickle-html', /a web page/],
    [
      'PK\x03\x04rest',
      'pickle-unrecognised',
      /starts with the bytes 50 4b 03 04 .* looks like a zip archive/,
    ],
    ['\x89HDF\r\n\x1a\n', 'pickle-unrecognised', /an HDF5 file/],
    ['{"learner": 1}', 'pickle-unrecognised', /looks like JSON/],
    ['<?xml version="1.0"?><PMML/>', 'pickle-unrecognised', /looks like XML/],
    ['tree\nversion=v3\n', 'pickle-unrecognised', /looks like text/],
    ['I am a text\n', 'pickle-unrecognised', /looks like text/],
    ['\x28\xb5\x2f\xfd\x00', 'pickle-unrecognised', /zstd/],
    ['\xff\xfe\xfd', 'pickle-unrecognised', /starts with the bytes ff fe fd; expected/],
  ];
  for (const [content, code, message] of rows) {
    assert.throws(() => openPickle(bytesOf(content)), { code, message });
    assert.equal(looksLikePickle(bytesOf(content)), false, content);
  }
});

test('containers are found by content, also one in another', () => {
  const pickle = bytesOf('\x80\x02K\x07.');
  const rows = [
    [pickle, 'plain'],
    [deflateSync(pickle), 'zlib'],
    [gzipSync(pickle), 'gzip'],
    [gzipSync(deflateSync(pickle)), 'gzip+zlib'],
  ] as const;
  for (const [bytes, container] of rows) {
    const read = openPickle(bytes);
    assert.equal(read.container, container);
    assert.deepEqual(read.objects, [7n]);
    assert.equal(looksLikePickle(bytes), true);
  }
  const deep = gzipSync(gzipSync(gzipSync(gzipSync(pickle))));
  assert.throws(() => openPickle(deep), {
    code: 'pickle-unrecognised',
    message: /the content of the gzip in gzip in gzip data/,
  });
});

test('compressed nothing and compressed text are told apart', () => {
  assert.throws(() => openPickle(gzipSync('')), {
    code: 'pickle-empty',
    message: /the gzip data hold nothing/,
  });
  assert.throws(() => openPickle(gzipSync('some text')), {
    code: 'pickle-unrecognised',
    message: /the content of the gzip data starts with .* looks like text/,
  });
  assert.equal(looksLikePickle(gzipSync('some text')), false);
});

test('several pickles, and what else stands behind one', () => {
  const several = openPickle(bytesOf('\x80\x02K\x01.(lp0\nI2\na.\x80\x04K\x03.'));
  assert.deepEqual(several.objects, [1n, [2n], 3n]);
  assert.equal(several.protocol, 4);
  assert.equal(several.trailingBytes, 0);
  const trailing = openPickle(bytesOf('\x80\x02K\x01.\0\0junk'));
  assert.deepEqual(trailing.objects, [1n]);
  assert.equal(trailing.trailingBytes, 6);
  assert.throws(() => openPickle(bytesOf('\x80\x02K\x01.\x80\x02K')), {
    code: 'pickle-truncated',
    message: /at byte 7 \(BININT1\)/,
  });
});

test('limits can be set, and are named', () => {
  const zeros = deflateSync(
    Buffer.concat([bytesOf('\x80\x02B\x00\x00\x10\x00'), Buffer.alloc(1 << 20), bytesOf('.')]),
  );
  assert.equal(openPickle(zeros).objects.length, 1);
  assert.throws(() => openPickle(zeros, { maxInflatedBytes: 1 << 20 }), {
    code: 'inflate-too-large',
    message: /more than 1 MiB \(maxInflatedBytes\)/,
  });
  const lists = bytesOf(`\x80\x02(${']'.repeat(50_000)}l.`);
  assert.equal(openPickle(lists).objects.length, 1);
  assert.throws(() => openPickle(lists, { maxValueBytes: 1 << 20 }), {
    code: 'pickle-too-large',
    message: /more than 1 MiB of memory \(maxValueBytes\), at byte \d+ \(EMPTY_LIST\)/,
  });
});

test('the reader leaves its input as it was, and reads a part of a buffer', () => {
  const around = Buffer.concat([bytesOf('junk'), bytesOf('\x80\x02C\x03abc.'), bytesOf('junk')]);
  const before = Buffer.from(around);
  openPickle(around.subarray(4, -4));
  assert.deepEqual(around, before);
});

test('an early malformed text pickle is not taken for one', () => {
  assert.equal(looksLikePickle(bytesOf('(K\x01d.')), false);
  assert.equal(looksLikePickle(bytesOf(`(S'${'long'.repeat(2000)}'\nl.`)), true);
  assert.equal(looksLikePickle(bytesOf('(lp0\nI1\na.')), true);
  assert.equal(looksLikePickle(bytesOf('\x80')), false);
});
