import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startControllers } from '../../src/cluster/controllers/kubernetes/index.ts';
import { type Answered, type Asking, Cluster, fresh, until } from './serving.ts';

const group = 'rbac.authorization.k8s.io';
const base = `/apis/${group}/v1`;
const apiVersion = `${group}/v1`;
const roles = `${base}/clusterroles`;
const bindings = `${base}/clusterrolebindings`;
const merge = 'application/merge-patch+json';
const apply = 'application/apply-patch+yaml';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

function role(name: string, more: object): object {
  return { apiVersion, kind: 'ClusterRole', metadata: { name }, ...more };
}

function bindingTo(name: string, to: string, user: string): object {
  return {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: to },
    subjects: [{ apiGroup: group, kind: 'User', name: user }],
  };
}

async function made(path: string, body: object): Promise<void> {
  const answer = await cluster.ask('POST', path, { body });
  assert.equal(answer.status, 201, answer.text);
}

const writing: Rule = {
  apiGroups: [group],
  resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  verbs: ['get', 'create', 'update', 'patch'],
};

/** Asks as somebody of whom nothing is known but the rights that he is given. */
async function somebody(
  ...rules: readonly Rule[]
): Promise<{ name: string; ask: (method: string, path: string, asking?: Asking) => Promise<Answered> }> {
  const name = fresh('user');
  await made(roles, role(name, { rules }));
  await made(bindings, bindingTo(name, name, name));
  const headers = { 'impersonate-user': name };
  return { name, ask: (method, path, asking) => cluster.ask(method, path, { ...asking, headers }) };
}

const selecting = {
  aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }] },
};
const onlyAdmins = 'must have cluster-admin privileges to use the aggregationRule';

function refused({ status, body }: Answered, detail: string, what = 'clusterroles'): void {
  assert.equal(status, 403, JSON.stringify(body));
  assert.equal(body.reason, 'Forbidden');
  assert.equal(body.message, `${what}.${group} "${body.details.name}" is forbidden: ${detail}`);
}

test('a role that collects from others is for those alone who may do everything', async () => {
  const { name, ask } = await somebody(writing);
  const [mine, applied] = [fresh('mine'), fresh('applied')];
  refused(await ask('POST', roles, { body: role(mine, { rules: [], ...selecting }) }), onlyAdmins);
  const text = { bytes: JSON.stringify(role(applied, selecting)), type: apply };
  refused(await ask('PATCH', `${roles}/${applied}?fieldManager=me`, text), onlyAdmins);
  refused(await ask('PUT', `${roles}/${applied}`, { body: role(applied, selecting) }), onlyAdmins);

  const plain = await ask('POST', roles, { body: role(mine, { rules: [] }) });
  assert.equal(plain.status, 201, plain.text);
  refused(await ask('PUT', `${roles}/${mine}`, { body: role(mine, selecting) }), onlyAdmins);
  refused(await ask('PATCH', `${roles}/${mine}`, { body: selecting, type: merge }), onlyAdmins);
  const over = { bytes: JSON.stringify(role(mine, selecting)), type: apply };
  refused(await ask('PATCH', `${roles}/${mine}?fieldManager=me&force=true`, over), onlyAdmins);
  const added = [{ op: 'add', path: '/aggregationRule', value: selecting.aggregationRule }];
  refused(
    await ask('PATCH', `${roles}/${mine}`, { body: added, type: 'application/json-patch+json' }),
    onlyAdmins,
  );
  const bound = await ask('POST', bindings, { body: bindingTo(fresh('bound'), mine, name) });
  assert.equal(bound.status, 201, bound.text);
  assert.equal((await ask('GET', '/api/v1/secrets')).status, 403);
});

test('nobody takes from a role what it collects, or changes it otherwise, who may not do everything', async () => {
  const { ask } = await somebody(writing);
  const collecting = fresh('collecting');
  await made(roles, role(collecting, { rules: [], ...selecting }));
  for (const body of [
    { aggregationRule: null },
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { none: 'such' } }] } },
    { metadata: { labels: { a: 'b' } } },
  ]) {
    refused(await ask('PATCH', `${roles}/${collecting}`, { body, type: merge }), onlyAdmins);
  }
  const kept = { metadata: { finalizers: ['example.com/kept'] } };
  assert.equal((await ask('PATCH', `${roles}/${collecting}`, { body: kept, type: merge })).status, 200);
  const free = { metadata: { finalizers: null } };
  assert.equal((await ask('PATCH', `${roles}/${collecting}`, { body: free, type: merge })).status, 200);
});

test('those who hold everything, or may escalate, write roles that collect', async () => {
  const everything = [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ];
  const escalating = { apiGroups: [group], resources: ['clusterroles'], verbs: ['escalate'] };
  for (const rules of [everything, [writing, escalating]]) {
    const { ask } = await somebody(...rules);
    const answer = await ask('POST', roles, { body: role(fresh('r'), { rules: [], ...selecting }) });
    assert.equal(answer.status, 201, answer.text);
  }
  const { ask } = await somebody({ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'create', 'patch'] });
  refused(await ask('POST', roles, { body: role(fresh('r'), { rules: [], ...selecting }) }), onlyAdmins);
});

const denied = (name: string, rule: string): string =>
  `user ${JSON.stringify(name)} (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${rule}`;
const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
const secretsText = '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}';

test('a role that is labelled for others to collect is one that is given away', async () => {
  const { name, ask } = await somebody(writing);
  const held = fresh('held');
  await made(roles, role(held, { rules: [secrets] }));
  const labels = { [`${group}/aggregate-to-view`]: 'true' };
  const answer = await ask('PATCH', `${roles}/${held}`, { body: { metadata: { labels } }, type: merge });
  refused(answer, denied(name, secretsText));
  const owned = { metadata: { finalizers: ['example.com/kept'] } };
  assert.equal((await ask('PATCH', `${roles}/${held}`, { body: owned, type: merge })).status, 200);
});

test('rules in any number, or written many times over, give away nothing that is not held', async () => {
  const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
  const { ask } = await somebody(writing, pods);
  const many = <T>(one: T): T[] => Array.from({ length: 10_050 }, () => one);
  const distinct = Array.from({ length: 10_050 }, (_, index) => `pod-${index}`);
  const hiding: readonly Rule[] = [
    { ...pods, resources: [...many('pods'), '*'] },
    { ...pods, resources: [...many('pods'), 'secrets'] },
    { ...pods, apiGroups: [...many(''), '*'] },
    { ...pods, verbs: [...many('get'), '*'] },
    { ...pods, resourceNames: distinct, verbs: ['get', '*'] },
    { ...pods, resourceNames: distinct, verbs: ['get', ...distinct.slice(0, 10), '*'] },
  ];
  for (const rule of hiding) {
    const { status, body } = await ask('POST', roles, { body: role(fresh('r'), { rules: [rule] }) });
    assert.equal(status, 403, JSON.stringify(body).slice(0, 300));
    assert.match(body.message, /is attempting to grant RBAC permissions not currently held/);
  }
  const fine = [
    { ...pods, resources: many('pods') },
    { ...pods, resourceNames: distinct },
  ];
  for (const rule of fine) {
    const { status, text } = await ask('POST', roles, { body: role(fresh('r'), { rules: [rule] }) });
    assert.equal(status, 201, text.slice(0, 300));
  }
});

test('a role in a namespace gives what its writer holds there', async () => {
  const { name, ask } = await somebody(writing);
  const path = `${base}/namespaces/default/roles`;
  const body = { apiVersion, kind: 'Role', metadata: { name: fresh('r') }, rules: [secrets] };
  refused(await ask('POST', path, { body }), denied(name, secretsText), 'roles');
  const holder = await somebody(writing, secrets);
  assert.equal((await holder.ask('POST', path, { body })).status, 201);
  const more = { rules: [{ ...secrets, verbs: ['get', 'list'] }] };
  refused(
    await holder.ask('PATCH', `${path}/${body.metadata.name}`, { body: more, type: merge }),
    denied(holder.name, '{APIGroups:[""], Resources:["secrets"], Verbs:["list"]}'),
    'roles',
  );
});

test('a binding gives what its writer holds, or may bind', async () => {
  const held = fresh('held');
  await made(roles, role(held, { rules: [secrets] }));
  const named = { apiGroups: [group], resources: ['clusterroles'], verbs: ['bind'], resourceNames: [held] };
  const none = await somebody(writing);
  const binder = await somebody(writing, named);
  const body = (): object => bindingTo(fresh('b'), held, 'another');
  refused(
    await none.ask('POST', bindings, { body: body() }),
    denied(none.name, secretsText),
    'clusterrolebindings',
  );
  const bound = await binder.ask('POST', bindings, { body: body() });
  assert.equal(bound.status, 201, bound.text);
  const admin = await binder.ask('POST', bindings, {
    body: bindingTo(fresh('b'), 'cluster-admin', binder.name),
  });
  assert.equal(admin.status, 403);

  const missing = await none.ask('POST', bindings, { body: bindingTo(fresh('b'), 'nowhere', none.name) });
  assert.deepEqual(
    [missing.status, missing.body.message],
    [404, `clusterrolebindings.${group} "nowhere" not found`],
  );

  const place = `${bindings}/${bound.body.metadata.name}`;
  const subjects = [{ apiGroup: group, kind: 'User', name: 'a-third' }];
  const asNone = await none.ask('PATCH', place, { body: { subjects }, type: merge });
  refused(asNone, denied(none.name, secretsText), 'clusterrolebindings');
  assert.equal((await binder.ask('PATCH', place, { body: { subjects }, type: merge })).status, 200);
  const owned = { metadata: { finalizers: ['example.com/kept'] } };
  assert.equal((await none.ask('PATCH', place, { body: owned, type: merge })).status, 200);
});

test('a right to escalate that names a role is for that role, where the path names it', async () => {
  const wanted = fresh('named');
  const naming = {
    apiGroups: [group],
    resources: ['clusterroles'],
    verbs: ['escalate'],
    resourceNames: [wanted],
  };
  const { name, ask } = await somebody(writing, naming);
  refused(await ask('POST', roles, { body: role(wanted, { rules: [secrets] }) }), denied(name, secretsText));
  await made(roles, role(wanted, { rules: [] }));
  const rules = { rules: [secrets] };
  assert.equal((await ask('PATCH', `${roles}/${wanted}`, { body: rules, type: merge })).status, 200);
  const other = fresh('other');
  await made(roles, role(other, { rules: [] }));
  refused(await ask('PATCH', `${roles}/${other}`, { body: rules, type: merge }), denied(name, secretsText));
});

test('whoever writes roles and bindings does not become an administrator by what a controller collects', async t => {
  const controllers = await startControllers({
    transport: cluster.api.transport(
      { name: 'system:kube-controller-manager', groups: ['system:masters'] },
      'tests/1',
    ),
    certificates: 'none',
    now: Date.now,
    onError: () => {},
  });
  t.after(() => controllers.stop());
  const { name, ask } = await somebody(writing);
  const mine = fresh('mine');
  await ask('POST', roles, { body: role(mine, { rules: [], ...selecting }) });
  await ask('POST', roles, { body: role(mine, { rules: [] }) });
  await ask('PATCH', `${roles}/${mine}`, { body: selecting, type: merge });
  await ask('POST', bindings, { body: bindingTo(fresh('b'), mine, name) });
  // A role of an administrator that collects shows when the controller has come round.
  const [collecting, key] = [fresh('collecting'), fresh('key')];
  const labelled = { apiVersion, kind: 'ClusterRole', metadata: { name: key, labels: { [key]: 'true' } } };
  await made(roles, { ...labelled, rules: [secrets] });
  await made(
    roles,
    role(collecting, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [key]: 'true' } }] } }),
  );
  await until(
    async () => (await cluster.ask('GET', `${roles}/${collecting}`)).body.rules?.length > 0,
    'rules that the role collects',
  );
  assert.equal((await ask('GET', '/api/v1/secrets')).status, 403);
});
