import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBelow, plainPath } from './paths.ts';

test('a path is decoded, and loses its query', () => {
  const table: readonly (readonly [target: string, path: string])[] = [
    ['/', '/'],
    ['/v2/models/iris', '/v2/models/iris'],
    ['/v2/models/iris?x=/../y', '/v2/models/iris'],
    ['/v1/models/iris:predict', '/v1/models/iris:predict'],
    ['/a%20b', '/a b'],
    ['/%C3%A4', '/ä'],
    ['/a/', '/a/'],
    ['/a..b/...', '/a..b/...'],
  ];
  for (const [target, path] of table) assert.equal(plainPath(target), path, target);
});

test('what two servers may read differently is no path', () => {
  const targets = [
    '',
    '*',
    'v2',
    'http://x/v2',
    '/..',
    '/../v2',
    '/v2/..',
    '/v2/../v3',
    '/./v2',
    '/v2/.',
    '//v2',
    '/v2//x',
    '/v2;x=1',
    '/v2\\x',
    '/v2#x',
    '/v2%2fx',
    '/v2%2Fx',
    '/v2%5cx',
    '/%2e%2e/x',
    '/%2E./x',
    '/%76%32',
    '/v2%3bx',
    '/v2%3fx',
    '/v2%23x',
    '/v2%00',
    '/v2%0a',
    '/v2%25',
    '/%252e%252e/',
    '/%ff',
    '/%c3',
    '/%ED%A0%80',
    '/%',
    '/%4',
    '/%zz',
    '/a\u0000',
    '/a\tb',
    '/a b',
  ];
  for (const target of targets) assert.equal(plainPath(target), undefined, JSON.stringify(target));
});

test('a prefix holds whole segments', () => {
  for (const path of ['/dex', '/dex/', '/dex/auth', '/dex/auth/local']) {
    assert.equal(isBelow(path, '/dex'), true, path);
    assert.equal(isBelow(path, '/dex/'), true, path);
  }
  for (const path of ['/', '/de', '/dexter', '/dex:auth', '/Dex', '/x/dex']) {
    assert.equal(isBelow(path, '/dex'), false, path);
  }
  assert.equal(isBelow('/anything', '/'), true);
});
