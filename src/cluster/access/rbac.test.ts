import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoleAuthorizer } from './rbac.ts';

test('permissions that are given away without being held are told together', () => {
  const authorizer = new RoleAuthorizer({ role: () => undefined, bindings: () => [] });
  const wanted = [
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
  ];
  const resource = { group: 'rbac.authorization.k8s.io', resource: 'roles' };
  assert.throws(
    () =>
      authorizer.checkEscalation({ name: 'alice', groups: ['a', 'b'] }, wanted, 'n', { resource, name: 'r' }),
    {
      message:
        'roles.rbac.authorization.k8s.io "r" is forbidden: user "alice" (groups=["a" "b"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    },
  );
});
