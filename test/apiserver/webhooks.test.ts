import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { after, before, beforeEach, test } from 'node:test';
import { issue } from '../../src/cluster/access/index.ts';
import { Cluster, configMap, fresh } from './serving.ts';

interface Review {
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly name: string;
    readonly kind: { readonly version: string };
    readonly requestKind: { readonly version: string };
    readonly userInfo: { readonly username: string };
    readonly object: { readonly metadata: { readonly labels?: Record<string, string> } } | null;
    readonly oldObject: object | null;
    readonly dryRun: boolean;
  };
}

const hour = 3_600_000;
const span = { from: Date.now() - hour, until: Date.now() + hour };
const authority = issue({ commonName: 'hooks', use: 'authority', ...span });
const identity = issue({ commonName: 'hooks', use: 'server', hosts: ['127.0.0.1'], ...span }, authority);
const caBundle = Buffer.from(authority.certificate).toString('base64');
const configurations = '/apis/admissionregistration.k8s.io/v1';

let cluster: Cluster;
let port: number;
/** What the webhook was sent, and what it answers to the next. */
let seen: Review['request'][] = [];
let answer: (request: Review['request']) => object | Promise<object> = () => ({ allowed: true });

const tls = { key: identity.key, cert: identity.certificate };
const server = createServer(tls, (request, response) => void answered(request, response));

async function answered(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const { request: asked } = JSON.parse(text) as Review;
  seen.push(asked);
  const body = { uid: asked.uid, ...(await answer(asked)) };
  response.end(
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: body }),
  );
}

before(async () => {
  cluster = await Cluster.open();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as { port: number }).port;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await cluster.close();
});

beforeEach(() => {
  seen = [];
  answer = () => ({ allowed: true });
});

async function hook(kind: 'Mutating' | 'Validating', more: object = {}): Promise<string> {
  const name = fresh('hook');
  const webhook = {
    name: `${name}.example.dev`,
    clientConfig: { url: `https://127.0.0.1:${port}/check`, caBundle },
    rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
    objectSelector: { matchLabels: { hook: name } },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    ...more,
  };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const body = {
    apiVersion,
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [webhook],
  };
  const path = `${configurations}/${kind.toLowerCase()}webhookconfigurations`;
  const { status, text } = await cluster.ask('POST', path, { body });
  assert.equal(status, 201, text);
  return name;
}

const place = '/api/v1/namespaces/default/configmaps';
const labelled = (name: string): object =>
  configMap(fresh('cm'), { metadata: { name: fresh('cm'), labels: { hook: name } } });

test('a validating webhook sees the request, and its denial is the answer', async () => {
  const name = await hook('Validating');
  const allowed = await cluster.ask('POST', place, { body: labelled(name) });
  assert.equal(allowed.status, 201);
  assert.equal(seen[0]?.operation, 'CREATE');
  assert.equal(seen[0]?.userInfo.username, 'admin');
  assert.equal(seen[0]?.oldObject, null);
  answer = () => ({ allowed: false, status: { code: 403, reason: 'Forbidden', message: 'not today' } });
  const denied = await cluster.ask('POST', place, { body: labelled(name) });
  assert.equal(denied.status, 403);
  assert.equal(denied.body.message, `admission webhook "${name}.example.dev" denied the request: not today`);
  answer = () => ({ allowed: false });
  const silent = await cluster.ask('POST', place, { body: labelled(name) });
  assert.equal(silent.status, 400);
  const words = `admission webhook "${name}.example.dev" denied the request without explanation`;
  assert.equal(silent.body.message, words);
  const deleted = await cluster.ask('DELETE', `${place}/${allowed.body.metadata.name}`);
  assert.equal(deleted.status, 400);
  assert.equal(seen.at(-1)?.operation, 'DELETE');
  assert.equal(seen.at(-1)?.object, null);
  const other = await cluster.ask('POST', place, { body: configMap(fresh('cm')) });
  assert.equal(other.status, 201);
});

test('a mutating webhook changes the object by a JSON patch, and warns', async () => {
  const name = await hook('Mutating');
  const operations = [{ op: 'add', path: '/data/added', value: 'by the webhook' }];
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  answer = () => ({ allowed: true, patchType: 'JSONPatch', patch, warnings: ['mind the gap'] });
  const made = await cluster.ask('POST', place, { body: labelled(name) });
  assert.equal(made.status, 201);
  assert.deepEqual(made.body.data, { a: '1', added: 'by the webhook' });
  const warnings = made.fields.filter(([field]) => field.toLowerCase() === 'warning').map(([, text]) => text);
  assert.deepEqual(warnings, ['299 - "mind the gap"']);
});

test('one that does not answer refuses, or is passed over, as its policy says', async () => {
  const closed = { url: 'https://127.0.0.1:1/check', caBundle };
  const strict = await hook('Validating', { clientConfig: closed });
  const failed = await cluster.ask('POST', place, { body: labelled(strict) });
  assert.equal(failed.status, 500);
  assert.equal(
    failed.body.message,
    `Internal error occurred: failed calling webhook "${strict}.example.dev": failed to call webhook: Post "https://127.0.0.1:1/check?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused`,
  );
  const lenient = await hook('Validating', { clientConfig: closed, failurePolicy: 'Ignore' });
  assert.equal((await cluster.ask('POST', place, { body: labelled(lenient) })).status, 201);
  const slow = await hook('Validating', { timeoutSeconds: 1 });
  answer = () => new Promise<object>(() => {});
  const late = await cluster.ask('POST', place, { body: labelled(slow) });
  assert.match(late.body.message, /failed calling webhook .*: context deadline exceeded$/);
});

test('conditions and selectors of namespaces choose what is asked about', async () => {
  const expression = "request.operation == 'CREATE' && object.data.a == 'ask'";
  const name = await hook('Validating', {
    matchConditions: [{ name: 'asks', expression }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
  });
  answer = () => ({ allowed: false });
  const metadata = (): object => ({ name: fresh('cm'), labels: { hook: name } });
  const one = configMap('x', { metadata: metadata(), data: { a: 'no' } });
  assert.equal((await cluster.ask('POST', place, { body: one })).status, 201);
  const two = configMap('x', { metadata: metadata(), data: { a: 'ask' } });
  assert.equal((await cluster.ask('POST', place, { body: two })).status, 400);
  const elsewhere = '/api/v1/namespaces/kube-public/configmaps';
  assert.equal((await cluster.ask('POST', elsewhere, { body: two })).status, 201);
});

test('a webhook about one version of a kind is asked by way of another, unless it is about that alone', async () => {
  const apiGroups = ['autoscaling'];
  const rules = [
    { operations: ['CREATE'], apiGroups, apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] },
  ];
  const name = await hook('Mutating', { rules });
  await hook('Validating', { rules, matchPolicy: 'Exact', objectSelector: { matchLabels: { hook: name } } });
  const path = '/spec/metrics/0/resource/target/averageUtilization';
  const patch = Buffer.from(JSON.stringify([{ op: 'replace', path, value: 7 }])).toString('base64');
  answer = () => ({ allowed: true, patchType: 'JSONPatch', patch });
  const autoscaler = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: fresh('h'), labels: { hook: name } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 75,
    },
  };
  const { status, text, body } = await cluster.ask(
    'POST',
    '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers',
    { body: autoscaler },
  );
  assert.equal(status, 201, text);
  assert.deepEqual([body.apiVersion, body.spec.targetCPUUtilizationPercentage], ['autoscaling/v1', 7]);
  assert.deepEqual(
    seen.map(({ kind, requestKind }) => [kind.version, requestKind.version]),
    [['v2', 'v1']],
  );
});

test('policies and webhooks that ask for it see once more what those after them have made', async () => {
  const group = 'admissionregistration.k8s.io';
  const name = await hook('Mutating', { reinvocationPolicy: 'IfNeeded' });
  await hook('Mutating', { objectSelector: { matchLabels: { hook: name } } });
  const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };
  for (const reinvocationPolicy of ['IfNeeded', 'Never']) {
    const metadata = { name: `${name}-${reinvocationPolicy.toLowerCase()}` };
    const expression = `Object{data: {"${reinvocationPolicy}": (has(object.data.${reinvocationPolicy}) ? object.data.${reinvocationPolicy} : '') + (has(object.data.hooked) ? 'after ' : 'before ')}}`;
    const spec = {
      reinvocationPolicy,
      matchConstraints: {
        resourceRules: [rule],
        objectSelector: { matchLabels: { hook: name } },
      },
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
    };
    const head = { apiVersion: `${group}/v1`, metadata };
    for (const [kind, body] of [
      ['MutatingAdmissionPolicy', spec],
      ['MutatingAdmissionPolicyBinding', { policyName: metadata.name }],
    ] as const) {
      const plural =
        kind === 'MutatingAdmissionPolicy' ? 'mutatingadmissionpolicies' : `${kind.toLowerCase()}s`;
      const { status, text } = await cluster.ask('POST', `${configurations}/${plural}`, {
        body: { ...head, kind, spec: body },
      });
      assert.equal(status, 201, text);
    }
  }
  const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/data/hooked', value: 'x' }])).toString(
    'base64',
  );
  answer = () => ({ allowed: true, patchType: 'JSONPatch', patch });
  const { status, text, body } = await cluster.ask('POST', place, { body: labelled(name) });
  assert.equal(status, 201, text);
  assert.equal(body.data.IfNeeded, 'before after ');
  assert.equal(body.data.Never, 'before ');
  // The first webhook is asked once more because of the policy, the other one is not.
  assert.equal(seen.length, 3);
});
