import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, Cluster, configMap, fresh } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const group = '/apis/admissionregistration.k8s.io/v1';
const apiVersion = 'admissionregistration.k8s.io/v1';
const merge = 'application/merge-patch+json';

/** Rules about the objects of one kind in a namespace with a label of its own. */
function about(label: string, resources: readonly string[], more: object = {}): object {
  const rule = { apiGroups: ['', 'apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources };
  return { namespaceSelector: { matchLabels: { [label]: 'true' } }, resourceRules: [rule], ...more };
}

async function post(path: string, body: object, token = 'admin'): Promise<Answered> {
  return cluster.ask('POST', path, { body, token });
}

async function made(path: string, body: object): Promise<void> {
  const { status, text } = await post(path, body);
  assert.equal(status, 201, text);
}

/** A namespace that policies can be about; what is posted goes there. */
async function home(): Promise<string> {
  const name = fresh('home');
  const metadata = { name, labels: { [name]: 'true' } };
  await made('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  return name;
}

async function policy(sort: 'Validating' | 'Mutating', spec: object, binding: object = {}): Promise<string> {
  const name = fresh('policy');
  const kind = `${sort}AdmissionPolicy`;
  const plural = kind.toLowerCase().replace(/y$/, 'ies');
  await made(`${group}/${plural}`, { apiVersion, kind, metadata: { name }, spec });
  const bound = sort === 'Validating' ? { validationActions: ['Deny'] } : {};
  await made(`${group}/${kind.toLowerCase()}bindings`, {
    apiVersion,
    kind: `${kind}Binding`,
    metadata: { name },
    spec: { policyName: name, ...bound, ...binding },
  });
  return name;
}

function deployment(name: string, replicas: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'c', image: 'i:1', env: [{ name: 'A', value: '1' }] }] },
      },
    },
  };
}

test('what a validation does not hold for is refused in its words', async () => {
  const n = await home();
  const name = await policy('Validating', {
    matchConstraints: about(n, ['deployments']),
    variables: [
      { name: 'replicas', expression: 'object.spec.replicas' },
      { name: 'odd', expression: 'variables.replicas % 2 == 1' },
    ],
    validations: [
      {
        expression: 'variables.replicas > 1',
        messageExpression: "'wants more than ' + string(variables.replicas)",
      },
      { expression: 'variables.odd', message: 'wants an odd number', reason: 'Forbidden' },
      { expression: `namespaceObject.metadata.name == '${n}'` },
    ],
  });
  const path = `/apis/apps/v1/namespaces/${n}/deployments`;
  const one = await post(path, deployment('one', 1));
  assert.equal(one.status, 422, one.text);
  assert.equal(one.body.reason, 'Invalid');
  assert.equal(
    one.body.message,
    `deployments.apps "one" is forbidden: ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: wants more than 1`,
  );
  const two = await post(path, deployment('two', 2));
  assert.deepEqual([two.status, two.body.reason], [403, 'Forbidden']);
  assert.match(two.body.message, /denied request: wants an odd number$/);
  assert.equal((await post(path, deployment('three', 3))).status, 201);
  const scaled = await cluster.ask('PATCH', `${path}/three`, {
    type: merge,
    body: { spec: { replicas: 1 } },
  });
  assert.equal(scaled.status, 422);
  const elsewhere = await post('/apis/apps/v1/namespaces/default/deployments', deployment(fresh('one'), 1));
  assert.equal(elsewhere.status, 201, 'the policy is about one namespace');
  const set = { ...deployment('set', 1), kind: 'ReplicaSet' };
  assert.equal((await post(`/apis/apps/v1/namespaces/${n}/replicasets`, set)).status, 201);
});

test('parameters, conditions and rights decide; a binding may warn instead of denying', async () => {
  const n = await home();
  const maps = `/api/v1/namespaces/${n}/configmaps`;
  await made(maps, { ...configMap('limits'), data: { most: '2' } });
  const spec = {
    matchConstraints: about(n, ['configmaps'], { excludeResourceRules: [] }),
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConditions: [{ name: 'counted', expression: "has(object.data) && 'count' in object.data" }],
    validations: [{ expression: 'int(object.data.count) <= int(params.data.most)' }],
  };
  const paramRef = { name: 'limits', parameterNotFoundAction: 'Deny' };
  const name = await policy('Validating', spec, { paramRef });
  await policy('Validating', spec, { paramRef, validationActions: ['Warn'] });
  assert.equal((await post(maps, { ...configMap('a'), data: { other: 'x' } })).status, 201);
  assert.equal((await post(maps, { ...configMap('b'), data: { count: '2' } })).status, 201);
  const many = await post(maps, { ...configMap('c'), data: { count: '3' } });
  assert.match(
    many.body.message,
    /failed expression: int\(object\.data\.count\) <= int\(params\.data\.most\)$/,
  );
  await cluster.ask('DELETE', `${group}/validatingadmissionpolicybindings/${name}`);
  const warned = await post(maps, { ...configMap('c'), data: { count: '3' } });
  assert.equal(warned.status, 201);
  const warning = warned.fields.find(([field]) => field === 'Warning')?.[1];
  assert.match(warning ?? '', /Validation failed for ValidatingAdmissionPolicy/);

  const rights = await home();
  const allowed = "authorizer.group('').resource('secrets').namespace('default').check('get').allowed()";
  await policy('Validating', {
    matchConstraints: about(rights, ['configmaps']),
    validations: [{ expression: allowed, reason: 'Forbidden' }],
  });
  assert.equal((await post(`/api/v1/namespaces/${rights}/configmaps`, configMap('mine'))).status, 201);
});

test('rights are asked about what the request is about, and about lists', async () => {
  const n = await home();
  const rbac = 'rbac.authorization.k8s.io';
  const head = { apiVersion: `${rbac}/v1`, metadata: { name: n } };
  const rules = [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['own'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
  ];
  await made(`/apis/${rbac}/v1/namespaces/${n}/roles`, { ...head, kind: 'Role', rules });
  await made(`/apis/${rbac}/v1/namespaces/${n}/rolebindings`, {
    ...head,
    kind: 'RoleBinding',
    roleRef: { apiGroup: rbac, kind: 'Role', name: n },
    subjects: [{ apiGroup: rbac, kind: 'User', name: 'alice' }],
  });
  const lists = `authorizer.group('').resource('secrets').namespace('${n}').labelSelector('a=b').fieldSelector('c=d').check('list').allowed()`;
  await policy('Validating', {
    matchConstraints: about(n, ['configmaps']),
    validations: [
      { expression: "authorizer.requestResource.check('own').allowed()", message: 'another name' },
      { expression: lists, message: 'no lists' },
      {
        expression: "!authorizer.serviceAccount('default', 'default').requestResource.check('own').allowed()",
        message: 'an account',
      },
    ],
  });
  const maps = `/api/v1/namespaces/${n}/configmaps`;
  const mine = await post(maps, configMap('mine'), 'alice');
  assert.equal(mine.status, 201, mine.text);
  const other = await post(maps, configMap('other'), 'alice');
  assert.match(other.body.message, /denied request: another name$/);
});

test('a policy that fails does as its failure policy says, and missing parameters are a failure', async () => {
  const n = await home();
  const maps = `/api/v1/namespaces/${n}/configmaps`;
  const spec = {
    matchConstraints: about(n, ['configmaps']),
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    validations: [{ expression: 'object.data.nothing == "x"' }],
  };
  const missing = { name: 'none', parameterNotFoundAction: 'Deny' };
  await policy('Validating', { ...spec, failurePolicy: 'Ignore' }, { paramRef: missing });
  assert.equal((await post(maps, configMap('a'))).status, 201);
  const strict = await policy('Validating', spec, { paramRef: missing });
  const { status, body } = await post(maps, configMap('b'));
  assert.equal(status, 422);
  assert.match(body.message, /no params found for policy binding with `Deny` parameterNotFoundAction/);
  await cluster.ask('DELETE', `${group}/validatingadmissionpolicies/${strict}`);
  await policy('Validating', { ...spec, paramKind: undefined });
  const failed = await post(maps, configMap('c'));
  assert.match(failed.body.message, /expression 'object\.data\.nothing == "x"' resulted in error: /);
});

test('mutations are merged as an apply is, or patched', async () => {
  const n = await home();
  await policy('Mutating', {
    reinvocationPolicy: 'Never',
    matchConstraints: about(n, ['deployments']),
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: {
          expression: `Object{
            metadata: Object.metadata{annotations: {"by": "a policy, {really}"}},
            spec: Object.spec{
              replicas: 1337,
              ?paused: object.spec.?nothing,
              template: Object.spec.template{spec: Object.spec.template.spec{containers: [
                Object.spec.template.spec.containers{
                  name: "c",
                  env: [Object.spec.template.spec.containers.env{name: "B", value: object.metadata.name}]
                }
              ]}}
            }
          }`,
        },
      },
      {
        patchType: 'JSONPatch',
        jsonPatch: {
          expression: `[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b"), value: "c"}]`,
        },
      },
    ],
  });
  const { status, body, text } = await post(
    `/apis/apps/v1/namespaces/${n}/deployments`,
    deployment('web', 1),
  );
  assert.equal(status, 201, text);
  assert.equal(body.spec.replicas, 1337);
  assert.equal(body.spec.paused, undefined);
  assert.equal(body.metadata.annotations.by, 'a policy, {really}');
  assert.deepEqual(body.metadata.labels, { app: 'web', 'a/b': 'c' });
  const [container] = body.spec.template.spec.containers;
  assert.equal(container.image, 'i:1');
  assert.deepEqual(container.env, [
    { name: 'A', value: '1' },
    { name: 'B', value: 'web' },
  ]);
});

test('a mutation that does not fit the kind is refused, or nothing, as the failure policy says', async () => {
  const n = await home();
  const expression = 'Object{spec: Object.spec{dance: true}}';
  const spec = {
    reinvocationPolicy: 'Never',
    matchConstraints: about(n, ['deployments']),
    mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
  };
  const path = `/apis/apps/v1/namespaces/${n}/deployments`;
  await policy('Mutating', { ...spec, failurePolicy: 'Ignore' });
  assert.equal((await post(path, deployment('a', 1))).status, 201);
  await policy('Mutating', spec);
  const refused = await post(path, deployment('b', 1));
  assert.equal(refused.status, 422);
  assert.match(refused.body.message, /\.spec\.dance: field not declared in schema/);
});

/** A mutation that adds labels, which are given as CEL. */
function labelling(labels: string): object {
  return {
    patchType: 'ApplyConfiguration',
    applyConfiguration: { expression: `Object{metadata: Object.metadata{labels: ${labels}}}` },
  };
}

test('conditions of a policy are asked once for each of its parameters, whatever its mutations make of them', async () => {
  const n = await home();
  const maps = `/api/v1/namespaces/${n}/configmaps`;
  await policy('Mutating', {
    reinvocationPolicy: 'Never',
    matchConstraints: about(n, ['configmaps']),
    matchConditions: [
      { name: 'first', expression: "!has(object.metadata.labels) || !('x' in object.metadata.labels)" },
    ],
    variables: [{ name: 'seen', expression: "has(object.metadata.labels) ? 'after' : 'before'" }],
    mutations: [labelling('{"x": variables.seen}'), labelling('{"y": variables.seen}')],
  });
  const both = await post(maps, configMap('both'));
  assert.deepEqual(both.body.metadata.labels, { x: 'before', y: 'after' });
  const has = await post(maps, { ...configMap('has'), metadata: { name: 'has', labels: { x: 'mine' } } });
  assert.deepEqual(has.body.metadata.labels, { x: 'mine' });
});

test('each parameter is asked with what those before it have made, all mutations of one before the next', async () => {
  const n = await home();
  const maps = `/api/v1/namespaces/${n}/configmaps`;
  for (const name of ['a', 'b']) {
    await made(maps, { ...configMap(name), metadata: { name, labels: { [`${n}-params`]: 'true' } } });
  }
  const order = "(has(object.metadata.labels) ? object.metadata.labels.order : '')";
  await policy(
    'Mutating',
    {
      reinvocationPolicy: 'Never',
      matchConstraints: about(n, ['configmaps']),
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      mutations: ['1', '2'].map(which =>
        labelling(`{"order": ${order} + params.metadata.name + '${which}'}`),
      ),
    },
    { paramRef: { selector: { matchLabels: { [`${n}-params`]: 'true' } }, parameterNotFoundAction: 'Deny' } },
  );
  const { body } = await post(maps, configMap('c'));
  assert.deepEqual(body.metadata.labels, { order: 'a1a2b1b2' });
});

test('a mutation that fails leaves out none but itself where the policy may fail', async () => {
  const n = await home();
  await policy('Mutating', {
    reinvocationPolicy: 'Never',
    failurePolicy: 'Ignore',
    matchConstraints: about(n, ['configmaps']),
    mutations: [labelling('{"a": object.data.nothing}'), labelling('{"b": "c"}')],
  });
  const { body } = await post(`/api/v1/namespaces/${n}/configmaps`, configMap('c'));
  assert.deepEqual(body.metadata.labels, { b: 'c' });
});

/** A kind in two versions, both of which are served; its group. */
async function versioned(): Promise<string> {
  const other = `${fresh('own')}.example.com`;
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { a: { type: 'integer' } } } },
    },
  };
  await made('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things.${other}` },
    spec: {
      group: other,
      scope: 'Cluster',
      names: { kind: 'Thing', plural: 'things' },
      versions: [
        { name: 'v1', served: true, storage: true, schema },
        { name: 'v1beta1', served: true, storage: false, schema },
      ],
    },
  });
  return other;
}

test('rules about one version of a kind are kept by way of another, unless they say that they are about it alone', async () => {
  const other = await versioned();
  const thing = (name: string, a: number, version = 'v1beta1'): object => ({
    apiVersion: `${other}/${version}`,
    kind: 'Thing',
    metadata: { name },
    spec: { a },
  });
  const things = (version: string): string => `/apis/${other}/${version}/things`;
  const rule = (version: string): object => ({
    apiGroups: [other],
    apiVersions: [version],
    operations: ['CREATE'],
    resources: ['things'],
  });
  const seen = `object.apiVersion == '${other}/v1' && request.kind.version == 'v1' && request.resource.version == 'v1'`;
  await policy('Validating', {
    matchConstraints: { resourceRules: [rule('v1')] },
    validations: [
      { expression: seen, message: 'another version' },
      { expression: 'object.spec.a > 1', messageExpression: 'request.requestKind.version' },
    ],
  });
  await policy('Mutating', {
    reinvocationPolicy: 'Never',
    matchConstraints: { resourceRules: [rule('v1')] },
    mutations: [labelling('{"seen": object.apiVersion.substring(object.apiVersion.indexOf("/") + 1)}')],
  });
  await policy('Validating', {
    matchConstraints: { matchPolicy: 'Exact', resourceRules: [rule('v1')] },
    validations: [{ expression: 'object.spec.a != 3', message: 'exactly' }],
  });
  await policy('Validating', {
    matchConstraints: { resourceRules: [rule('*')], excludeResourceRules: [rule('v1')] },
    validations: [{ expression: 'false', message: 'left out' }],
  });
  for (const version of ['v1', 'v1beta1']) {
    const low = await post(things(version), thing('low', 1, version));
    assert.match(low.body.message, new RegExp(`denied request: ${version}$`));
  }
  assert.match((await post(things('v1'), thing('exact', 3, 'v1'))).body.message, /denied request: exactly$/);
  const { status, body } = await post(things('v1beta1'), thing('three', 3));
  assert.deepEqual(
    [status, body.apiVersion, body.metadata?.labels],
    [201, `${other}/v1beta1`, { seen: 'v1' }],
  );
});

test('an object is asked about as it is in the version that a rule names', async () => {
  const n = await home();
  const rule = { apiGroups: ['autoscaling'], apiVersions: ['v2'], operations: ['*'], resources: ['*'] };
  const constraints = { namespaceSelector: { matchLabels: { [n]: 'true' } }, resourceRules: [rule] };
  await policy('Validating', {
    matchConstraints: constraints,
    validations: [{ expression: 'object.spec.metrics[0].resource.target.averageUtilization <= 70' }],
  });
  await policy('Mutating', {
    reinvocationPolicy: 'Never',
    matchConstraints: constraints,
    mutations: [
      {
        patchType: 'JSONPatch',
        jsonPatch: {
          expression:
            "[JSONPatch{op: 'replace', path: '/spec/metrics/0/resource/target/averageUtilization', value: object.spec.metrics[0].resource.target.averageUtilization - 5}]",
        },
      },
    ],
  });
  const autoscaler = (percentage: number): object => ({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `h${percentage}` },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      targetCPUUtilizationPercentage: percentage,
    },
  });
  const path = `/apis/autoscaling/v1/namespaces/${n}/horizontalpodautoscalers`;
  const kept = await post(path, autoscaler(75));
  assert.equal(kept.status, 201, kept.text);
  assert.equal(kept.body.spec.targetCPUUtilizationPercentage, 70);
  assert.match((await post(path, autoscaler(76))).body.message, /failed expression: object\.spec\.metrics/);
});

test('kinds of other groups that are named as policies are asked about as any', async () => {
  const names = { kind: 'ValidatingAdmissionPolicy', plural: 'validatingadmissionpolicies' };
  const other = `${fresh('own')}.example.com`;
  await made('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${other}` },
    spec: {
      group: other,
      scope: 'Cluster',
      names,
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  });
  const rule = { apiGroups: [other], apiVersions: ['v1'], operations: ['*'], resources: [names.plural] };
  await policy('Validating', {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression: 'false', message: 'asked' }],
  });
  const object = { apiVersion: `${other}/v1`, kind: names.kind, metadata: { name: 'one' } };
  const { body } = await post(`/apis/${other}/v1/${names.plural}`, object);
  assert.match(body.message, /denied request: asked$/);
});

test('policies and conditions that cannot be compiled are refused by their fields', async () => {
  const invalid = await post(`${group}/validatingadmissionpolicies`, {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'bad' },
    spec: {
      matchConstraints: about('x', ['pods']),
      variables: [{ name: '1a', expression: 'object.' }],
      validations: [{ expression: '1 +' }, { expression: '"text"' }],
    },
  });
  assert.equal(invalid.status, 422);
  const fields = invalid.body.details.causes.map((cause: { field: string }) => cause.field);
  assert.deepEqual(fields, [
    'spec.variables[0].name',
    'spec.variables[0].expression',
    'spec.validations[0].expression',
    'spec.validations[1].expression',
  ]);
  const hook = await post(`${group}/validatingwebhookconfigurations`, {
    apiVersion,
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'bad' },
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { url: 'https://127.0.0.1:1/' },
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        matchConditions: [{ name: 'wrong', expression: '... [] bad expression' }],
      },
    ],
  });
  assert.equal(hook.status, 422);
  assert.match(hook.body.message, /webhooks\[0\]\.matchConditions\[0\]\.expression: .*compilation failed/);
});
