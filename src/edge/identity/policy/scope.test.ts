import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../../base/access/index.ts';
import type { Scope } from '../index.ts';
import { beyondScope } from './scope.ts';

function action(verb: string, what: string, namespace = 'a'): Action {
  const [resource = '', subresource = ''] = what.split('/');
  return { verb, group: '', version: 'v1', resource, subresource, namespace, name: 'x' };
}

const rows: readonly (readonly [string, Scope['verbs'], Action, boolean])[] = [
  ['reading reads', ['read'], action('list', 'pods'), true],
  ['reading reads logs', ['read'], action('get', 'pods/log'), true],
  ['reading asks about oneself', ['read'], action('create', 'selfsubjectreviews', ''), true],
  ['reading does not write', ['read'], action('patch', 'pods'), false],
  ['reading does not see secrets', ['read'], action('get', 'secrets'), false],
  ['reading runs no command in a pod, also not by GET', ['read'], action('get', 'pods/exec'), false],
  ['reading does not attach', ['read'], action('get', 'pods/attach'), false],
  ['reading forwards no port', ['read'], action('get', 'pods/portforward'), false],
  ['reading goes through no proxy', ['read'], action('get', 'services/proxy'), false],
  ['reading predicts nothing', ['read'], action('create', 'inferenceservices/predict'), false],
  ['predicting reads nothing', ['predict'], action('get', 'inferenceservices'), false],
  ['writing writes', ['write'], action('create', 'pods/exec'), true],
  ['writing does not read', ['write'], action('list', 'pods'), false],
  ['nothing impersonates', ['read', 'write', 'predict'], action('impersonate', 'users', ''), false],
  ['nothing impersonates accounts', ['write'], action('impersonate', 'serviceaccounts'), false],
];

for (const [what, verbs, wanted, expected] of rows) {
  test(`of a token: ${what}`, () => {
    const beyond = beyondScope({ namespace: undefined, verbs }, wanted);
    assert.equal(beyond === undefined, expected, beyond);
  });
}

test('a token of one namespace is good for nothing in another, nor for the cluster', () => {
  const scope: Scope = { namespace: 'a', verbs: ['read', 'write'] };
  assert.equal(beyondScope(scope, action('get', 'pods')), undefined);
  assert.notEqual(beyondScope(scope, action('get', 'pods', 'b')), undefined);
  assert.notEqual(beyondScope(scope, action('get', 'nodes', '')), undefined);
  assert.equal(beyondScope(scope, { verb: 'get', path: '/apis' }), undefined);
});

test('what processes of the platform ask is for no token, and paths are in no namespace', () => {
  const all = ['read', 'write', 'predict'] as const;
  const whole = { namespace: undefined, verbs: all };
  const path = (verb: string, name: string) => ({ verb, path: name });
  assert.equal(beyondScope(whole, path('get', '/version')), undefined);
  assert.equal(beyondScope(whole, path('get', '/davit/identity/issuer')), undefined);
  assert.equal(beyondScope(whole, path('delete', '/davit/identity/tokens/abc')), undefined);
  for (const name of ['identity/open', 'identity/shared', 'identity/users', 'identity/tokens-of', 'backup']) {
    for (const verb of ['get', 'post'])
      assert.notEqual(beyondScope(whole, path(verb, `/davit/${name}`)), undefined);
  }
  const narrow = { namespace: 'a', verbs: all };
  assert.equal(beyondScope(narrow, path('get', '/version')), undefined);
  assert.notEqual(beyondScope(narrow, path('post', '/davit/identity/tokens')), undefined);
});
