import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareHead } from './prepare.ts';

test('a prepared head is its text', () => {
  const head = prepareHead(404, [
    ['Content-Type', 'application/json'],
    ['X-Note', 'a: b'],
  ]);
  assert.equal(head.text, 'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nX-Note: a: b\r\n');
  assert.equal(prepareHead(599, []).text, 'HTTP/1.1 599 Unknown\r\n');
});

test('what would break the answer is refused', () => {
  const wrong: Parameters<typeof prepareHead>[] = [
    [99, []],
    [100, []],
    [200.5, []],
    [Number.NaN, []],
    [200, [['', 'x']]],
    [200, [['A B', 'x']]],
    [200, [['A', 'x\r\nB: y']]],
    [200, [['A', '\u0000']]],
    [200, [['A', 'über ☂']]],
    [200, [['content-LENGTH', '1']]],
    [200, [['Transfer-Encoding', 'chunked']]],
    [200, [['Connection', 'close']]],
    [200, [['Date', 'now']]],
  ];
  for (const [status, fields] of wrong) {
    assert.throws(
      () => prepareHead(status, fields),
      { code: 'net-answer-invalid' },
      JSON.stringify([status, fields]),
    );
  }
});
