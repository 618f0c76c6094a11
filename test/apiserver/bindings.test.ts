import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, Cluster, fresh } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await cluster.ask('POST', accounts, { body });
});
after(() => cluster.close());

const pods = '/api/v1/namespaces/default/pods';

async function made(path: string, body: object): Promise<Answered> {
  const answer = await cluster.ask('POST', path, { body });
  assert.equal(answer.status, 201, answer.text);
  return answer;
}

async function pod(more: object = {}): Promise<{ name: string; uid: string; resourceVersion: string }> {
  const spec = { containers: [{ name: 'c', image: 'i' }], ...more };
  return (await made(pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: fresh('pod') }, spec })).body
    .metadata;
}

function bind(name: string, node: string, metadata: object = {}, query = ''): Promise<Answered> {
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, ...metadata },
    target: { kind: 'Node', name: node },
  };
  return cluster.ask('POST', `${pods}/${name}/binding${query}`, { body });
}

async function nodeOf(name: string): Promise<string | undefined> {
  return (await cluster.ask('GET', `${pods}/${name}`)).body.spec.nodeName;
}

function refused({ status, body }: Answered, code: number, message: string): void {
  assert.deepEqual([status, body.message], [code, message]);
}

test('a pod is bound that is still the one that was meant', async () => {
  const { name, uid, resourceVersion } = await pod();
  const invalid = (what: string, wanted: string, found: string): string =>
    `Operation cannot be fulfilled on pods "${name}": StorageError: invalid object, Code: 4, Key: /registry/pods/default/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`;
  refused(await bind(name, 'a', { uid: 'another' }), 409, invalid('UID', 'another', uid));
  refused(
    await bind(name, 'a', { uid, resourceVersion: '1' }),
    409,
    invalid('ResourceVersion', '1', resourceVersion),
  );
  assert.equal((await bind(name, 'a', { uid, resourceVersion }, '?dryRun=All')).status, 201);
  assert.equal(await nodeOf(name), undefined);
  assert.equal((await bind(name, 'a', { uid, resourceVersion })).status, 201);
  assert.equal(await nodeOf(name), 'a');
  refused(
    await bind(name, 'b', { uid }, '?dryRun=All'),
    409,
    `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "a"`,
  );
});

test('a binding says the name of its path, and a pod that is held back is not bound', async () => {
  const { name } = await pod({ schedulingGates: [{ name: 'example.com/wait' }] });
  refused(
    await bind(name, 'a', { name: 'another' }),
    400,
    'name in URL does not match name in Binding object',
  );
  refused(
    await bind(name, 'a'),
    409,
    `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} has non-empty .spec.schedulingGates`,
  );
});

test('what a binding says of itself is said of the pod', async () => {
  const { name } = await pod();
  await bind(name, 'a', { annotations: { told: 'yes' }, labels: { zone: 'z' } });
  const { metadata } = (await cluster.ask('GET', `${pods}/${name}`)).body;
  assert.equal(metadata.annotations.told, 'yes');
  assert.equal(metadata.labels.zone, 'z');
});

test('bindings are let in as everything else is, on both paths', async () => {
  const group = '/apis/admissionregistration.k8s.io/v1';
  const name = fresh('nodes');
  const head = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  const rule = (resource: string): object => ({
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources: [resource],
  });
  await made(`${group}/validatingadmissionpolicies`, {
    ...head,
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      matchConstraints: { resourceRules: [rule('pods/binding'), rule('bindings')] },
      validations: [{ expression: "object.target.name != 'secret'", message: 'not there' }],
    },
  });
  await made(`${group}/validatingadmissionpolicybindings`, {
    ...head,
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  const one = await pod();
  const denied = await bind(one.name, 'secret');
  assert.deepEqual([denied.status, denied.body.reason], [422, 'Invalid'], denied.text);
  assert.match(denied.body.message, /not there$/);
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: one.name },
    target: { kind: 'Node', name: 'secret' },
  };
  const legacy = await cluster.ask('POST', '/api/v1/namespaces/default/bindings', { body });
  assert.deepEqual([legacy.status, legacy.body.reason], [422, 'Invalid'], legacy.text);
  assert.equal(await nodeOf(one.name), undefined);
  assert.equal((await bind(one.name, 'open')).status, 201);
});
