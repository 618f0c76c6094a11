import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Discovered } from '../../cluster/client/index.ts';
import { invalid, type KubeObject, notFound, requiredValue, StatusError } from '../../cluster/meta/index.ts';
import { parseCondition } from './conditions.ts';
import { describeObject } from './describe/index.ts';
import { labelFor } from './describe/generic.ts';
import { documentsOf } from './documents.ts';
import { humanDuration, parseDuration } from './durations.ts';
import { Complaint, Complaints, failureText } from './failures.ts';
import { formatOf } from './formats.ts';
import { kindOf, kindsOf } from './kinds.ts';

function kind(
  group: string,
  version: string,
  name: string,
  plural: string,
  more: Partial<Discovered> = {},
): Discovered {
  const about = { group, version, kind: name, plural, singular: name.toLowerCase(), namespaced: true };
  return { ...about, shortNames: [], categories: [], verbs: [], subresources: [], ...more };
}

const kinds = [
  kind('', 'v1', 'Pod', 'pods', { shortNames: ['po'], categories: ['all'] }),
  kind('', 'v1', 'Event', 'events', { shortNames: ['ev'] }),
  kind('apps', 'v1', 'Deployment', 'deployments', { shortNames: ['deploy'], categories: ['all'] }),
  kind('events.k8s.io', 'v1', 'Event', 'events', { shortNames: ['ev'] }),
  kind('serving.knative.dev', 'v1', 'Service', 'services', { categories: ['all'] }),
  kind('serving.knative.dev', 'v1beta1', 'Service', 'services', { categories: ['all'] }),
];

test('a kind is found by plural, singular, kind, short name, group and version', () => {
  for (const word of ['pods', 'pod', 'Pod', 'po', 'PODS', 'pods.v1.'])
    assert.equal(kindOf(word, kinds), kinds[0], word);
  for (const word of ['deploy', 'deployments.apps', 'deployment.v1.apps', 'deploy.apps'])
    assert.equal(kindOf(word, kinds), kinds[2], word);
  assert.equal(kindOf('ev', kinds), kinds[1]);
  assert.equal(kindOf('events.events.k8s.io', kinds), kinds[3]);
  assert.equal(kindOf('services.v1beta1.serving.knative.dev', kinds), kinds[5]);
  assert.deepEqual(kindsOf('all', kinds), [kinds[0], kinds[2], kinds[4]]);
  assert.throws(() => kindOf('foo', kinds), new Complaint(`the server doesn't have a resource type "foo"`));
  const grouped = new Complaint(`the server doesn't have a resource type "foo" in group "bar.baz"`);
  assert.throws(() => kindOf('foo.bar.baz', kinds), grouped);
});

test('texts hold several documents, JSON, lists, and comments that are none', () => {
  const text =
    '# first\n---\napiVersion: v1\nkind: A\n--- # more\n{"apiVersion": "v1", "kind": "B", "metadata": {"name": "b"}}\n---\n';
  assert.deepEqual(
    documentsOf(text, 'f.yaml').map(({ object }) => object.kind),
    ['A', 'B'],
  );
  const list =
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- {apiVersion: v1, kind: B}\n';
  assert.equal(documentsOf(list, 'f.yaml').length, 2);
  const missing = 'error validating "f.yaml": error validating data: [apiVersion not set, kind not set]';
  assert.throws(() => documentsOf('a: 1\n', 'f.yaml'), new Complaint(missing));
  const broken =
    'error parsing STDIN: error converting YAML to JSON: yaml: mapping values are not allowed in this context';
  assert.throws(() => documentsOf('a: b: c', 'STDIN'), new Complaint(broken));
});

test('failures are told with kubectl’s words', () => {
  const about = { group: 'apps', resource: 'deployments' };
  assert.equal(
    failureText(notFound(about, 'web')),
    'Error from server (NotFound): deployments.apps "web" not found',
  );
  assert.equal(failureText(new StatusError(500, undefined, 'no')), 'Error from server: no');
  const token = new StatusError(401, 'Unauthorized', 'Unauthorized');
  assert.equal(failureText(token), 'error: You must be logged in to the server (Unauthorized)');
  const one = invalid({ group: '', resource: 'Deployment' }, 'web', [requiredValue('spec.selector')]);
  assert.equal(failureText(one), 'The Deployment "web" is invalid: spec.selector: Required value');
  const two = invalid({ group: '', resource: 'Pod' }, 'p', [requiredValue('a'), requiredValue('b')]);
  assert.equal(failureText(two), 'The Pod "p" is invalid: \n* a: Required value\n* b: Required value');
  assert.equal(
    failureText(new Complaints([notFound(about, 'a'), new Complaint('b')])),
    'Error from server (NotFound): deployments.apps "a" not found\nerror: b',
  );
  const refused = Object.assign(new Error('connect'), {
    code: 'ECONNREFUSED',
    address: '127.0.0.1',
    port: 6443,
  });
  assert.equal(
    failureText(refused),
    'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
  );
  assert.equal(failureText(new TypeError('ours')), undefined);
});

test('conditions are met by objects that are as new as their spec', () => {
  const object = (status: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'X',
    metadata: { generation: 2 },
    status,
  });
  const ready = { conditions: [{ type: 'Ready', status: 'True' }], replicas: 3 };
  const met = (text: string, status: object): boolean => parseCondition(text).isMet(object(status));
  assert.ok(met('condition=ready', ready));
  assert.ok(!met('condition=ready', { ...ready, observedGeneration: 1 }));
  assert.ok(!met('condition=Ready=false', ready));
  assert.ok(met('jsonpath={.status.replicas}=3', ready));
  assert.ok(!met('jsonpath=.status.replicas=4', ready));
  assert.ok(met(`jsonpath={.status.conditions[?(@.type=="Ready")].status}='True'`, ready));
  assert.ok(met('jsonpath={.status.replicas}', ready));
  assert.ok(parseCondition('delete').isMet(undefined));
  assert.throws(() => parseCondition('soon'), new Complaint('unrecognized condition: "soon"'));
  assert.throws(() => met('jsonpath={.status}=3', ready), /nested object or list/);
});

test('times are read as Go writes them, and written for people', () => {
  assert.deepEqual(['1m30s', '500ms', '-1s', '0', '1.5h', 'x', '5'].map(parseDuration), [
    90_000,
    500,
    -1000,
    0,
    5_400_000,
    undefined,
    undefined,
  ]);
  const seconds = [0, 119, 120, 599, 600, 10_800, 28_800, 172_800, 700_000, 64_000_000, 700_000_000];
  assert.deepEqual(
    seconds.map(one => humanDuration(one * 1000)),
    ['0s', '119s', '2m', '9m59s', '10m', '3h', '8h', '2d', '8d', '2y10d', '22y'],
  );
});

test('JSON and YAML have sorted keys, and hide managed fields unless they are asked for', () => {
  const object: KubeObject = {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a', managedFields: [{ manager: 'x' }] },
    data: { z: '1', a: '<b>', c: 'x: y' },
  };
  assert.equal(
    formatOf('yaml', false)?.(object),
    `apiVersion: v1\ndata:\n  a: <b>\n  c: 'x: y'\n  z: "1"\nkind: ConfigMap\nmetadata:\n  name: a\n`,
  );
  assert.match(
    formatOf('json', false)?.(object) ?? '',
    /^\{\n {4}"apiVersion": "v1",\n {4}"data": \{\n {8}"a": "\\u003cb\\u003e"/,
  );
  assert.match(formatOf('json', true)?.(object) ?? '', /managedFields/);
  assert.equal(formatOf('name', false)?.(object), 'configmap/a\n');
  const broken = new Complaint('error parsing jsonpath {.a[0, unterminated array');
  assert.throws(() => formatOf('jsonpath={.a[0', false), broken);
  assert.throws(() => formatOf('nope', false), /output format "nope"/);
});

test('an object of any kind is described field by field, its events last', () => {
  const object: KubeObject = {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'n', uid: 'u-1', annotations: { note: 'a\nb' } },
    spec: { storageUri: 'pvc://a', list: ['x', { apiUrl: 'y' }], nothing: null },
  };
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {},
    involvedObject: { kind: 'Widget', name: 'w' },
    type: 'Warning',
    reason: 'Bad',
    message: 'it broke\n',
    count: 3,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:10:00Z',
    source: { component: 'ctl' },
  };
  assert.equal(
    describeObject(object, [event], { found: {}, now: Date.parse('2026-01-01T00:10:04Z') }),
    `Name:         w
Namespace:    n
Labels:       <none>
Annotations:  note:
                a
                b
API Version:  example.com/v1
Kind:         Widget
Metadata:
  UID:  u-1
Spec:
  List:
    x
    API URL:    y
  Nothing:      <nil>
  Storage Uri:  pvc://a
Events:
  Type     Reason  Age               From  Message
  ----     ------  ----              ----  -------
  Warning  Bad     4s (x3 over 10m)  ctl   it broke
`,
  );
  assert.deepEqual(['podIPs', 'clusterIP', 'x-list', 'f:spec', 'apiURL'].map(labelFor), [
    'Pod I Ps',
    'Cluster IP',
    'X - List',
    'f:spec',
    'API URL',
  ]);
});

test('a ConfigMap has a form of its own', () => {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cm', namespace: 'n', labels: { b: '2', a: '1' } },
    data: { k: 'v\nw\n', e: '' },
    binaryData: { bin: 'AAEC' },
  };
  assert.equal(
    describeObject(object, [], { found: {}, now: 0 }),
    `Name:         cm
Namespace:    n
Labels:       a=1
              b=2
Annotations:  <none>

Data
====
e:
----


k:
----
v
w



BinaryData
====
bin: 3 bytes

Events:  <none>
`,
  );
});

test('the values of a Secret are not shown', () => {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'n' },
    type: 'Opaque',
    data: { password: 'aHVudGVyMg==' },
  };
  assert.equal(
    describeObject(object, [], { found: {}, now: 0 }),
    'Name:         s\nNamespace:    n\nLabels:       <none>\nAnnotations:  <none>\n\nType:  Opaque\n\nData\n====\npassword:  7 bytes\n',
  );
});
