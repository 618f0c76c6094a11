import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTrue, requestInfo } from '../../src/cluster/apiserver/requests/request.ts';
import { acceptRanges, bodyMedia, negotiate } from '../../src/cluster/apiserver/requests/negotiate.ts';
import { continueFrom, continueToken } from '../../src/cluster/apiserver/requests/continue.ts';
import {
  deleteOptions,
  listQuery,
  revisionOf,
  writeOptions,
} from '../../src/cluster/apiserver/requests/options.ts';
import { warningHeaders } from '../../src/cluster/apiserver/warnings.ts';
import { isStatusError } from '../../src/cluster/meta/index.ts';

const query = (text = ''): URLSearchParams => new URLSearchParams(text);

function refusal(work: () => unknown): { code: number; message: string } {
  try {
    work();
  } catch (error) {
    if (isStatusError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

const paths: readonly [string, string, string, object][] = [
  ['GET', '/api/v1/pods', '', { verb: 'list', group: '', version: 'v1', resource: 'pods', namespace: '' }],
  ['GET', '/api/v1/namespaces/a/pods/b', '', { verb: 'get', resource: 'pods', namespace: 'a', name: 'b' }],
  ['HEAD', '/api/v1/namespaces/a/pods/b', '', { verb: 'get', name: 'b' }],
  ['GET', '/api/v1/namespaces/a', '', { verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
  [
    'PUT',
    '/api/v1/namespaces/a/finalize',
    '',
    { verb: 'update', resource: 'namespaces', subresource: 'finalize', name: 'a' },
  ],
  ['GET', '/api/v1/pods', 'watch=1', { verb: 'watch', resource: 'pods', named: false }],
  ['GET', '/api/v1/pods', 'watch=False', { verb: 'list' }],
  ['GET', '/api/v1/pods', 'watch=', { verb: 'watch' }],
  ['GET', '/api/v1/watch/namespaces/a/pods/b', '', { verb: 'watch', namespace: 'a', name: 'b', named: true }],
  ['GET', '/api/v1/pods', 'fieldSelector=metadata.name%3Dx', { verb: 'list', name: 'x', named: false }],
  ['GET', '/api/v1/pods', 'fieldSelector=metadata.name!%3Dx', { verb: 'list', name: '' }],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments', '', { verb: 'deletecollection', group: 'apps' }],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/d/scale', '', { verb: 'patch', subresource: 'scale' }],
  ['GET', '/api/v1/nodes/n/proxy/a/b', '', { resource: 'nodes', subresource: 'proxy', rest: ['a', 'b'] }],
  ['GET', '/api/v1/namespaces/a/pods/b%2Fc', '', { name: 'b/c' }],
  ['POST', '/healthz', '', { verb: 'post', isResource: false, path: '/healthz' }],
  ['GET', '/apis/apps/v1', '', { isResource: false, path: '/apis/apps/v1' }],
  ['constructor', '/api/v1/pods', '', { verb: 'constructor' }],
  ['__proto__', '/api/v1/pods', '', { verb: '__proto__' }],
];

for (const [method, path, asked, expected] of paths) {
  test(`${method} ${path}?${asked} asks for ${JSON.stringify(expected)}`, () => {
    const info = requestInfo(method, path, query(asked));
    assert.deepEqual({ ...info, ...expected }, info);
  });
}

test('no route has an empty or undecodable segment', () => {
  for (const path of ['/api//v1', '/api/v1/namespaces//pods', '/api/v1/%', '/%ff/x']) {
    assert.equal(requestInfo('GET', path, query()), undefined, path);
  }
});

test('a boolean is false when absent, 0 or false in any case', () => {
  assert.deepEqual([null, '0', 'false', 'FALSE'].map(isTrue), [false, false, false, false]);
  assert.deepEqual(['', '1', 'true', 'no'].map(isTrue), [true, true, true, true]);
});

test('the best served form is chosen, and what is not served is refused', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  assert.equal(negotiate(`${table},application/json`, true).as, 'Table');
  assert.equal(negotiate(`${table},application/json`, false).as, undefined);
  assert.equal(
    negotiate('application/vnd.kubernetes.protobuf,application/json', true).media,
    'application/json',
  );
  assert.equal(negotiate('application/json;q=0.1,application/yaml', true).media, 'application/yaml');
  assert.equal(negotiate(undefined, true).media, 'application/json');
  assert.equal(refusal(() => negotiate('text/html', true)).code, 406);
  assert.equal(refusal(() => negotiate('application/json;as=__proto__;v=v1;g=meta.k8s.io', true)).code, 406);
  assert.deepEqual(acceptRanges(',;,q=1;;'), acceptRanges('q=1'));
  assert.equal(bodyMedia('Application/JSON; charset=utf-8'), 'application/json');
  assert.equal(bodyMedia(undefined), 'application/json');
});

test('a token goes on where its list ended', () => {
  for (const place of [
    { namespace: '', name: 'a' },
    { namespace: 'b', name: 'c' },
    { namespace: 'ns', name: 'ü/x' },
  ]) {
    assert.deepEqual(continueFrom(continueToken(7, place)), { revision: 7, ...place });
    assert.equal(continueFrom(continueToken(-1, place)).revision, undefined);
  }
});

test('a token that was tampered with is refused', () => {
  const texts = [
    'null',
    '5',
    '{}',
    '[[[',
    '',
    '{"v":"meta.k8s.io/v2","rv":1,"start":"a"}',
    '{"v":"meta.k8s.io/v1","rv":0,"start":"a"}',
    '{"v":"meta.k8s.io/v1","rv":1.5,"start":"a"}',
    '{"v":"meta.k8s.io/v1","rv":"1","start":"a"}',
    '{"v":"meta.k8s.io/v1","rv":1,"start":{}}',
    '{"v":"meta.k8s.io/v1","rv":1}',
    '['.repeat(10_000),
  ];
  for (const text of texts) {
    const token = Buffer.from(text).toString('base64url');
    assert.equal(refusal(() => continueFrom(token)).code, 400, text.slice(0, 50));
  }
  assert.equal(
    refusal(() => continueFrom('a+b')).message,
    'invalid continue token: continue key is not valid: illegal base64 data at input byte 1',
  );
});

test('options of a write are read, and refused with their field', () => {
  const read = writeOptions('CreateOptions', query('dryRun=All&fieldManager=me&fieldValidation=Strict'));
  assert.deepEqual(read, { dryRun: true, fieldManager: 'me', fieldValidation: 'Strict', force: undefined });
  for (const wrong of [
    'dryRun=yes',
    'dryRun=All&dryRun=',
    'fieldValidation=constructor',
    `fieldManager=${'x'.repeat(129)}`,
    'fieldManager=%00',
  ]) {
    assert.equal(refusal(() => writeOptions('CreateOptions', query(wrong))).code, 422, wrong);
  }
  assert.match(
    refusal(() => writeOptions('PatchOptions', query(), true)).message,
    /is required for apply patch/,
  );
  assert.match(refusal(() => writeOptions('PatchOptions', query('force=true'))).message, /non-apply patch/);
});

test('options of a list and a watch are read, and refused', () => {
  const read = listQuery(query('limit=5&allowWatchBookmarks=true&timeoutSeconds=9'), 'list');
  assert.deepEqual([read.limit, read.bookmarks, read.timeoutSeconds], [5, true, 9]);
  const wrong: readonly [string, string, number][] = [
    ['limit=x', 'list', 400],
    ['limit=99999999999999999999', 'list', 400],
    ['labelSelector=((', 'list', 400],
    ['fieldSelector=x', 'list', 400],
    ['resourceVersionMatch=Exact', 'list', 422],
    ['resourceVersionMatch=Exact&resourceVersion=0', 'list', 422],
    ['sendInitialEvents=true', 'list', 422],
    ['sendInitialEvents=true', 'watch', 422],
    ['continue=x&resourceVersion=5', 'list', 400],
    ['continue=x&resourceVersion=5&resourceVersionMatch=Exact', 'list', 422],
  ];
  for (const [text, verb, code] of wrong) {
    assert.equal(refusal(() => listQuery(query(text), verb)).code, code, text);
  }
  assert.equal(refusal(() => revisionOf('-1', 'list')).code, 400);
  assert.equal(refusal(() => revisionOf('x', 'watch')).code, 500);
});

test('options of a deletion come from its body, else from its query', () => {
  const asked = query('dryRun=All&gracePeriodSeconds=3&propagationPolicy=Orphan');
  assert.deepEqual(deleteOptions(undefined, asked), {
    dryRun: true,
    gracePeriodSeconds: 3,
    propagation: 'Orphan',
    uid: undefined,
    resourceVersion: undefined,
  });
  assert.equal(deleteOptions({}, asked).dryRun, false);
  assert.equal(deleteOptions({ orphanDependents: false }, query()).propagation, 'Background');
  const both = { orphanDependents: true, propagationPolicy: 'Orphan' };
  assert.equal(refusal(() => deleteOptions(both, query())).code, 422);
  assert.equal(refusal(() => deleteOptions({ propagationPolicy: 'x' }, query())).code, 422);
});

test('warnings are quoted, told once, and bounded', () => {
  assert.deepEqual(warningHeaders(['a "b" \\ ü', 'a "b" \\ ü']), [['Warning', '299 - "a \\"b\\" \\\\ ?"']]);
  const many = warningHeaders(Array.from({ length: 1000 }, (_, index) => `${index} ${'x'.repeat(1000)}`));
  const length = many.reduce((sum, [, text]) => sum + text.length, 0);
  assert.ok(many.length > 1 && length < 4096 + many.length * 10, `${many.length} of ${length}`);
});
