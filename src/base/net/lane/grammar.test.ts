import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Found, more, readHead, unusual } from './grammar.ts';

const limit = 4096;

function read(text: string, before = '', after = ''): { length: number; found: Found } {
  const found: Found = { post: false, targetStart: 0, targetEnd: 0, contentLength: 0 };
  const bytes = Buffer.from(before + text + after, 'latin1');
  return { length: readHead(bytes, before.length, bytes.length, limit, found), found };
}

const usual: readonly (readonly [text: string, method: string, target: string, contentLength: number])[] = [
  ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'GET', '/', 0],
  [
    'POST /v2/models/m:x/infer?a=%20&b=[1] HTTP/1.1\r\nhOST:a:80\r\nCONTENT-length: 0012\r\n\r\n',
    'POST',
    '/v2/models/m:x/infer?a=%20&b=[1]',
    12,
  ],
  ['GET / HTTP/1.1\r\nHost:   a\r\nConnection: Keep-Alive\r\nX-Empty:\r\nAccept: */*\r\n\r\n', 'GET', '/', 0],
  ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999\r\n\r\n', 'POST', '/', 999_999_999_999_999],
  ['POST / HTTP/1.1\r\nExpert: x\r\nHost: a\r\nTrailed: y\r\nKeep-Alive: timeout=5\r\n\r\n', 'POST', '/', 0],
];

test('usual heads are read, wherever they stand in the buffer', () => {
  for (const [text, method, target, contentLength] of usual) {
    for (const [before, after] of [
      ['', ''],
      ['xx', 'GET / '],
    ] as const) {
      const { length, found } = read(text, before, after);
      assert.equal(length, text.length, text);
      assert.equal(found.post ? 'POST' : 'GET', method);
      const all = before + text;
      assert.equal(all.slice(found.targetStart, found.targetEnd), target);
      assert.equal(found.contentLength, contentLength);
    }
  }
});

test('a usual head that is cut anywhere needs more', () => {
  for (const [text] of usual) {
    for (let cut = 0; cut < text.length; cut++)
      assert.equal(read(text.slice(0, cut)).length, more, text.slice(0, cut));
  }
});

function withField(line: string): string {
  return `POST / HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n`;
}

const odd = [
  'PUT / HTTP/1.1\r\nHost: a\r\n\r\n',
  'get / HTTP/1.1\r\nHost: a\r\n\r\n',
  '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.0\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\nHost: a\n\n',
  'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
  'GET * HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /# HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost:\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n\n',
  'GET / HTTP/1.1\r\nHost: a\r\n\rX',
  ...[
    ' folded',
    '\tfolded',
    'No-Colon',
    ': no name',
    'Space : x',
    'X: \u0000',
    'X: \t',
    'X: \u00e9',
    'X: trailing ',
    'X: \r',
    'X: a\nY: b',
    'X\u00e9: a',
    'Content-Length: 1\r\nContent-Length: 1',
    'Content-Length: +1',
    'Content-Length: 1,1',
    'Content-Length: 0x1',
    'Content-Length:',
    'Content-Length: 1000000000000000',
    'Transfer-Encoding: chunked',
    'transfer-ENCODING: identity',
    'Expect: 100-continue',
    'Upgrade: h2c',
    'HTTP2-Settings: AA',
    'Content-Encoding: identity',
    'Trailer: x',
    'TE: trailers',
    'Connection: close',
    'Connection: keep-alive, close',
    'Connection:',
    'Proxy-Connection: keep-alive',
  ].map(withField),
  withField(Array.from({ length: 101 }, (_, i) => `A${i}: b`).join('\r\n')),
  withField(`X: ${'x'.repeat(limit)}`),
];

test('odd heads are left to node, at the latest when they are complete', () => {
  for (const text of odd) {
    assert.equal(read(text).length, unusual, JSON.stringify(text.slice(0, 80)));
    for (let cut = 0; cut < text.length; cut++) assert.ok(read(text.slice(0, cut)).length <= more);
  }
});

test('a head that could only become odd is left to node at once', () => {
  for (const text of [
    'X',
    'GX',
    'GET X',
    'GET / HTTP/2',
    'GET / HTTP/1.1\r\n x',
    'GET / HTTP/1.1\nHost: a',
    'x'.repeat(9),
  ]) {
    assert.equal(read(text).length, unusual, text);
  }
  assert.equal(read(`GET /${'x'.repeat(limit)}`).length, unusual);
});
