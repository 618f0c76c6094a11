import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open('10.96.0.0/28', {
    annexes: new Map([
      [
        '/beside/',
        ({ user, info, body }) => ({
          status: 200,
          type: 'text/plain',
          body: `${user.name} ${info.path} ${Buffer.from(body).toString()}`,
        }),
      ],
    ]),
    otherTokens: async token =>
      token === 'bob-token'
        ? { user: { name: 'bob', groups: [] }, audiences: ['https://kubernetes.default.svc.cluster.local'] }
        : undefined,
  });
});
after(() => cluster.close());

test('what stands beside the API is asked by those who may', async () => {
  const asked = await cluster.ask('POST', '/beside/a/b', { bytes: 'text', token: 'admin' });
  assert.deepEqual([asked.status, asked.text], [200, 'admin /beside/a/b text']);
  assert.equal((await cluster.ask('POST', '/beside/a/b', { token: 'alice' })).status, 403);
  assert.equal((await cluster.ask('POST', '/beside/a/b', { token: undefined })).status, 403);
  assert.equal((await cluster.ask('POST', '/beside/a/b', { token: 'stranger' })).status, 401);
  assert.equal((await cluster.ask('GET', '/besides', { token: 'admin' })).status, 404);
});

test('a role on the path lets somebody in', async () => {
  const group = '/apis/rbac.authorization.k8s.io/v1';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [{ nonResourceURLs: ['/beside/who'], verbs: ['post'] }];
  const role = { apiVersion, kind: 'ClusterRole', metadata: { name: 'asking' }, rules };
  const binding = {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'asking' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'asking' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }],
  };
  assert.equal((await cluster.ask('POST', `${group}/clusterroles`, { body: role })).status, 201);
  assert.equal((await cluster.ask('POST', `${group}/clusterrolebindings`, { body: binding })).status, 201);
  assert.equal((await cluster.ask('POST', '/beside/who', { token: 'bob-token' })).text, 'bob /beside/who ');
  assert.equal((await cluster.ask('GET', '/beside/who', { token: 'bob-token' })).status, 403);
  assert.equal((await cluster.ask('POST', '/beside/other', { token: 'bob-token' })).status, 403);
});

test('a review of a token knows tokens of others, too', async () => {
  const review = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token: 'bob-token' },
  };
  const { body } = await cluster.ask('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: review });
  assert.deepEqual([body.status.authenticated, body.status.user.username], [true, 'bob']);
});
