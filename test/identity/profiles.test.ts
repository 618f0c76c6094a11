import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startControllers } from '../../src/cluster/controllers/kubernetes/index.ts';
import { startKubeflowControllers } from '../../src/cluster/controllers/kubeflow/index.ts';
import { Cluster } from '../apiserver/serving.ts';

const system = { name: 'system:davit', groups: ['system:masters'] };
const profiles = '/apis/kubeflow.org/v1/profiles';
const rbac = '/apis/rbac.authorization.k8s.io/v1';

let cluster: Cluster;
let running: readonly { stop(): Promise<void> }[];
const errors: string[] = [];

before(async () => {
  cluster = await Cluster.open();
  const options = {
    transport: cluster.api.transport(system, 'tests/1'),
    now: Date.now,
    onError: (controller: string, key: string, error: unknown) =>
      void errors.push(`${controller} ${key} ${String(error)}`),
  };
  running = await Promise.all([
    startControllers({ ...options, certificates: 'none' }),
    startKubeflowControllers({ ...options, first: { name: 'first', owner: 'user@example.com' } }),
  ]);
});

after(async () => {
  await Promise.all(running.map(group => group.stop()));
  await cluster.close();
});

// oxlint-disable-next-line typescript/no-explicit-any -- objects of every kind are looked into
async function until(path: string, holds: (body: any) => boolean): Promise<any> {
  const end = Date.now() + 10_000;
  for (;;) {
    const { status, body } = await cluster.ask('GET', path);
    if (holds(status === 404 ? undefined : body)) return body;
    if (Date.now() > end) throw new Error(`${path} is ${JSON.stringify(body)}; ${errors.join('; ')}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

function profile(name: string, owner: string, more: object = {}): object {
  const spec = { owner: { kind: 'User', name: owner }, ...more };
  return { apiVersion: 'kubeflow.org/v1', kind: 'Profile', metadata: { name }, spec };
}

async function make(body: object): Promise<void> {
  const { status, text } = await cluster.ask('POST', profiles, { body });
  assert.equal(status, 201, text);
}

const successful = (body?: { status?: { conditions?: { type: string }[] } }): boolean =>
  body?.status?.conditions?.[0]?.type === 'Successful';

async function may(
  user: string,
  verb: string,
  resource: string,
  namespace: string,
  name = '',
): Promise<boolean> {
  const [plural = '', subresource = ''] = resource.split('/');
  const resourceAttributes = {
    group: 'serving.kserve.io',
    verb,
    resource: plural,
    subresource,
    namespace,
    name,
  };
  const account = user.startsWith('system:serviceaccount:');
  const groups = ['system:authenticated', ...(account ? ['system:serviceaccounts'] : [])];
  const { body } = await cluster.ask('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, resourceAttributes },
    },
  });
  return body.status.allowed;
}

test('the first profile has its namespace as soon as the controllers run', async () => {
  const { status, body } = await cluster.ask('GET', '/api/v1/namespaces/first');
  assert.equal(status, 200);
  assert.equal(body.metadata.annotations.owner, 'user@example.com');
  assert.equal(body.metadata.labels['istio-injection'], 'enabled');
  assert.equal(body.metadata.ownerReferences[0].kind, 'Profile');
});

test('a profile has a namespace, accounts, bindings and a quota, as Kubeflow makes them', async () => {
  await make(profile('team-a', 'ann@example.com', { resourceQuotaSpec: { hard: { cpu: '2', pods: 10 } } }));
  await until(`${profiles}/team-a`, successful);
  for (const name of ['default-editor', 'default-viewer']) {
    const { status } = await cluster.ask('GET', `/api/v1/namespaces/team-a/serviceaccounts/${name}`);
    assert.equal(status, 200, name);
  }
  const { body: bindings } = await cluster.ask('GET', `${rbac}/namespaces/team-a/rolebindings`);
  const shown = bindings.items.map((one: { metadata: { name: string }; roleRef: { name: string } }) => [
    one.metadata.name,
    one.roleRef.name,
  ]);
  assert.deepEqual(shown, [
    ['default-editor', 'kubeflow-edit'],
    ['default-viewer', 'kubeflow-view'],
    ['namespaceAdmin', 'kubeflow-admin'],
  ]);
  const { annotations } = bindings.items[2].metadata;
  assert.deepEqual(annotations, { user: 'ann@example.com', role: 'admin' });
  const { body: quota } = await cluster.ask(
    'GET',
    '/api/v1/namespaces/team-a/resourcequotas/kf-resource-quota',
  );
  assert.deepEqual(quota.spec, { hard: { cpu: '2', pods: '10' } });
});

test('owner, editor and viewer may do what their roles hold, in their namespace alone', async () => {
  await make(profile('team-b', 'bob@example.com'));
  await until(`${profiles}/team-b`, successful);
  const editor = 'system:serviceaccount:team-b:default-editor';
  const viewer = 'system:serviceaccount:team-b:default-viewer';
  const table = [
    ['bob@example.com', 'create', 'inferenceservices', true],
    ['bob@example.com', 'create', 'inferenceservices/predict', true],
    [editor, 'delete', 'inferenceservices', true],
    [editor, 'create', 'inferenceservices/predict', true],
    [viewer, 'get', 'inferenceservices', true],
    [viewer, 'create', 'inferenceservices', false],
    [viewer, 'create', 'inferenceservices/predict', true],
    ['eve@example.com', 'get', 'inferenceservices', false],
    ['eve@example.com', 'create', 'inferenceservices/predict', false],
  ] as const;
  for (const [user, verb, resource, allowed] of table) {
    assert.equal(await may(user, verb, resource, 'team-b'), allowed, `${user} ${verb} ${resource}`);
    assert.equal(await may(user, verb, resource, 'kube-system'), false, `${user} elsewhere`);
  }
});

test('a binding of a role makes a contributor, without any profile', async () => {
  await cluster.ask('POST', `${rbac}/namespaces/default/rolebindings`, {
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'carol' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', name: 'carol@example.com', apiGroup: 'rbac.authorization.k8s.io' }],
    },
  });
  assert.equal(await may('carol@example.com', 'create', 'inferenceservices/predict', 'default'), true);
  assert.equal(await may('carol@example.com', 'delete', 'inferenceservices', 'default'), false);
});

test('what is changed by hand is put right, and a new owner takes the place of the old one', async () => {
  await make(profile('team-c', 'old@example.com'));
  await until(`${profiles}/team-c`, successful);
  const binding = `${rbac}/namespaces/team-c/rolebindings/default-editor`;
  await cluster.ask('DELETE', binding);
  await until(binding, body => body?.roleRef?.name === 'kubeflow-edit');
  await cluster.ask('PATCH', '/api/v1/namespaces/team-c', {
    body: { metadata: { annotations: { owner: 'new@example.com' } } },
    type: 'application/merge-patch+json',
  });
  await cluster.ask('PATCH', `${profiles}/team-c`, {
    body: { spec: { owner: { name: 'new@example.com' } } },
    type: 'application/merge-patch+json',
  });
  await until(`${rbac}/namespaces/team-c/rolebindings/namespaceAdmin`, body => {
    const [subject] = body?.subjects ?? [];
    return subject?.name === 'new@example.com' && body.metadata.annotations.user === 'new@example.com';
  });
});

test('a namespace that belongs to somebody else is not taken over', async () => {
  await cluster.ask('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'taken' } },
  });
  await make(profile('taken', 'thief@example.com'));
  const failed = await until(`${profiles}/taken`, body => body?.status?.conditions?.[0]?.type === 'Failed');
  assert.equal(
    failed.status.conditions[0].message,
    'namespace already exist, but not owned by profile creator thief@example.com',
  );
  assert.equal(await may('thief@example.com', 'get', 'inferenceservices', 'taken'), false);
});

test('a profile that goes takes its namespace along', async () => {
  await make(profile('team-d', 'dan@example.com'));
  await until(`${profiles}/team-d`, successful);
  await cluster.ask('DELETE', `${profiles}/team-d`);
  await until(`${profiles}/team-d`, body => body === undefined);
  await until('/api/v1/namespaces/team-d', body => body === undefined);
});

test('a profile that nobody owns, or whose name is no namespace’s, is refused by field', async () => {
  const table = [
    [{ ...profile('x', 'a'), spec: {} }, 'spec.owner: Required value'],
    [profile('x.y', 'a'), 'metadata.name: Invalid value'],
    [profile('kube-system', 'a'), 'metadata.name: Invalid value'],
    [profile('x', ''), 'spec.owner.name: Required value'],
    [
      { ...profile('x', 'a'), spec: { owner: { kind: 'Usr', name: 'a' } } },
      'spec.owner.kind: Unsupported value',
    ],
    [
      { ...profile('x', 'a'), spec: { owner: { kind: 'ServiceAccount', name: 'a' } } },
      'spec.owner.namespace: Required value',
    ],
  ] as const;
  for (const [body, message] of table) {
    const answered = await cluster.ask('POST', profiles, { body });
    assert.equal(answered.status, 422, answered.text);
    assert.ok(answered.body.message.includes(message), answered.body.message);
  }
});

test('both versions show the same profile, with its owner in a column', async () => {
  await make(profile('team-e', 'eva@example.com'));
  const { body } = await cluster.ask('GET', '/apis/kubeflow.org/v1beta1/profiles/team-e');
  assert.equal(body.apiVersion, 'kubeflow.org/v1beta1');
  const { body: table } = await cluster.ask('GET', `${profiles}/team-e`, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  });
  assert.deepEqual(
    table.columnDefinitions.map((one: { name: string }) => one.name),
    ['Name', 'Owner', 'Age'],
  );
  assert.equal(table.rows[0].cells[1], 'eva@example.com');
});

test('a namespace that was there before profiles were becomes that of the first one', async () => {
  const old = await Cluster.open();
  const transport = old.api.transport(system, 'tests/1');
  const first = { name: 'home', owner: 'user@example.com' };
  const options = {
    transport,
    now: Date.now,
    onError: (...all: unknown[]) => assert.fail(all.map(String).join(' ')),
    first,
  };
  await old.ask('POST', '/api/v1/namespaces', {
    body: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'home', labels: { 'istio-injection': 'disabled' } },
    },
  });
  for (let start = 0; start < 2; start++) {
    const group = await startKubeflowControllers(options);
    const { body } = await old.ask('GET', '/api/v1/namespaces/home');
    assert.equal(body.metadata.annotations.owner, 'user@example.com');
    assert.equal(body.metadata.labels['istio-injection'], 'enabled');
    const { body: binding } = await old.ask('GET', `${rbac}/namespaces/home/rolebindings/namespaceAdmin`);
    assert.equal(binding.subjects[0].name, 'user@example.com');
    await group.stop();
  }
  await old.close();
});
