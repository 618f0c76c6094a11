import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Converting, definition, review } from '../../../apiserver/converting.ts';
import { type Transport } from '../../../../src/cluster/client/index.ts';
import { type Loose, startCluster } from './cluster.ts';
import { namespace } from './manifests.ts';

const apiVersion = 'turned.example.dev/v1';
const at = `/apis/${apiVersion}/namespaces/default/waitings`;
/** Milliseconds that a test waits for what has to come; far more than it ever takes. */
const patience = 15_000;

/** Asks until the answer has a status. */
async function answered(
  transport: Transport,
  ask: { method: string; path: string; body?: object },
  wanted: number,
): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const { status, body } = await transport.ask(ask);
    if (status === wanted) return;
    if (performance.now() > end)
      assert.fail(`${ask.path}: ${status} instead of ${wanted}: ${JSON.stringify(body)}`);
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** Defines a kind whose objects a webhook turns, and makes one of them. */
async function makeOne(transport: Transport, webhook: object, metadata: object = {}): Promise<void> {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const body = definition('waitings', webhook);
  await answered(transport, { method: 'POST', path: definitions, body }, 201);
  const object = { apiVersion, kind: 'Waiting', metadata: { name: 'one', ...metadata } };
  await answered(transport, { method: 'POST', path: at, body: object }, 201);
}

test('controllers begin although objects of a kind wait for a webhook that is not there', async context => {
  const cluster = await startCluster(context, 'in the process', {
    before: ({ transport }) => makeOne(transport, { url: 'https://127.0.0.1:1/convert' }),
  });
  await cluster.client('namespaces').create(namespace('begun'));
  await cluster.until('serviceaccounts', 'begun', items => items.length > 0, 'a service account');
});

test('an owner is there as long as what it owns may be of a kind that cannot be listed', async context => {
  const webhook = new Converting();
  await webhook.listen();
  webhook.answer = ({ uid }) => review({ uid, result: { status: 'Failure', message: 'not now' } });
  const cluster = await startCluster(context, 'in the process');
  context.after(() => webhook.close());
  const maps = cluster.client('configmaps');
  const map = (name: string, ownerReferences: readonly object[] = []): Loose =>
    ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', ownerReferences },
    }) as unknown as Loose;
  const { uid } = (await maps.create(map('owner'))).metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
  await makeOne(cluster.transport, { url: webhook.url, caBundle: webhook.caBundle }, { ownerReferences });
  await cluster.renewDiscovery();
  await maps.delete('default', 'owner', { propagation: 'Orphan' });
  const none = { apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: 'none' };
  await maps.create(map('left', [none]));
  const isGone = (name: string) => (items: readonly Loose[]) =>
    items.every(one => one.metadata.name !== name);
  await cluster.until('configmaps', 'default', isGone('left'), 'what is collected meanwhile has gone');
  await maps.get('default', 'owner');
  const told = (): readonly string[] =>
    cluster.failures.filter(line => line.startsWith('garbage-collector turned.example.dev/'));
  const end = performance.now() + patience;
  while (told().length === 0 && performance.now() < end) await new Promise(resolve => setImmediate(resolve));
  assert.equal(told().length, 1, cluster.failures.join('\n'));
  assert.match(
    told()[0] ?? '',
    /deletions \(1\) wait until this kind can be listed: .*conversion webhook .* not now/,
  );
  webhook.answer = undefined;
  await cluster.until('configmaps', 'default', isGone('owner'), 'the owner has gone');
  const { body } = await cluster.transport.ask({ method: 'GET', path: `${at}/one` });
  const { metadata } = body as Loose;
  assert.deepEqual([metadata.name, metadata.ownerReferences ?? []], ['one', []]);
});
