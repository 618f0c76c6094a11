import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cluster, type Loose, startCluster } from './cluster.ts';
import { namespace, statefulSet } from './manifests.ts';

let cluster: Cluster;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  cluster = await startCluster({ after: end => ends.push(end as () => Promise<void>) }, 'in the process');
});
after(async () => {
  for (const end of ends) await end();
});

const claimNames = (items: readonly Loose[]): string[] =>
  items.flatMap(one => one.metadata.name ?? []).toSorted();
let count = 0;

/** A set of two pods with a volume each, in a namespace of its own, which it gives. */
async function running(policy: object): Promise<string> {
  const n = `retention-${++count}`;
  await cluster.client('namespaces').create(namespace(n));
  const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
  await cluster.until('serviceaccounts', n, made, 'a service account');
  for (const index of [0, 1, 2]) {
    await cluster.client('persistentvolumes').create({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${n}-${index}` },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/v' },
        storageClassName: n,
      },
    });
  }
  const set = statefulSet(n, 'db', 2);
  const template = {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: n,
      resources: { requests: { storage: '1Gi' } },
    },
  };
  const spec = {
    ...set.spec,
    podManagementPolicy: 'Parallel',
    volumeClaimTemplates: [template],
    persistentVolumeClaimRetentionPolicy: policy,
  };
  await cluster.client('statefulsets').create({ ...set, spec });
  await cluster.untilOne(
    'statefulsets',
    n,
    'db',
    ({ status }) => status?.['readyReplicas'] === 2,
    'two ready',
  );
  return n;
}

function untilClaims(n: string, names: readonly string[]): Promise<readonly Loose[]> {
  const same = (items: readonly Loose[]): boolean => claimNames(items).join() === names.join();
  return cluster.until('persistentvolumeclaims', n, same, `the claims ${names.join()}`);
}

function untilOwned(n: string, name: string, kinds: string): Promise<Loose> {
  const owned = ({ metadata }: Loose): boolean =>
    (metadata.ownerReferences ?? []).map(one => `${one.kind} ${one.name}`).join() === kinds;
  return cluster.untilOne('persistentvolumeclaims', n, name, owned, `owned by ${kinds}`);
}

const scale = (n: string, replicas: number): Promise<Loose> =>
  cluster.client('statefulsets').patch(n, 'db', 'merge', { spec: { replicas } });
const both = ['data-db-0', 'data-db-1'];

test('claims stay when nothing else is said', async () => {
  const n = await running({});
  await scale(n, 1);
  await cluster.until('pods', n, items => items.length === 1, 'one pod');
  await cluster.client('statefulsets').delete(n, 'db');
  await cluster.until('pods', n, items => items.length === 0, 'no pod');
  const claims = await untilClaims(n, both);
  assert.ok(claims.every(one => one.metadata.ownerReferences === undefined));
});

test('claims go with their set where it says so, and stay when it becomes smaller', async () => {
  const n = await running({ whenDeleted: 'Delete' });
  for (const name of both) await untilOwned(n, name, 'StatefulSet db');
  await scale(n, 1);
  await cluster.until('pods', n, items => items.length === 1, 'one pod');
  await untilClaims(n, both);
  await cluster.client('statefulsets').delete(n, 'db');
  await untilClaims(n, []);
});

test('claims go with pods that are too many where the set says so, and new ones are made when it grows again', async () => {
  const n = await running({ whenScaled: 'Delete' });
  const [, before] = await untilClaims(n, both);
  await scale(n, 1);
  await untilClaims(n, ['data-db-0']);
  await scale(n, 2);
  const [, again] = await untilClaims(n, both);
  assert.notEqual(again?.metadata.uid, before?.metadata.uid);
  await cluster.untilOne(
    'statefulsets',
    n,
    'db',
    ({ status }) => status?.['readyReplicas'] === 2,
    'two ready',
  );
  await cluster.client('statefulsets').delete(n, 'db');
  await cluster.until('pods', n, items => items.length === 0, 'no pod');
  await untilClaims(n, both);
});

test('a pod is made as soon as a claim no longer goes with an earlier one of its name', async () => {
  const n = await running({ whenScaled: 'Delete' });
  const claims = cluster.client('persistentvolumeclaims');
  // Of a group that is not served, so that nobody collects the claim meanwhile.
  const gone = { apiVersion: 'example.dev/v1', kind: 'Pod', name: 'db-1', uid: 'earlier' };
  await claims.patch(n, 'data-db-1', 'merge', {
    metadata: { ownerReferences: [gone] },
  });
  await cluster.client('pods').delete(n, 'db-1', { gracePeriodSeconds: 0 });
  const counted = ({ status }: Loose): boolean => status?.['replicas'] === 1;
  await cluster.untilOne('statefulsets', n, 'db', counted, 'one pod');
  await claims.patch(n, 'data-db-1', 'merge', { metadata: { ownerReferences: [] } });
  const ready = ({ status }: Loose): boolean => status?.['readyReplicas'] === 2;
  await cluster.untilOne('statefulsets', n, 'db', ready, 'two ready');
});

test('a set may say both, and something else later', async () => {
  const n = await running({ whenDeleted: 'Delete', whenScaled: 'Delete' });
  for (const name of both) await untilOwned(n, name, 'StatefulSet db');
  await cluster.client('statefulsets').patch(n, 'db', 'merge', {
    spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } },
  });
  for (const name of both) await untilOwned(n, name, '');
});
