import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventRecorder, ResourceClient } from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { Cluster as View, type Plural, resourceOf } from '../../src/cluster/view/index.ts';
import { OwnHosts } from '../../src/edge/gateway/routes/index.ts';
import { createTaking, type Taking } from '../../src/edge/gateway/taking.ts';
import { Cluster } from '../apiserver/serving.ts';

const admin = { name: 'system:davit', groups: ['system:masters'] };
const routes = 'httproutes.gateway.networking.k8s.io' satisfies Plural;
const grants = 'referencegrants.gateway.networking.k8s.io' satisfies Plural;
const own = new OwnHosts();
let cluster: Cluster;
let view: View;
let taking: Taking;
const failures: unknown[] = [];

before(async () => {
  cluster = await Cluster.open('10.96.0.0/28');
  const transport = cluster.api.transport(admin, 'gateway/1');
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), 'test', Date.now);
  view = new View(transport, events, Date.now);
  taking = createTaking(view, [routes, grants], '127.0.0.1', { own, ownerOf: () => undefined }, (_, error) =>
    failures.push(error),
  );
  await view.ready();
  taking.start();
});

after(async () => {
  await taking.stop();
  await view.stop();
  await cluster.close();
  assert.deepEqual(failures, []);
});

interface Route extends KubeObject {
  readonly status?: {
    readonly parents?: readonly {
      readonly conditions: readonly { readonly type: string; readonly reason: string }[];
    }[];
  };
}

/** Resolves when the status of a route gives the reasons that are awaited. */
function said(name: string, ...reasons: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = ({ metadata, status }: Route): void => {
    const found = status?.parents?.[0]?.conditions.map(({ reason }) => reason);
    if (metadata.name === name && found?.join() === reasons.join()) resolve();
  };
  view.informer<Route>(routes).on({ onAdd: look, onUpdate: (_, object) => look(object) });
  return promise;
}

async function create(plural: Plural, kind: string, namespace: string, spec: object): Promise<void> {
  const { group, version } = resourceOf(plural);
  const object = { apiVersion: `${group}/${version}`, kind, metadata: { name: 'one', namespace }, spec };
  await view.client(plural).create(object);
}

test('what is said of a route follows the hosts of the gateway, and who lets it lead to him', async () => {
  for (const name of ['mine', 'yours']) {
    await view.client('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await create(routes, 'HTTPRoute', 'mine', {
    parentRefs: [{ name: 'gateway', namespace: 'kserve' }],
    hostnames: ['login.example.com'],
    rules: [{ backendRefs: [{ name: 'iris', namespace: 'yours', port: 80 }] }],
  });
  await said('one', 'Accepted', 'RefNotPermitted');
  own.add('login.example.com');
  taking.again();
  await said('one', 'NoMatchingListenerHostname', 'RefNotPermitted');
  await create(grants, 'ReferenceGrant', 'yours', {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'mine' }],
    to: [{ group: '', kind: 'Service', name: 'iris' }],
  });
  await said('one', 'NoMatchingListenerHostname', 'ResolvedRefs');
});
