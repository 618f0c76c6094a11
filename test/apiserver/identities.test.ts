import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newSigningKey, TokenIssuer } from '../../src/cluster/access/index.ts';
import { Cluster, fresh } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

async function who(asking: object): Promise<{ username: string; groups: string[]; uid?: string }> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const answer = await cluster.ask('POST', whoami, { body, ...asking });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.status.userInfo;
}

async function account(): Promise<string> {
  const name = fresh('sa');
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
  assert.equal((await cluster.ask('POST', accounts, { body })).status, 201);
  return name;
}

async function tokenFor(name: string, spec: object = {}): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const answer = await cluster.ask('POST', `${accounts}/${name}/token`, { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.status.token;
}

async function grant(name: string, subject: object, rules: readonly object[]): Promise<void> {
  const group = '/apis/rbac.authorization.k8s.io/v1';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const role = { apiVersion, kind: 'ClusterRole', metadata: { name }, rules };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
  const binding = {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef,
    subjects: [subject],
  };
  assert.equal((await cluster.ask('POST', `${group}/clusterroles`, { body: role })).status, 201);
  assert.equal((await cluster.ask('POST', `${group}/clusterrolebindings`, { body: binding })).status, 201);
}

test('nobody in particular sees health, the version and the issuer, and nothing else', async () => {
  const open = ['/healthz', '/livez', '/readyz', '/version'];
  for (const path of open)
    assert.equal((await cluster.ask('GET', path, { token: undefined })).status, 200, path);
  const closed = [
    '/',
    '/api',
    '/apis',
    '/openapi/v3',
    '/api/v1/pods',
    '/api/v1/namespaces/default',
    '/metrics',
    '/nothing',
    '/%',
  ];
  for (const path of closed) {
    const { status, body } = await cluster.ask('GET', path, { token: undefined });
    assert.deepEqual([status, body.reason], [403, 'Forbidden'], path);
    assert.match(body.message, /system:anonymous/, path);
  }
});

test('a token that is not good is 401, and a person without rights is named in the refusal', async () => {
  for (const token of ['', 'x', 'a.b.c', 'a'.repeat(9000), 'eyJhbGciOiJub25lIn0.e30.']) {
    const { status, body } = await cluster.ask('GET', '/healthz', { token });
    assert.deepEqual([status, body.reason], [401, 'Unauthorized'], token.slice(0, 20));
  }
  const refused = await cluster.ask('GET', '/api/v1/pods', { token: 'alice' });
  assert.match(refused.body.message, /User "alice" cannot list resource "pods"/);
});

test('a client certificate says who asks', async () => {
  const certificate = { commonName: 'carol', organizations: ['system:masters'] };
  const found = await who({ token: undefined, peer: { address: '192.0.2.7:1', certificate } });
  assert.deepEqual([found.username, found.groups], ['carol', ['system:masters', 'system:authenticated']]);
});

test('a token dies with its account, and not with another of the name', async () => {
  const name = await account();
  const token = await tokenFor(name);
  const found = await who({ token });
  assert.equal(found.username, `system:serviceaccount:default:${name}`);
  assert.deepEqual(found.groups, [
    'system:serviceaccounts',
    'system:serviceaccounts:default',
    'system:authenticated',
  ]);
  await cluster.ask('DELETE', `${accounts}/${name}`);
  assert.equal((await cluster.ask('GET', '/version', { token })).status, 401);
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
  await cluster.ask('POST', accounts, { body });
  assert.equal((await cluster.ask('GET', '/version', { token })).status, 401);
});

test('a token dies with the pod it is bound to', async () => {
  const name = await account();
  const pods = '/api/v1/namespaces/default/pods';
  const spec = { serviceAccountName: name, containers: [{ name: 'c', image: 'i' }] };
  const pod = fresh('pod');
  const made = await cluster.ask('POST', pods, {
    body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod }, spec },
  });
  assert.equal(made.status, 201, made.text);
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: pod, uid: made.body.metadata.uid };
  const token = await tokenFor(name, { boundObjectRef });
  assert.equal((await cluster.ask('GET', '/version', { token })).status, 200);
  await cluster.ask('DELETE', `${pods}/${pod}?gracePeriodSeconds=0`);
  assert.equal((await cluster.ask('GET', '/version', { token })).status, 401);
});

test('a token has its time and its audience', async () => {
  const name = await account();
  const elsewhere = await tokenFor(name, { audiences: ['elsewhere'] });
  assert.equal((await cluster.ask('GET', '/version', { token: elsewhere })).status, 401);
  const token = await tokenFor(name, { expirationSeconds: 600 });
  cluster.clock.now += 590_000;
  assert.equal((await cluster.ask('GET', '/version', { token })).status, 200);
  cluster.clock.now += 20_000;
  assert.equal((await cluster.ask('GET', '/version', { token })).status, 401);
});

test('a token for longer than its key is good for is shortened, and says so', async () => {
  const clock = { now: Date.parse('2026-11-25T12:00:00Z') };
  const key = { ...newSigningKey(), until: clock.now + 1_000_000 };
  const issuer = new TokenIssuer('us', [key], () => clock.now);
  const other = await Cluster.open('10.96.0.0/28', { issuer });
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } };
  await other.ask('POST', accounts, { body });
  const spec = { expirationSeconds: 3600 };
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const answer = await other.ask('POST', `${accounts}/a/token`, { body: request });
  await other.close();
  assert.equal(answer.body.spec.expirationSeconds, 1000);
  assert.equal(answer.body.status.expirationTimestamp, '2026-11-25T12:16:40Z');
  assert.deepEqual(
    answer.fields.filter(([name]) => name === 'Warning').map(([, value]) => value),
    ['299 - "requested expiration of 3600 seconds shortened to 1000 seconds"'],
  );
});

test('who may acts as others, with the groups that nobody is without', async () => {
  const as = (
    headers: Record<string, string>,
  ): Promise<{ username: string; groups: string[]; uid?: string }> => who({ headers });
  const bob = await who({
    headers: { 'impersonate-user': 'bob', 'impersonate-uid': 'u' },
    more: [
      ['Impersonate-Group', 'a'],
      ['impersonate-group', 'cn=b, ou=people'],
    ],
  });
  const groups = ['a', 'cn=b, ou=people', 'system:authenticated'];
  assert.deepEqual(bob, { username: 'bob', uid: 'u', groups });
  const name = 'system:serviceaccount:default:x';
  const found = await as({ 'impersonate-user': name });
  assert.deepEqual(found.groups, [
    'system:serviceaccounts',
    'system:serviceaccounts:default',
    'system:authenticated',
  ]);
  const nobody = { 'impersonate-user': 'system:anonymous' };
  const { body } = await cluster.ask('GET', '/api', { headers: nobody });
  assert.match(body.message, /User "system:anonymous" cannot get path "\/api"/);
  const nameless = await cluster.ask('GET', '/version', {
    headers: { 'impersonate-group': 'a', 'impersonate-extra-k': 'v' },
  });
  assert.deepEqual([nameless.status, nameless.body.reason], [400, 'BadRequest']);
  assert.equal(
    nameless.body.message,
    'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"a"}, Extra:map[string][]string{"k":[]string{"v"}}} without impersonating a user name',
  );
});

test('what else is said of somebody is told, by keys that are no names of fields, too', async () => {
  const found = await who({
    headers: { 'impersonate-user': 'bob' },
    more: [
      ['Impersonate-Extra-Scopes', 'view'],
      ['impersonate-extra-scopes', 'edit'],
      ['Impersonate-Extra-example.com%2Fteam', 'red'],
    ],
  });
  assert.deepEqual(found, {
    username: 'bob',
    groups: ['system:authenticated'],
    extra: { scopes: ['view', 'edit'], 'example.com/team': ['red'] },
  });
});

test('who may not act as others is refused, each part of it on its own', async () => {
  const refused = await cluster.ask('GET', '/version', {
    token: 'alice',
    headers: { 'impersonate-user': 'bob' },
  });
  assert.equal(refused.status, 403);
  await grant(fresh('acts'), { kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }, [
    { apiGroups: [''], resources: ['users'], resourceNames: ['bob'], verbs: ['impersonate'] },
    { apiGroups: [''], resources: ['groups'], resourceNames: ['a'], verbs: ['impersonate'] },
  ]);
  const status = async (
    headers: Record<string, string>,
    more: readonly (readonly [string, string])[] = [],
  ): Promise<number> => (await cluster.ask('GET', '/version', { token: 'alice', headers, more })).status;
  assert.equal(await status({ 'impersonate-user': 'bob', 'impersonate-group': 'a' }), 200);
  const masters = ['impersonate-group', 'system:masters'] as const;
  assert.equal(await status({ 'impersonate-user': 'bob', 'impersonate-group': 'a' }, [masters]), 403);
  assert.equal(await status({ 'impersonate-user': 'bob', 'impersonate-group': 'a, system:masters' }), 403);
  const extra = { 'impersonate-user': 'bob', 'impersonate-extra-scopes': 'view' };
  assert.equal(await status(extra), 403);
  await grant(fresh('says'), { kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }, [
    {
      apiGroups: ['authentication.k8s.io'],
      resources: ['userextras/scopes'],
      resourceNames: ['view'],
      verbs: ['impersonate'],
    },
  ]);
  assert.equal(await status(extra), 200);
  assert.equal(await status(extra, [['impersonate-extra-scopes', 'edit']]), 403);
  assert.equal(await status(extra, [['impersonate-extra-other', 'view']]), 403);
  assert.equal(await status({ 'impersonate-user': 'bob', 'impersonate-uid': 'u' }), 403);
  assert.equal(await status({ 'impersonate-user': 'carol' }), 403);
  assert.equal(await status({ 'impersonate-user': 'system:serviceaccount:default:x' }), 403);
});
