import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoleAuthorizer } from './rbac.ts';
import type { PolicyRule } from './rules.ts';

const resource = { group: 'rbac.authorization.k8s.io', resource: 'roles' };

test('permissions that are given away without being held are told together', () => {
  const authorizer = new RoleAuthorizer({ role: () => undefined, bindings: () => [] });
  const wanted = [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
  ];
  assert.throws(
    () =>
      authorizer.checkEscalation({ name: 'alice', groups: ['a', 'b'] }, wanted, 'n', { resource, name: 'r' }),
    {
      message:
        'roles.rbac.authorization.k8s.io "r" is forbidden: user "alice" (groups=["a" "b"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    },
  );
});

function numbered(count: number, text: string): string[] {
  return Array.from({ length: count }, (_, index) => `${text}${index}`);
}

/** Somebody who holds some rules everywhere. */
function holder(rules: readonly PolicyRule[]): RoleAuthorizer {
  const [apiVersion, metadata] = ['rbac.authorization.k8s.io/v1', { name: 'r' }];
  const role = { apiVersion, kind: 'ClusterRole', metadata, rules };
  const subjects = [{ kind: 'User', name: 'alice' }];
  const roleRef = { kind: 'ClusterRole', name: 'r' };
  const binding = { apiVersion, kind: 'ClusterRoleBinding', metadata, subjects, roleRef };
  return new RoleAuthorizer({
    role: () => role,
    bindings: namespace => (namespace === '' ? [binding] : []),
  });
}

const alice = { name: 'alice', groups: [] };
const pods = { apiGroups: [''], resources: ['pods'] };

const grants: readonly (readonly [what: string, held: PolicyRule[], wanted: PolicyRule, holds: boolean])[] = [
  [
    'by several rules together',
    [
      { ...pods, verbs: ['get'] },
      { ...pods, verbs: ['list'] },
    ],
    { ...pods, verbs: ['get', 'list'] },
    true,
  ],
  ['all verbs by some', [{ ...pods, verbs: ['get'] }], { ...pods, verbs: ['*'] }, false],
  ['some verbs by all', [{ ...pods, verbs: ['*'] }], { ...pods, verbs: ['get'] }, true],
  [
    'a part by its name',
    [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }],
    part('pods/log'),
    true,
  ],
  [
    'a part of everything',
    [{ apiGroups: [''], resources: ['*/log'], verbs: ['get'] }],
    part('pods/log'),
    true,
  ],
  ['a part by all parts', [{ apiGroups: [''], resources: ['*'], verbs: ['get'] }], part('pods/log'), true],
  ['a part by the whole', [{ ...pods, verbs: ['get'] }], part('pods/log'), false],
  [
    'all by a part of everything',
    [{ apiGroups: [''], resources: ['*/log'], verbs: ['get'] }],
    part('*'),
    false,
  ],
  ['a name by all', [{ ...pods, verbs: ['get'] }], { ...pods, verbs: ['get'], resourceNames: ['a'] }, true],
  [
    'all names by one',
    [{ ...pods, verbs: ['get'], resourceNames: ['*'] }],
    { ...pods, verbs: ['get'] },
    false,
  ],
  ['other groups', [{ apiGroups: ['apps'], resources: ['*'], verbs: ['*'] }], part('pods'), false],
  ['paths by their beginning', [{ nonResourceURLs: ['/a/*'], verbs: ['get'] }], path('/a/b'), true],
  ['paths by others', [{ nonResourceURLs: ['/a/*', '/c'], verbs: ['get'] }], path('/b'), false],
  ['paths by all things', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], path('/b'), false],
  [
    'many by all',
    [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    { apiGroups: [''], resources: numbered(20_000, 'r'), verbs: ['get'] },
    true,
  ],
];

function part(one: string): PolicyRule {
  return { apiGroups: [''], resources: [one], verbs: ['get'] };
}

function path(url: string): PolicyRule {
  return { nonResourceURLs: [url], verbs: ['get'] };
}

for (const [what, held, wanted, holds] of grants) {
  test(`permissions are ${holds ? 'held' : 'missing'}: ${what}`, () => {
    assert.equal(holder(held).holds(alice, [wanted], ''), holds);
  });
}

const large: readonly (readonly [what: string, held: PolicyRule[], wanted: PolicyRule[]])[] = [
  [
    'many resources',
    numbered(60, 'g').map(one => ({ apiGroups: [one], resources: numbered(100, 'r'), verbs: ['get'] })),
    [{ apiGroups: [''], resources: numbered(99_999, 'r'), verbs: ['get'] }],
  ],
  [
    'many names',
    [{ ...pods, verbs: ['get'], resourceNames: numbered(30_000, 'a') }],
    [{ ...pods, verbs: ['get'], resourceNames: numbered(30_001, 'a').toReversed() }],
  ],
  [
    'many rules',
    numbered(30_000, 'a').map(one => ({ ...pods, verbs: ['get'], resourceNames: [one] })),
    numbered(30_000, 'b').map(one => ({ ...pods, verbs: ['get'], resourceNames: [one] })),
  ],
];

for (const [what, held, wanted] of large) {
  test(`when ${what} are compared with many, each rule that is held is read once, and a refusal stays short`, () => {
    let reads = 0;
    const read = held.map(({ verbs, ...rule }) => ({
      ...rule,
      get verbs() {
        reads++;
        return verbs;
      },
    }));
    assert.throws(
      () => holder(read).checkEscalation(alice, wanted, '', { resource, name: 'r' }),
      ({ message }: Error) => message.includes('permissions not currently held') && message.length < 40_000,
    );
    assert.equal(reads, held.length);
  });
}
