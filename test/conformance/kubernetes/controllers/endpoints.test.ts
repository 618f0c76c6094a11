import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Loose, startCluster } from './cluster.ts';
import { Held } from './held.ts';
import { deployment, namespace, service } from './manifests.ts';

const n = 'behind';

function addressesOf(items: readonly Loose[]): string[] {
  return items
    .flatMap(one => (one['endpoints'] ?? []) as readonly { readonly addresses: readonly string[] }[])
    .flatMap(one => one.addresses);
}

function ownersOf(items: readonly Loose[]): (string | undefined)[] {
  return items.flatMap(one => one.metadata.ownerReferences ?? []).map(owner => owner.uid);
}

test('Endpoints and slices become right when the cache of their controller was behind', async context => {
  let held: Held | undefined;
  context.after(() => held?.release());
  const cluster = await startCluster(context, 'in the process', {
    through: transport =>
      (held = new Held(transport, ['/api/v1/endpoints', '/apis/discovery.k8s.io/v1/endpointslices'])),
  });
  await cluster.client('namespaces').create(namespace(n));
  const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
  await cluster.until('serviceaccounts', n, made, 'a service account');
  await cluster.client('services').create(service(n, 'web', 'web'));
  await cluster.until('endpoints', n, all => all.length === 1, 'Endpoints');
  await cluster.client('deployments').create(deployment(n, 'web', 1));
  await cluster.until('endpointslices', n, all => addressesOf(all).length > 0, 'an address');
  held?.release();
  const one = (items: readonly Loose[]): boolean => items.length === 1 && addressesOf(items).length === 1;
  await cluster.until('endpointslices', n, one, 'one slice');
  const addressed = (item: Loose): boolean => ((item['subsets'] ?? []) as readonly unknown[]).length === 1;
  await cluster.untilOne('endpoints', n, 'web', addressed, 'the address');
});

test('Endpoints go with their Service, and are there again when it is or when somebody removes them', async context => {
  const cluster = await startCluster(context, 'in the process');
  await cluster.client('namespaces').create(namespace(n));
  const first = await cluster.client('services').create(service(n, 'web', 'web'));
  await cluster.until('endpoints', n, all => all.length === 1, 'Endpoints');
  await cluster.client('endpoints').delete(n, 'web');
  await cluster.until('endpoints', n, all => all.length === 1, 'Endpoints again');
  await cluster.client('services').delete(n, 'web');
  await cluster.until('endpoints', n, all => all.length === 0, 'no Endpoints');
  const second = await cluster.client('services').create(service(n, 'web', 'web'));
  assert.notEqual(second.metadata.uid, first.metadata.uid);
  await cluster.until('endpoints', n, all => all.length === 1, 'Endpoints of the second');
  const owned = (all: readonly Loose[]): boolean => ownersOf(all).join() === second.metadata.uid;
  await cluster.until('endpointslices', n, owned, 'a slice of the second alone');
});
