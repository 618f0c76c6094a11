import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { callersAdmission } from '../../src/edge/identity/policy/index.ts';
import { type Answered, Cluster } from '../apiserver/serving.ts';

const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices';

let cluster: Cluster;

before(async () => {
  cluster = await Cluster.open('10.96.0.0/28', { admission: [callersAdmission] });
});
after(() => cluster.close());

function service(annotations: Readonly<Record<string, string>>, more: object = {}): object {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'iris', annotations },
    spec: { predictor: { sklearn: { storageUri: 'file:///x' } }, ...more },
  };
}

function apply(body: object): Promise<Answered> {
  return cluster.ask('POST', `${path}?dryRun=All`, { body });
}

function warningsOf({ fields }: Answered): string {
  return fields.filter(([name]) => name.toLowerCase() === 'warning').join('\n');
}

test('annotations that say clearly who may call are taken', async () => {
  const table = [
    {},
    { 'davit.dev/callers': 'namespace, user:ann@example.com' },
    { 'davit.dev/public-paths': '/v2/health,/' },
    { 'davit.dev/direct-access': 'open' },
    { 'davit.dev/direct-access': 'authorized' },
  ];
  for (const annotations of table) {
    const answered = await apply(service(annotations));
    assert.equal(answered.status, 201, answered.text);
    assert.equal(warningsOf(answered), '', JSON.stringify(annotations));
  }
});

test('a typo is refused by field, with what was found and what is expected', async () => {
  const table: readonly (readonly [annotation: string, value: string, message: RegExp])[] = [
    [
      'davit.dev/callers',
      'namespace, usr:ann',
      /"usr:ann": expected "namespace", "authenticated", "user:NAME"/,
    ],
    ['davit.dev/public-paths', '/a/../b', /"\/a\/\.\.\/b": expected paths that begin with \//],
    ['davit.dev/direct-access', 'authorised', /"authorised": expected "open" or "authorized"/],
  ];
  for (const [annotation, value, message] of table) {
    const answered = await apply(service({ [annotation]: value }));
    assert.equal(answered.status, 422, answered.text);
    assert.match(answered.body.message, message);
    assert.equal(answered.body.details.causes[0].field, `metadata.annotations[${annotation}]`);
  }
});

test('what calls a predictor without a credential does not go with one that demands it', async () => {
  const asked = { 'davit.dev/direct-access': 'authorized' };
  const container = { name: 'kserve-container', image: 'x' };
  const transformer = { containers: [container] };
  const inside = { predictor: { containers: [container, { name: 'transformer-container', image: 'x' }] } };
  const refused = await apply(service(asked, { transformer }));
  assert.equal(refused.status, 422, refused.text);
  assert.equal(refused.body.details.causes[0].field, 'spec.transformer');
  assert.equal(
    (await apply(service(asked, inside))).body.details.causes[0].field,
    'spec.predictor.containers',
  );
  assert.equal((await apply(service({}, { transformer }))).status, 201);
});

test('what lets in more people than one may think of is warned of', async () => {
  const habit = await apply(service({ 'sidecar.istio.io/inject': 'false' }));
  assert.equal(habit.status, 201);
  assert.match(warningsOf(habit), /makes the service public/);
  const narrowed = await apply(
    service({ 'sidecar.istio.io/inject': 'false', 'davit.dev/callers': 'namespace' }),
  );
  assert.equal(warningsOf(narrowed), '');
  const misspelt = await apply(service({ 'davit.dev/direct-acces': 'authorized' }));
  assert.match(warningsOf(misspelt), /davit\.dev\/direct-acces is not known and does nothing/);
});
