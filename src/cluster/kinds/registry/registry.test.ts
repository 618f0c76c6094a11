import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import type { Schema } from '../../schema/index.ts';
import type { Kind } from '../kind.ts';
import { definitions, type KindParts } from './builtin.ts';
import { createKinds } from './registry.ts';

const parts: KindParts = { rulesOf: () => ({}), columnsOf: () => [], printed: () => [] };
const kinds = createKinds(parts);

function kind(group: string, version: string, plural: string): Kind {
  const found = kinds.find(group, version, plural);
  assert.ok(found, `${group}/${version} ${plural}`);
  return found;
}

function referencesIn(value: unknown, found = new Set<string>(), seen = new Set<unknown>()): Set<string> {
  if (value === null || typeof value !== 'object' || seen.has(value)) return found;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') found.add(inner.replace('#/components/schemas/', ''));
    else referencesIn(inner, found, seen);
  }
  return found;
}

test('every kind has a shape, and every reference in it leads somewhere', () => {
  const missing: string[] = [];
  const looked = new Set<string>();
  const look = (schema: Schema | undefined, from: string): void => {
    if (schema === undefined) {
      missing.push(from);
      return;
    }
    for (const name of referencesIn(schema)) {
      if (looked.has(name)) continue;
      looked.add(name);
      look(definitions.get(name), `${from} > ${name}`);
    }
  };
  for (const one of kinds.all) look(one.shape.schema, one.resource);
  assert.deepEqual(missing, []);
  assert.ok(kinds.all.length >= 98);
  assert.ok(looked.size > 300);
});

test('shapes hold what clients and rules look for', () => {
  const pod = kind('', 'v1', 'pods').shape;
  const spec = definitions.get('io.k8s.api.core.v1.PodSpec')?.properties?.['containers'];
  assert.deepEqual(Object.keys(pod.schema.properties ?? {}), [
    'kind',
    'apiVersion',
    'metadata',
    'spec',
    'status',
  ]);
  assert.equal(spec?.['x-kubernetes-patch-merge-key'], 'name');
  assert.equal(spec?.['x-kubernetes-patch-strategy'], 'merge');
  assert.deepEqual(spec?.['x-kubernetes-list-map-keys'], ['name']);
  const policy = definitions.get('io.k8s.api.core.v1.Container')?.properties?.['imagePullPolicy'];
  assert.deepEqual(policy?.enum, ['Always', 'IfNotPresent', 'Never']);
  const isvc = kind('serving.kserve.io', 'v1beta1', 'inferenceservices').shape.schema;
  const predictor = isvc.properties?.['spec']?.properties?.['predictor']?.properties ?? {};
  assert.ok('sklearn' in predictor && 'model' in predictor && 'containers' in predictor);
});

test('a kind is found by its path and by what stands in an object', () => {
  assert.equal(kinds.findKind('apps', 'v1', 'Deployment'), kind('apps', 'v1', 'deployments'));
  assert.equal(kinds.find('apps', 'v1beta1', 'deployments'), undefined);
  assert.equal(kinds.find('', 'v1', 'deployments'), undefined);
  const events = kind('events.k8s.io', 'v1', 'events');
  assert.equal(events.resource, 'events');
  assert.equal(events.storageGroup, '');
});

interface Row {
  readonly id: string;
  readonly response: { readonly body: { readonly kind?: string } };
}

test('DELETE answers with a Status or the object as a real server did', () => {
  const folder = new URL('../../../../test/conformance/kubernetes/recordings/', import.meta.url);
  const rows = readdirSync(folder)
    .flatMap(file => readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n'))
    .map(line => JSON.parse(line) as Row);
  for (const [id, of] of [
    ['cm-delete', kind('', 'v1', 'configmaps')],
    ['svc-delete', kind('', 'v1', 'services')],
    ['403-quota-delete', kind('', 'v1', 'resourcequotas')],
    ['deploy-delete', kind('apps', 'v1', 'deployments')],
  ] as const) {
    const answered = rows.find(row => row.id === id)?.response.body.kind;
    assert.equal(answered, of.deleteAnswer === 'status' ? 'Status' : of.kind, id);
  }
});

test('fields that may be selected have the values of a real server', () => {
  const pod = { spec: { nodeName: 'n' }, status: { podIPs: [{ ip: '10.0.0.1' }, { ip: '::1' }] } };
  const value = (one: Kind, field: string, object: object) =>
    one.selectable.get(field)?.(object as unknown as KubeObject);
  const pods = kind('', 'v1', 'pods');
  assert.equal(value(pods, 'spec.nodeName', pod), 'n');
  assert.equal(value(pods, 'spec.host', pod), 'n');
  assert.equal(value(pods, 'status.podIP', pod), '10.0.0.1');
  assert.equal(value(pods, 'status.podIP', {}), '');
  assert.equal(value(pods, 'spec.hostNetwork', pod), 'false');
  assert.equal(value(pods, 'status.phase', pod), '');
  assert.equal(value(pods, 'spec.containers', pod), undefined);
  const event = { source: {}, reportingComponent: 'kubelet' };
  assert.equal(value(kind('', 'v1', 'events'), 'source', event), 'kubelet');
  assert.equal(value(kind('batch', 'v1', 'jobs'), 'status.successful', { status: { succeeded: 2 } }), '2');
  assert.equal(kind('apps', 'v1', 'deployments').selectable.size, 0);
});

test('kinds come and go; those that are built in stay', () => {
  const changing = createKinds(parts);
  const seen = changing.generation;
  const widget = {
    ...kind('serving.knative.dev', 'v1', 'routes'),
    group: 'example.dev',
    kind: 'Widget',
    plural: 'widgets',
  };
  changing.set('example.dev', 'widgets', [widget, { ...widget, version: 'v2beta1' }]);
  assert.equal(changing.generation, seen + 1);
  assert.equal(changing.find('example.dev', 'v1', 'widgets'), widget);
  assert.deepEqual(changing.groups.find(({ group }) => group === 'example.dev')?.versions, ['v1', 'v2beta1']);
  assert.deepEqual(changing.groups.map(({ group }) => group).slice(-6), [
    'example.dev',
    'gateway.networking.k8s.io',
    'networking.internal.knative.dev',
    'networking.istio.io',
    'serving.knative.dev',
    'serving.kserve.io',
  ]);
  changing.set('apps', 'deployments', [widget]);
  assert.equal(changing.find('apps', 'v1', 'deployments')?.kind, 'Deployment');
  assert.equal(changing.isBuiltin('apps', 'deployments'), true);
  changing.set('example.dev', 'widgets', []);
  assert.equal(changing.find('example.dev', 'v1', 'widgets'), undefined);
  const { generation } = changing;
  changing.set('example.dev', 'widgets', []);
  assert.equal(changing.generation, generation);
});

test('rules and columns are asked for when they are needed, and then once', () => {
  const asked: string[] = [];
  const lazy = createKinds({
    ...parts,
    rulesOf: resource => {
      asked.push(resource);
      return {};
    },
  });
  const pods = lazy.find('', 'v1', 'pods') as Kind;
  assert.deepEqual(asked, []);
  assert.equal(pods.rules, pods.rules);
  assert.deepEqual(asked, ['pods']);
});
