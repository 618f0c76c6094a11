import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, rewriteOf } from './changes.ts';
import { durationOf, segments, wholly } from './patterns.ts';

test('patterns match the whole text, in linear time, and broken ones match nothing', () => {
  assert.equal(wholly(String.raw`^/v1/models/[\w-]+:explain$`)('/v1/models/a-b:explain'), true);
  assert.equal(wholly('/v1')('/v1/models'), false);
  assert.equal(wholly('(')('('), false);
  const began = performance.now();
  assert.equal(wholly('/(a+)+b')(`/${'a'.repeat(5000)}`), false);
  assert.ok(performance.now() - began < 2000);
});

test('prefixes are whole segments', () => {
  const { matches } = segments('/a/');
  assert.deepEqual(['/a', '/a/', '/a/b', '/ab', '/'].map(matches), [true, true, true, false, false]);
});

test('durations of the Gateway API and of Istio', () => {
  assert.deepEqual(['60s', '1m30s', '500ms', '0s', undefined].map(durationOf), [
    60_000,
    90_000,
    500,
    undefined,
    undefined,
  ]);
});

test('a route cannot write what frames a request, nor end a field', () => {
  const asked = {
    'Transfer-Encoding': 'chunked',
    'Content-Length': '5',
    a: 'b\r\nc: d',
    'x y': '1',
    Good: 'v',
  };
  assert.deepEqual(fieldsOf(Object.entries(asked)), [['good', 'v']]);
});

test('paths are rewritten as Istio does it', () => {
  const path = (
    rewrite: Parameters<typeof rewriteOf>[0],
    prefix: string | undefined,
    from: string,
  ): unknown => rewriteOf(rewrite, prefix).path?.(from);
  assert.equal(path({ uri: '/' }, '/serving/ns/n/', '/serving/ns/n/v1/models/n'), '/v1/models/n');
  assert.equal(path({ uri: '/' }, undefined, '/serving/ns/n'), '/');
  const match = '/serving/ns/n(/v1/models/.*:explain)$';
  const uriRegexRewrite = { match, rewrite: String.raw`\1` };
  assert.equal(
    path({ uriRegexRewrite }, undefined, '/serving/ns/n/v1/models/n:explain'),
    '/v1/models/n:explain',
  );
});
