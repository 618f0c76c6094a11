import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isStatusError } from '../../../../src/cluster/meta/index.ts';
import { type Cluster, type Loose, startCluster } from './cluster.ts';
import { Held } from './held.ts';
import { namespace, pod } from './manifests.ts';

let cluster: Cluster;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  cluster = await startCluster({ after: end => ends.push(end as () => Promise<void>) }, 'in the process');
});
after(async () => {
  for (const end of ends) await end();
});

let count = 0;

/** A namespace with a claim `data` that has a volume of the namespace's name. */
async function claimed(more: object = {}, within: Cluster = cluster): Promise<string> {
  const cluster = within;
  const name = `protection-${++count}`;
  await cluster.client('namespaces').create(namespace(name));
  const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
  await cluster.until('serviceaccounts', name, made, 'a service account');
  const size = { storage: '1Gi' };
  const accessModes = ['ReadWriteOnce'];
  const volume = { accessModes, capacity: size, hostPath: { path: '/v' }, storageClassName: name, ...more };
  await cluster.client('persistentvolumes').create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: volume,
  });
  await cluster.client('persistentvolumeclaims').create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: name },
    spec: { accessModes, storageClassName: name, resources: { requests: size } },
  });
  const isBound = ({ status }: Loose): boolean => status?.['phase'] === 'Bound';
  await cluster.untilOne('persistentvolumeclaims', name, 'data', isBound, 'bound');
  await cluster.untilOne('persistentvolumes', '', name, isBound, 'bound');
  return name;
}

async function gone(
  plural: 'persistentvolumeclaims' | 'persistentvolumes',
  n: string,
  name: string,
): Promise<void> {
  await cluster.until(plural, n, items => items.every(one => one.metadata.name !== name), 'gone');
}

const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];

test('a claim that a pod uses is there until the pod is not', async () => {
  const n = await claimed();
  await cluster.client('pods').create(pod(n, 'user', { volumes }));
  await cluster.untilOne('pods', n, 'user', ({ spec }) => spec['nodeName'] !== undefined, 'on a node');
  await cluster.client('persistentvolumeclaims').delete(n, 'data');
  const { metadata } = await cluster.client('persistentvolumeclaims').get(n, 'data');
  assert.deepEqual(metadata.finalizers, ['kubernetes.io/pvc-protection']);
  assert.notEqual(metadata.deletionTimestamp, undefined);
  // Whoever comes later does not get what goes.
  await cluster.client('pods').create(pod(n, 'late', { volumes }));
  const told = '0/2 nodes are available: persistentvolumeclaim \\"data\\" is being deleted. not found';
  const isTold = ({ status }: Loose): boolean => JSON.stringify(status).includes(told);
  await cluster.untilOne('pods', n, 'late', isTold, 'told');
  await cluster.client('persistentvolumeclaims').get(n, 'data');
  await cluster.client('pods').delete(n, 'user', { gracePeriodSeconds: 0 });
  await gone('persistentvolumeclaims', n, 'data');
});

test('a claim stays for a pod that the cache of pods has not heard of', async context => {
  let held: Held | undefined;
  context.after(() => held?.release());
  const behind = await startCluster(context, 'in the process', {
    through: transport => (held = new Held(transport, ['/api/v1/pods'])),
  });
  const claims = behind.client('persistentvolumeclaims');
  const n = await claimed({}, behind);
  const { spec } = await claims.get(n, 'data');
  const { volumeName: _, ...unbound } = spec;
  const kind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  await claims.create({ ...kind, metadata: { name: 'unused', namespace: n }, spec: unbound });
  await behind.client('pods').create(pod(n, 'user', { volumes, nodeName: 'node-1' }));
  for (const name of ['data', 'unused']) await claims.delete(n, name);
  const isLeft = (items: readonly Loose[]): boolean => items.every(one => one.metadata.name !== 'unused');
  await behind.until('persistentvolumeclaims', n, isLeft, 'the unused one has gone');
  const { metadata } = await claims.get(n, 'data');
  assert.deepEqual(metadata.finalizers, ['kubernetes.io/pvc-protection']);
});

for (const [plural, finalizer] of [
  ['persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['persistentvolumes', 'kubernetes.io/pv-protection'],
] as const) {
  test(`${plural} from a time when nothing kept them are kept`, async () => {
    const n = await claimed();
    const [namespace, name] = plural === 'persistentvolumes' ? ['', n] : [n, 'data'];
    await cluster.client(plural).patch(namespace, name, 'merge', { metadata: { finalizers: [] } });
    const isKept = ({ metadata }: Loose): boolean => metadata.finalizers?.join() === finalizer;
    await cluster.untilOne(plural, namespace, name, isKept, 'kept');
  });
}

test('a claim that nobody uses goes at once, and its volume after it where that is wanted', async () => {
  const n = await claimed({ persistentVolumeReclaimPolicy: 'Delete' });
  await cluster.client('persistentvolumeclaims').delete(n, 'data');
  await gone('persistentvolumeclaims', n, 'data');
  await gone('persistentvolumes', '', n);
});

test('a volume is there until its claim is not', async () => {
  const n = await claimed();
  await cluster.client('persistentvolumes').delete('', n);
  const { metadata } = await cluster.client('persistentvolumes').get('', n);
  assert.deepEqual(metadata.finalizers, ['kubernetes.io/pv-protection']);
  assert.notEqual(metadata.deletionTimestamp, undefined);
  await cluster.client('persistentvolumeclaims').delete(n, 'data');
  await gone('persistentvolumes', '', n);
});

test('a namespace goes with claims that its pods use', async () => {
  const n = await claimed();
  await cluster.client('pods').create(pod(n, 'user', { volumes }));
  await cluster.untilOne('pods', n, 'user', ({ spec }) => spec['nodeName'] !== undefined, 'on a node');
  await cluster.client('namespaces').delete('', n);
  await cluster.until('namespaces', '', items => items.every(one => one.metadata.name !== n), 'gone');
  await assert.rejects(
    cluster.client('persistentvolumeclaims').get(n, 'data'),
    error => isStatusError(error) && error.reason === 'NotFound',
  );
});
