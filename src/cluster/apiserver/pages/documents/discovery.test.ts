import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createKinds, type Kind } from '../../../kinds/index.ts';
import type { JsonObject } from '../../../meta/index.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { apiVersions, groupDocument, groupList, resourceList } from './legacy.ts';
import { documentUrl, openapiDocument, openapiIndex } from './openapi/index.ts';

const kinds = createKinds({ rulesOf: () => ({}), columnsOf: () => [], printed: () => [] });

interface Row {
  readonly id: string;
  readonly response: { readonly body: JsonObject };
}

/** Answers of a real kube-apiserver 1.37.2. */
function recorded(file: string): Map<string, JsonObject> {
  const url = new URL(`../../../../../test/conformance/kubernetes/recordings/${file}.jsonl`, import.meta.url);
  const rows = readFileSync(url, 'utf8').trimEnd().split('\n');
  return new Map(rows.map(line => JSON.parse(line) as Row).map(({ id, response }) => [id, response.body]));
}

const discovery = recorded('discovery');
const custom = recorded('crd');

/** As it is sent: what is undefined is not there. The order of keys is part of it. */
function text(value: unknown): string {
  return JSON.stringify(value);
}

for (const [id, document] of [
  ['api-legacy', apiVersions('192.0.2.1:16443')],
  ['api-v1-legacy', resourceList(kinds, '', 'v1')],
  ['apis-apps', groupDocument(kinds, 'apps')],
  ['apis-apps-v1', resourceList(kinds, 'apps', 'v1')],
  ['apis-autoscaling-v2', resourceList(kinds, 'autoscaling', 'v2')],
  ['apis-apiextensions-v1', resourceList(kinds, 'apiextensions.k8s.io', 'v1')],
  ['api-aggregated', aggregatedDiscovery(kinds, 'core')],
] as const) {
  test(`${id}: every byte is that of a real server`, () => {
    assert.equal(text(document), text(discovery.get(id)));
  });
}

interface Groups {
  readonly groups: readonly { readonly name: string; readonly versions: readonly unknown[] }[];
}

interface Item {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly resources: readonly unknown[] | number }[];
}

interface Items {
  readonly items: readonly Item[];
}

/** The recording holds the resources of some groups, and of others their number. */
function shortened(item: Item): Item {
  if (item.metadata.name === 'apps' || item.metadata.name === 'autoscaling') return item;
  const versions = item.versions.map(one => ({ ...one, resources: (one.resources as unknown[]).length }));
  return { ...item, versions };
}

const served = (name: string | undefined) => groupDocument(kinds, name ?? '') !== undefined;

test('apis-legacy and apis-aggregated: groups that are served are those of a real server, in its order', () => {
  const { groups } = groupList(kinds) as unknown as Groups;
  const real = (discovery.get('apis-legacy') as unknown as Groups).groups.filter(({ name }) => served(name));
  assert.equal(text(groups.filter(({ name }) => real.some(one => one.name === name))), text(real));
  const { items } = aggregatedDiscovery(kinds, 'named') as unknown as Items;
  const all = (discovery.get('apis-aggregated') as unknown as Items).items;
  const same = all.filter(({ metadata }) => served(metadata.name));
  const made = items.filter(({ metadata }) => same.some(one => one.metadata.name === metadata.name));
  assert.equal(text(made.map(shortened)), text(same));
  assert.equal(same.length, 20);
});

test('groups and versions that nothing serves have no document', () => {
  assert.equal(groupDocument(kinds, 'nope.example.com'), undefined);
  assert.equal(groupDocument(kinds, ''), undefined);
  assert.equal(resourceList(kinds, 'apps', 'v9'), undefined);
  assert.equal(openapiDocument(kinds, 'apps', 'v9'), undefined);
});

const object = { type: 'object' } as const;

function widget(): Kind {
  const like = kinds.find('serving.knative.dev', 'v1', 'services') as Kind;
  const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' };
  return {
    ...like,
    group: 'example.dev',
    version: 'v1',
    kind: 'Widget',
    listKind: 'WidgetList',
    plural: 'widgets',
    singular: 'widget',
    shortNames: ['wd'],
    categories: ['all'],
    resource: 'example.dev/widgets',
    storageHash: 'dGliDuVrUiQ=',
    shapeStamp: undefined as never,
    shape: { schema: { ...object, properties: { spec: object } }, definitions: new Map() },
    subresources: [
      { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status' },
      {
        name: 'scale',
        verbs: ['get', 'patch', 'update'],
        served: 'scale',
        scale,
        kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      },
    ],
  };
}

test('crd-discovery: kinds of a definition appear and go; documents and hashes follow', () => {
  const changing = createKinds({ rulesOf: () => ({}), columnsOf: () => [], printed: () => [] });
  const before = { generation: changing.generation, index: text(openapiIndex(changing)) };
  changing.set('example.dev', 'widgets', [widget()]);
  assert.equal(text(groupDocument(changing, 'example.dev')), text(custom.get('crd-discovery-group')));
  assert.equal(text(resourceList(changing, 'example.dev', 'v1')), text(custom.get('crd-discovery-version')));
  assert.equal(changing.generation, before.generation + 1);
  const recordedDocument = custom.get('crd-openapi-v3') as { paths: string[]; schemas: string[] };
  const { paths, components } = openapiDocument(changing, 'example.dev', 'v1') as {
    paths: JsonObject;
    components: { schemas: JsonObject };
  };
  const withoutGadgets = (names: string[]) => names.filter(name => !/gadget/i.test(name));
  assert.deepEqual(Object.keys(paths), withoutGadgets(recordedDocument.paths));
  assert.deepEqual(Object.keys(components.schemas), withoutGadgets(recordedDocument.schemas));
  const url = documentUrl(changing, 'example.dev', 'v1');
  assert.match(url, /^\/openapi\/v3\/apis\/example\.dev\/v1\?hash=[0-9A-F]{128}$/);
  changing.set('example.dev', 'widgets', [
    { ...widget(), shape: { schema: object, definitions: new Map() } },
  ]);
  assert.notEqual(documentUrl(changing, 'example.dev', 'v1'), url);
  changing.set('example.dev', 'widgets', []);
  assert.equal(text(openapiIndex(changing)), before.index);
});

test('the parameters that kubectl looks for in a patch are there', () => {
  const { paths } = openapiDocument(kinds, 'apps', 'v1') as { paths: Record<string, JsonObject> };
  const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.['patch'] as {
    parameters: { name: string }[];
  };
  const names = patch.parameters.map(({ name }) => name);
  assert.deepEqual(names, ['dryRun', 'fieldManager', 'fieldValidation', 'force']);
});
