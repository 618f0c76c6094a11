import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from '../../../base/access/index.ts';
import { RoleAuthorizer } from '../../../cluster/access/index.ts';
import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { Known, Scope } from '../index.ts';
import { ServiceAuthorizer } from './authorizer.ts';
import { callersAnnotation, publicAnnotation } from '../../../cluster/meta/index.ts';
import { callersOf } from './callers.ts';
import { decided, undecidedFor } from './decide.ts';
import { ScopedAuthorizer } from './scope.ts';
import { predictAction } from './words.ts';

const rbac = 'rbac.authorization.k8s.io';

function role(name: string, verbs: string[], resources: string[]): [string, KubeObject] {
  const rules = [{ verbs, apiGroups: ['serving.kserve.io', ''], resources }];
  return [name, { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules }];
}

const roles = new Map([
  role('callers', ['create'], ['inferenceservices/predict']),
  role('lookers', ['get'], ['inferenceservices', 'services']),
  role('proxies', ['create'], ['services/proxy']),
]);

function binding(namespace: string, to: string, kind: string, name: string): KubeObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: `${to}-${name}`, namespace },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: to },
    subjects: [{ kind, name }],
  };
}

const bindings = [
  binding('a', 'callers', 'User', 'caller'),
  binding('a', 'lookers', 'User', 'looker'),
  binding('a', 'callers', 'Group', 'staff'),
  binding('a', 'lookers', 'User', 'both'),
  binding('a', 'callers', 'User', 'both'),
  binding('a', 'proxies', 'User', 'caller'),
];

const annotated: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  listed: {
    [callersAnnotation]: 'user:ann, group:science, serviceaccount:b/robot, serviceaccounts:c',
  },
  'listed-too': { [callersAnnotation]: 'namespace, user:ann' },
  'any-known': { [callersAnnotation]: 'authenticated' },
  typo: { [callersAnnotation]: 'usr:caller' },
  open: { [publicAnnotation]: '/v2/health' },
};

const authorizer = new ServiceAuthorizer(
  new RoleAuthorizer({
    role: (_, name) => roles.get(name),
    bindings: namespace => bindings.filter(one => one.metadata.namespace === namespace),
  }),
  (namespace, name) => {
    const annotations = namespace === 'a' ? annotated[name] : undefined;
    return annotations && callersOf(annotations);
  },
);

function known(name: string, groups: readonly string[] = [], scope?: Scope): Known {
  const user = { name, groups: [...groups, 'system:authenticated'] };
  const credential =
    scope === undefined
      ? ({ kind: 'session', id: 's' } as const)
      : ({ kind: 'api-token', id: 't', scope } as const);
  return { user, credential, expires: Infinity };
}

function account(namespace: string, name: string): Known {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return known(`system:serviceaccount:${namespace}:${name}`, groups);
}

const verdict = (who: Known, name: string, namespace = 'a'): string =>
  decided(authorizer, who, { kind: 'InferenceService', namespace, name }).verdict;

test('who may call which service', () => {
  const master = known('root', ['system:masters']);
  const table: readonly (readonly [who: Known, service: string, verdict: string])[] = [
    [known('caller'), 'plain', 'allowed'],
    [known('looker'), 'plain', 'forbidden'],
    [known('eve'), 'plain', 'unseen'],
    [known('eve', ['staff']), 'plain', 'allowed'],
    [known('Caller'), 'plain', 'unseen'],
    [master, 'plain', 'allowed'],
    [known('ann'), 'listed', 'allowed'],
    [known('eve', ['science']), 'listed', 'allowed'],
    [account('b', 'robot'), 'listed', 'allowed'],
    [account('b', 'other'), 'listed', 'unseen'],
    [account('c', 'any'), 'listed', 'allowed'],
    [known('caller'), 'listed', 'unseen'],
    [known('both'), 'listed', 'forbidden'],
    [master, 'listed', 'allowed'],
    [known('ann'), 'listed-too', 'allowed'],
    [known('caller'), 'listed-too', 'allowed'],
    [known('eve'), 'listed-too', 'unseen'],
    [known('eve'), 'any-known', 'allowed'],
    [known('caller'), 'typo', 'unseen'],
    [known('both'), 'typo', 'forbidden'],
    [master, 'typo', 'allowed'],
    [known('caller'), 'not-there', 'allowed'],
    [known('eve'), 'not-there', 'unseen'],
  ];
  for (const [who, service, expected] of table) {
    assert.equal(verdict(who, service), expected, `${who.user.name} ${service}`);
  }
  assert.equal(verdict(known('caller'), 'plain', 'b'), 'unseen');
});

test('a token does no more than its scope and its owner', () => {
  const table: readonly (readonly [owner: string, scope: Scope, verdict: string])[] = [
    ['caller', { namespace: undefined, verbs: ['predict'] }, 'allowed'],
    ['caller', { namespace: 'a', verbs: ['predict'] }, 'allowed'],
    ['caller', { namespace: 'b', verbs: ['predict'] }, 'unseen'],
    ['caller', { namespace: undefined, verbs: ['read', 'write'] }, 'unseen'],
    ['both', { namespace: undefined, verbs: ['read'] }, 'forbidden'],
    ['both', { namespace: 'b', verbs: ['read', 'predict'] }, 'unseen'],
    ['both', { namespace: undefined, verbs: [] }, 'unseen'],
    ['eve', { namespace: undefined, verbs: ['predict', 'read', 'write'] }, 'unseen'],
  ];
  for (const [owner, scope, expected] of table) {
    assert.equal(verdict(known(owner, [], scope), 'plain'), expected, `${owner} ${JSON.stringify(scope)}`);
  }
});

test('the scope that stands among the extras of a user narrows the same way', () => {
  const scoped = new ScopedAuthorizer(authorizer);
  const user = (extra: User['extra']): User => ({
    name: 'caller',
    groups: ['system:authenticated'],
    ...(extra !== undefined && { extra }),
  });
  const may = (extra: User['extra']): boolean => scoped.can(user(extra), predictAction('a', 'plain')).allowed;
  assert.equal(may(undefined), true);
  assert.equal(may({ 'davit.dev/scope-verbs': ['predict'] }), true);
  assert.equal(may({ 'davit.dev/scope-verbs': ['read'] }), false);
  assert.equal(may({ 'davit.dev/scope-verbs': ['predict'], 'davit.dev/scope-namespace': ['b'] }), false);
  assert.equal(may({ 'davit.dev/scope-namespace': ['a'] }), false);
  assert.equal(may({ 'davit.dev/scope-verbs': ['everything'] }), false);
});

test('who has not said who he is is sent to the login, save where it is public', () => {
  const callers = callersOf(annotated['open']);
  assert.equal(undecidedFor(callers, '/v2/health/ready').verdict, 'allowed');
  assert.equal(undecidedFor(callers, '/v2/models').verdict, 'login');
  assert.equal(undecidedFor(callersOf({}), '/v2/health/ready').verdict, 'login');
  assert.equal(undecidedFor(undefined, '/v2/health/ready').verdict, 'login');
});

test('nobody in particular is not among those who are known', () => {
  const nobody = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  for (const service of ['plain', 'listed', 'any-known']) {
    assert.equal(authorizer.can(nobody, predictAction('a', service)).allowed, false, service);
  }
});

test('a Service that is no InferenceService’s needs the right of a proxy', () => {
  const service = { kind: 'Service', namespace: 'a', name: 'web' } as const;
  assert.equal(decided(authorizer, known('caller'), service).verdict, 'allowed');
  assert.equal(decided(authorizer, known('looker'), service).verdict, 'forbidden');
  assert.equal(decided(authorizer, known('eve'), service).verdict, 'unseen');
});

test('every decision says by which rule', () => {
  const rule = (who: Known, name: string): string =>
    decided(authorizer, who, { kind: 'InferenceService', namespace: 'a', name }).rule;
  const table = [
    [known('caller'), 'plain', /RoleBinding "callers-caller\/a" of ClusterRole "callers" to User "caller"/],
    [
      known('looker'),
      'plain',
      /no role that looker has in namespace a holds create on inferenceservices\/predict/,
    ],
    [known('ann'), 'listed', /davit\.dev\/callers of InferenceService a\/listed lists ann/],
    [known('both'), 'listed', /davit\.dev\/callers of InferenceService a\/listed lists neither both/],
    [known('eve'), 'any-known', /lists authenticated/],
    [
      known('both'),
      'typo',
      /davit\.dev\/callers of InferenceService a\/typo cannot be read: found "usr:caller"/,
    ],
    [
      known('both', [], { namespace: undefined, verbs: ['read'] }),
      'plain',
      /the token is for read, not for predict/,
    ],
    [known('root', ['system:masters']), 'plain', /root may do everything/],
  ] as const;
  for (const [who, name, expected] of table) assert.match(rule(who, name), expected);
});
