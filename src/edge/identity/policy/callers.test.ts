import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callersAnnotation, publicAnnotation } from '../../../cluster/meta/index.ts';
import { callersOf, isPublic } from './callers.ts';

test('without an annotation the roles of the namespace decide, and nothing is public', () => {
  const callers = callersOf(undefined);
  assert.equal(callers.namespace, true);
  assert.equal(callers.authenticated, false);
  assert.deepEqual(callers.publicPaths, []);
  assert.deepEqual(callers.faults, []);
});

test('every term is read', () => {
  const callers = callersOf({
    [callersAnnotation]:
      'user:ann@example.com, group:science,serviceaccount:team-b/robot , serviceaccounts:team-c',
  });
  assert.deepEqual(callers.faults, []);
  assert.equal(callers.namespace, false);
  assert.deepEqual([...callers.users], ['ann@example.com', 'system:serviceaccount:team-b:robot']);
  assert.deepEqual([...callers.groups], ['science', 'system:serviceaccounts:team-c']);
  assert.equal(callersOf({ [callersAnnotation]: 'namespace,authenticated' }).authenticated, true);
});

test('a term that cannot be read is told, with what is expected', () => {
  const wrong = [
    '',
    'usr:ann',
    'user:',
    'user:a b',
    'User:ann',
    'public',
    'everybody',
    '*',
    'namespace:',
    'namespace:x',
    'authenticated:yes',
    'group:system:unauthenticated',
    'serviceaccount:robot',
    'serviceaccount:a/b/c',
    'serviceaccounts:A',
    'serviceaccounts:*',
    'namespace,,authenticated',
  ];
  for (const value of wrong) {
    const { faults } = callersOf({ [callersAnnotation]: value });
    assert.equal(faults.length, 1, value);
    assert.match(faults[0]?.expected ?? '', /"user:NAME"/);
  }
});

test('paths are public on whole segments', () => {
  const callers = callersOf({ [publicAnnotation]: '/v2/health, /v1/models/iris:predict' });
  const table = [
    ['/v2/health', true],
    ['/v2/health/ready', true],
    ['/v2/health?x=1', true],
    ['/v1/models/iris:predict', true],
    ['/v2/healthy', false],
    ['/v2/HEALTH', false],
    ['/v2/health/../models', false],
    ['/v2/health/%2e%2e/models', false],
    ['/v2/health%2f..%2fmodels', false],
    ['/v2/health//', false],
    ['/v2/models?x=/v2/health', false],
    ['/v2/health;/models', false],
    ['/', false],
    ['', false],
    ['*', false],
  ] as const;
  for (const [target, expected] of table) assert.equal(isPublic(callers, target), expected, target);
});

test('all of a service may be public, whatever its paths are', () => {
  const callers = callersOf({ [publicAnnotation]: '/' });
  for (const target of ['/', '/v2', '/..', '*']) assert.equal(isPublic(callers, target), true, target);
});

test('a public path that is not written plainly is told', () => {
  for (const path of ['v2', '', '/a/../b', '//', '/a?b', '/a*', '/%41', '/a,', '/a b', '/a;b']) {
    const { faults, publicPaths } = callersOf({ [publicAnnotation]: path });
    assert.equal(faults.length, 1, path);
    assert.deepEqual(publicPaths, [], path);
  }
  const many = Array.from({ length: 65 }, (_, index) => `/${index}`).join(',');
  assert.equal(callersOf({ [publicAnnotation]: many }).faults.length, 1);
});

test('the habit of Istio’s users makes a service public, unless it says more', () => {
  const habit = { 'sidecar.istio.io/inject': 'false' };
  assert.deepEqual(callersOf(habit).publicPaths, ['/']);
  assert.deepEqual(callersOf({ 'sidecar.istio.io/inject': 'true' }).publicPaths, []);
  assert.deepEqual(callersOf({ ...habit, [callersAnnotation]: 'namespace' }).publicPaths, []);
  assert.deepEqual(callersOf({ ...habit, [publicAnnotation]: '/a' }).publicPaths, ['/a']);
});

test('nothing is public while anything cannot be read', () => {
  const callers = callersOf({ [callersAnnotation]: 'usr:x', [publicAnnotation]: '/' });
  assert.equal(isPublic(callers, '/'), false);
});
