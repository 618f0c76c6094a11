import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userOf } from './claims.ts';

const facts = {
  url: 'https://login.test',
  inside: undefined,
  clientId: 'c',
  clientSecret: 's',
  scopes: [],
  userClaim: 'email',
  groupsClaim: 'groups',
};

test('people have the name and the groups that the claims say, and are authenticated', () => {
  const claims = { email: 'ada@example.com', email_verified: true, groups: ['개발자', 'b c'] };
  assert.deepEqual(userOf(claims, facts), {
    name: 'ada@example.com',
    groups: ['개발자', 'b c', 'system:authenticated'],
  });
  assert.deepEqual(userOf({ email: 'a@b', groups: 'one' }, facts).groups, ['one', 'system:authenticated']);
});

const refused: readonly [what: string, claims: Readonly<Record<string, unknown>>][] = [
  ['no name', {}],
  ['an empty name', { email: '' }],
  ['a name that is no text', { email: ['a@b'] }],
  ['an address that is not verified', { email: 'a@b', email_verified: false }],
  ['a name of Kubernetes', { email: 'system:admin' }],
  ['a name that ends a field', { email: 'a@b\r\nkubeflow-userid: root' }],
  ['a name that begins with a space', { email: ' a@b' }],
  ['a name without end', { email: 'a'.repeat(2000) }],
];

test('claims that name nobody are refused', () => {
  for (const [what, claims] of refused) {
    assert.throws(() => userOf(claims, facts), { code: 'login-unnamed' }, what);
  }
});

test('groups of Kubernetes, and those that could be read as several, are given to nobody', () => {
  const groups = ['system:masters', 'a,b', 'c\nd', 7, null, 'fine'];
  assert.deepEqual(userOf({ email: 'a@b', groups }, facts).groups, ['fine', 'system:authenticated']);
});
