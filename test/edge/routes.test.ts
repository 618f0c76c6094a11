import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Head } from '../../src/base/net/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { find, routesOf, type Snapshot, type Table } from '../../src/edge/gateway/index.ts';

type Recorded = Readonly<Record<'knative' | 'standard' | 'standardGateway', readonly KubeObject[]>>;

const recorded = JSON.parse(
  gunzipSync(readFileSync(new URL('recorded.json.gz', import.meta.url)))
    .toString()
    .replaceAll('<ns>', 'ns1'),
) as Recorded;

const kinds = {
  virtualServices: /^networking\.istio\.io\/.*VirtualService$/,
  ingresses: /^networking\.k8s\.io\/.*Ingress$/,
  knativeIngresses: /^networking\.internal\.knative\.dev\/.*Ingress$/,
  httpRoutes: /HTTPRoute$/,
  services: /^v1 Service$/,
} as const;

function tableOf(objects: readonly KubeObject[], more: Partial<Record<keyof Snapshot, unknown>> = {}): Table {
  const of = (kind: RegExp): KubeObject[] =>
    objects.filter(({ apiVersion, kind: name }) => kind.test(`${apiVersion} ${name}`));
  const parts = Object.entries(kinds).map(([key, kind]) => [key, of(kind)] as const);
  return routesOf({
    inferenceServices: [],
    referenceGrants: [],
    slices: [],
    ...Object.fromEntries(parts),
    ...more,
  } as never);
}

function headOf(host: string, more: Readonly<Record<string, string>> = {}): Head {
  const fields: Readonly<Record<string, string>> = { host, ...more };
  return { header: name => fields[name], fields: () => Object.entries(fields) };
}

function wayTo(table: Table, host: string, path: string, random = 0): string | undefined {
  const found = find(table, 'POST', path, headOf(host), () => random);
  return found !== undefined && 'way' in found ? found.way.backend.name : undefined;
}

test('a VirtualService leads over the local gateway to the revision', () => {
  const table = tableOf(recorded.knative);
  const found = find(table, 'POST', '/v1/models/can:predict', headOf('can.ns1.example.com:8080'), () => 0);
  assert.ok(found !== undefined && 'way' in found);
  assert.equal(found.way.backend.name, 'ns1/can-predictor-00002:80');
  const set = Object.fromEntries(found.way.change.set);
  assert.equal(set['host'], 'can-predictor.ns1.svc.cluster.local');
  assert.equal(set['kserve-isvc-name'], 'can');
  assert.equal(set['knative-serving-revision'], 'can-predictor-00002');
});

test('names inside the cluster lead there too', () => {
  const table = tableOf(recorded.knative);
  assert.equal(wayTo(table, 'can.ns1.svc.cluster.local', '/'), 'ns1/can-predictor-00002:80');
  assert.equal(wayTo(table, 'can-predictor.ns1', '/'), 'ns1/can-predictor-00002:80');
  assert.equal(wayTo(table, 'can-predictor.ns1.example.com', '/'), 'ns1/can-predictor-00002:80');
});

test('shares of a route are honoured', () => {
  const text = JSON.stringify(recorded.knative).replaceAll(
    /\{"appendHeaders":[^{}]*\{[^{}]*\},"percent":100,([^{}]*)can-predictor-00002([^{}]*)\}/g,
    '{"percent":90,$1can-predictor-00001$2},{"percent":10,$1can-predictor-00002$2}',
  );
  const table = tableOf(JSON.parse(text) as KubeObject[]);
  assert.equal(wayTo(table, 'can.ns1.example.com', '/', 0.89), 'ns1/can-predictor-00001:80');
  assert.equal(wayTo(table, 'can.ns1.example.com', '/', 0.91), 'ns1/can-predictor-00002:80');
});

test('an Ingress leads by host', () => {
  const table = tableOf(recorded.standard);
  assert.equal(wayTo(table, 'sk-ns1.example.com', '/v2/models/sk/infer'), 'ns1/sk-predictor:80');
  assert.equal(wayTo(table, 'other.example.com', '/'), undefined);
});

test('no namespace of users routes what people reach the gateway itself by', () => {
  for (const own of ['localhost', '127.0.0.1']) {
    const text = JSON.stringify(recorded.standard).replaceAll('sk-ns1.example.com', own);
    const table = tableOf(JSON.parse(text) as KubeObject[]);
    assert.equal(wayTo(table, own, '/v2/models/other/infer'), undefined);
  }
});

test('an HTTPRoute leads by host, with the fields that it sets', () => {
  const table = tableOf(recorded.standardGateway);
  const hosts = [...table.hosts.keys()].filter(host => host.endsWith('-ns1.example.com'));
  const predictor = hosts.find(host => host.includes('-predictor-'));
  const transformer = hosts.find(host => host.includes('-transformer-'));
  assert.ok(predictor !== undefined && transformer !== undefined);
  assert.match(wayTo(table, predictor, '/x') ?? '', /-predictor:80$/);
  const name = predictor.replace('-predictor-', '-');
  assert.match(wayTo(table, name, '/v1/models/m:predict') ?? '', /-transformer:80$/);
});

function service(namespace: string, name = 'sk'): object {
  return { metadata: { namespace, name }, status: { url: `http://${name}-${namespace}.example.com` } };
}

test('a name in the path leads to its service, and to none when several have it', () => {
  const one = tableOf(recorded.standard, { inferenceServices: [service('ns1')] });
  assert.equal(wayTo(one, '127.0.0.1:8080', '/v1/models/sk:predict'), 'ns1/sk-predictor:80');
  assert.equal(wayTo(one, '127.0.0.1:8080', '/v2/models/sk/infer'), 'ns1/sk-predictor:80');
  const two = tableOf(recorded.standard, { inferenceServices: [service('ns1'), service('ns2')] });
  const found = find(two, 'POST', '/v2/models/sk/infer', headOf('127.0.0.1:8080'), () => 0);
  assert.ok(found !== undefined && 'candidates' in found);
  assert.deepEqual(
    found.candidates.map(({ namespace, host }) => [namespace, host]),
    [
      ['ns1', 'sk-ns1.example.com'],
      ['ns2', 'sk-ns2.example.com'],
    ],
  );
});
