import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pathOf, ResourceClient, type Transport } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { resourceOf } from '../../../src/cluster/view/index.ts';
import { type Difference, differencesOf } from '../kserve/children/settled.ts';
import { until } from '../kserve/until.ts';
import { knativeCluster, type KnativeCluster } from './cluster.ts';
import { allowed } from './deliberate.ts';
import { keyOf, kinds, recorded, servicesOf } from './recorded.ts';
import { comparable, shown } from './shown.ts';

/** Of the fields of children and statuses. */
const atLeast = 0.97;
/** Milliseconds that a state of the recordings is waited for; far more than it ever takes. */
const patience = 4000;

const plural = 'services.serving.knative.dev';

describe('what a Knative Service is given, and says', () => {
  let cluster: KnativeCluster;
  before(async () => {
    cluster = await knativeCluster();
  });
  after(() => cluster.stop());

  for (const name of Object.keys(recorded)) {
    test(name, async () => {
      const namespace = `kn-${name.slice(0, 3)}`;
      await namespaced(cluster.transport, namespace);
      for (const service of servicesOf(name, namespace)) {
        if (name.startsWith('048')) await canary(cluster.transport, service);
        else await client(cluster.transport).create(service);
        await ready(cluster.transport, service);
      }
      const { fields, differing } = await soon(cluster.transport, name, namespace);
      const unlisted = differing.filter(({ path }) => allowed(path) === undefined);
      assert.deepEqual(unlisted, [], cluster.complaints.join('\n'));
      const equal = 1 - differing.length / fields;
      assert.ok(fields > 500 && equal >= atLeast, `${fields} fields, ${differing.length} differ`);
    });
  }
});

function client(transport: Transport): ResourceClient {
  return new ResourceClient(transport, resourceOf(plural));
}

async function namespaced(transport: Transport, name: string): Promise<void> {
  const namespaces = new ResourceClient(transport, resourceOf('namespaces'));
  await namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await until(transport, 'serviceaccounts', all => all.some(one => one.metadata.namespace === name));
}

/** The way of a canary: a first revision, a second one with a fifth of the requests, then with all. */
async function canary(transport: Transport, last: KubeObject): Promise<void> {
  const first = JSON.parse(JSON.stringify(last).replaceAll('iris-2', 'iris-1')) as KubeObject;
  await client(transport).create(first);
  const { metadata } = await ready(transport, last);
  const spec = last['spec'] as object;
  const { namespace = '', name = '' } = metadata;
  const traffic = [
    { latestRevision: true, percent: 20 },
    { latestRevision: false, percent: 80, revisionName: `${name}-00001`, tag: 'prev' },
  ];
  await client(transport).patch(namespace, name, 'merge', { spec: { ...spec, traffic } });
  const { status } = await ready(transport, last);
  assert.deepEqual((status as { traffic: unknown }).traffic, [
    { latestRevision: true, percent: 20, revisionName: `${name}-00002` },
    {
      latestRevision: false,
      percent: 80,
      revisionName: `${name}-00001`,
      tag: 'prev',
      url: `http://prev-${name}.${namespace}.example.com`,
    },
  ]);
  const tagged = await new ResourceClient(transport, resourceOf('services')).get(namespace, `prev-${name}`);
  assert.equal((tagged['spec'] as { type: string }).type, 'ExternalName');
  await client(transport).patch(namespace, name, 'merge', { spec });
}

function ready(transport: Transport, { metadata }: KubeObject): Promise<KubeObject> {
  return until(transport, plural, all =>
    all.find(one => {
      const { conditions = [], observedGeneration } = (one['status'] ?? {}) as {
        conditions?: readonly { type: string; status: string }[];
        observedGeneration?: number;
      };
      return (
        one.metadata.name === metadata.name &&
        one.metadata.namespace === metadata.namespace &&
        observedGeneration === one.metadata.generation &&
        conditions.every(({ status }) => status === 'True')
      );
    }),
  );
}

/** Looks until only what differs on purpose differs, or patience ends. */
async function soon(
  transport: Transport,
  name: string,
  namespace: string,
): Promise<{ fields: number; differing: Difference[] }> {
  const expected = {
    children: byKey((recorded[name] ?? []).map(one => [keyOf(one), comparable(one, namespace)])),
  };
  const end = performance.now() + patience;
  for (;;) {
    const compared = differencesOf(expected, await found(transport, namespace));
    const unlisted = compared.differing.filter(({ path }) => allowed(path) === undefined);
    if (unlisted.length === 0 || performance.now() > end) return compared;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function found(transport: Transport, namespace: string): Promise<unknown> {
  const children: [string, unknown][] = [];
  for (const one of kinds) {
    const { body } = await transport.ask({ method: 'GET', path: pathOf(resourceOf(one), namespace) });
    const { items, kind, apiVersion } = body as { items: KubeObject[]; kind: string; apiVersion: string };
    for (const item of items) {
      const like = shown({ ...item, apiVersion }, kind.replace(/List$/, ''));
      children.push([keyOf(like), comparable(like, namespace)]);
    }
  }
  return { children: byKey(children) };
}

function byKey(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}
