import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPickle, PyBytes, type PyValue } from '../index.ts';

function read(pickle: string): PyValue {
  return openPickle(Buffer.from(pickle, 'latin1')).objects[0] as PyValue;
}

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

test('STRING: quotes, escapes, latin-1', () => {
  assert.deepEqual(
    read(`(S'plain'\nS"it's"\nS'caf\\xe9'\nS'caf\xe9'\nS'a\\tb\\n\\\\\\'\\"'\nS'\\101\\0\\8\\q'\nl.`),
    ['plain', "it's", 'café', 'café', 'a\tb\n\\\'"', 'A\0\\8\\q'],
  );
});

test('STRING that is not one is refused', () => {
  for (const line of [`plain`, `'`, `'open`, `'a"`, ``])
    assert.throws(() => read(`\x80\x02(S${line}\nl.`), {
      code: 'pickle-malformed',
      message: /must stand in quotes/,
    });
  for (const line of [`'end\\'`, `'\\x4'`])
    assert.throws(() => read(`\x80\x02(S${line}\nl.`), {
      code: 'pickle-malformed',
      message: /ends within an escape/,
    });
});

test('BINSTRING and SHORT_BINSTRING are latin-1', () => {
  assert.equal(read('\x80\x02U\x03\xe9\x00\xff.'), 'é\0ÿ');
  assert.equal(read('\x80\x02T\x02\x00\x00\x00ab.'), 'ab');
});

test('UNICODE is raw-unicode-escape', () => {
  assert.deepEqual(read('(Vuni\\u00e9\\U0001f33c\xe9\nV\\\\u00e9\nV\\n\nV\nl.'), [
    'unié🌼é',
    '\\\\u00e9',
    '\\n',
    '',
  ]);
  assert.throws(() => read('\x80\x02(V\\u12\nl.'), {
    code: 'pickle-malformed',
    message: /names no character/,
  });
  assert.throws(() => read('\x80\x02(V\\U00110000\nl.'), {
    code: 'pickle-malformed',
    message: /names no character/,
  });
});

test('BINUNICODE of every width, short and long, ASCII and not', () => {
  const texts = ['', 'short', 'é한🌼', 'x'.repeat(200), `${'y'.repeat(100)}é`];
  for (const text of texts) {
    const encoded = utf8(text);
    assert.equal(read(`\x80\x04\x8c${String.fromCharCode(encoded.length)}${encoded}.`), text);
    assert.equal(read(`\x80\x04X${String.fromCharCode(encoded.length)}\0\0\0${encoded}.`), text);
    assert.equal(
      read(`\x80\x04\x8d${String.fromCharCode(encoded.length)}${'\0'.repeat(7)}${encoded}.`),
      text,
    );
  }
});

test('lone surrogates pass as Python writes them, other bad UTF-8 does not', () => {
  assert.equal(read('\x80\x04\x8c\x03\xed\xa0\x80.'), '\ud800');
  assert.equal(read('\x80\x04\x8c\x08a\xed\xbf\xbfb\xed\xa0\x80.'), 'a\udfffb\ud800');
  for (const bad of ['\xff', '\xc3', 'a\xed\x9f', '\xed\xa0', '\xf8\x88\x80\x80\x80', '\xed\xa0\x80\xff'])
    assert.throws(() => read(`\x80\x04\x8c${String.fromCharCode(bad.length)}${bad}.`), {
      code: 'pickle-malformed',
      message: /not UTF-8, at byte 2 \(SHORT_BINUNICODE\)/,
    });
});

test('bytes of every width are views', () => {
  const pickles = [
    '\x80\x04C\x02\x00\xff.',
    '\x80\x04B\x02\0\0\0\x00\xff.',
    '\x80\x04\x8e\x02\0\0\0\0\0\0\0\x00\xff.',
    '\x80\x05\x96\x02\0\0\0\0\0\0\0\x00\xff.',
  ];
  for (const pickle of pickles) {
    const bytes = Buffer.from(pickle, 'latin1');
    const value = openPickle(bytes).objects[0];
    assert.ok(value instanceof PyBytes);
    assert.deepEqual([...value.data], [0, 255]);
    assert.equal(value.length, 2);
    assert.equal(value.data.buffer, bytes.buffer);
  }
});

test('a length beyond the file is an error, not an allocation', () => {
  for (const pickle of [
    '\x80\x04B\xff\xff\xff\xffab',
    '\x80\x04\x8e\0\0\0\0\0\0\0\x80ab',
    '\x80\x04\x8c\x05ab',
  ])
    assert.throws(() => read(pickle), {
      code: 'pickle-truncated',
      message: /more bytes were announced, 2 are left/,
    });
});
