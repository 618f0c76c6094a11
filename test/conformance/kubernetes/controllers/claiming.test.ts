import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Transport } from '../../../../src/cluster/client/index.ts';
import { StatusError } from '../../../../src/cluster/meta/index.ts';
import { type Cluster, type Loose, startCluster } from './cluster.ts';
import { namespace, pod } from './manifests.ts';

const selectedNode = 'volume.kubernetes.io/selected-node';
const slow = 'slow';
let cluster: Cluster;
/** Milliseconds by which the controllers are ahead. */
let ahead = 0;
/** Names of claims of which the next change fails. */
const failing = new Set<string>();
const ends: (() => Promise<void>)[] = [];

/** What fails of the changes of claims. */
const through = (transport: Transport): Transport => ({
  ask: ask => {
    const name = ask.path.split('/').at(-1) ?? '';
    const fails =
      ask.method === 'PATCH' && ask.path.includes('/persistentvolumeclaims/') && failing.delete(name);
    return fails
      ? Promise.reject(new StatusError(500, 'InternalError', 'a change that fails'))
      : transport.ask(ask);
  },
  stream: ask => transport.stream(ask),
});

before(async () => {
  const context = { after: (end: unknown): unknown => ends.push(end as () => Promise<void>) };
  cluster = await startCluster(context, 'in the process', { through, now: () => Date.now() + ahead });
  await cluster.client('storageclasses').create({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: slow },
    provisioner: 'example.com/slow',
    volumeBindingMode: 'WaitForFirstConsumer',
  } as unknown as Loose);
});
after(async () => {
  for (const end of ends) await end();
});

let count = 0;

/** A namespace of its own with a pod of these claims, which nobody provisions volumes for. */
async function claiming(names: readonly string[]): Promise<string> {
  const n = `claiming-${++count}`;
  await cluster.client('namespaces').create(namespace(n));
  const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
  await cluster.until('serviceaccounts', n, made, 'a service account');
  for (const name of names) {
    await cluster.client('persistentvolumeclaims').create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: n },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: slow,
        resources: { requests: { storage: '1Gi' } },
      },
    });
  }
  const volumes = names.map(name => ({ name, persistentVolumeClaim: { claimName: name } }));
  await cluster.client('pods').create(pod(n, 'waiting', { volumes }));
  return n;
}

const nodeOf = ({ metadata }: Loose): string | undefined => metadata.annotations?.[selectedNode];

/** The node that a claim is to get its volume for, once it is none of some. */
async function promised(n: string, name: string, others: readonly string[] = []): Promise<string> {
  const isFound = (claim: Loose): boolean => !others.includes(nodeOf(claim) ?? others[0] ?? '');
  const has = (claim: Loose): boolean => nodeOf(claim) !== undefined && isFound(claim);
  return nodeOf(await cluster.untilOne('persistentvolumeclaims', n, name, has, 'a node')) ?? '';
}

/** As kube-scheduler tells of it: an event, and the condition of the pod. */
async function told(n: string, why: string): Promise<void> {
  const message = `running PreBind plugin "VolumeBinding": binding volumes: ${why}`;
  const has = (items: readonly Loose[]): boolean =>
    items.some(one => one['reason'] === 'FailedScheduling' && one['message'] === message);
  await cluster.until('events', n, has, message);
  const says = ({ status }: Loose): boolean =>
    ((status?.['conditions'] ?? []) as readonly Loose[]).some(
      one =>
        one['type'] === 'PodScheduled' && one['reason'] === 'SchedulerError' && one['message'] === message,
    );
  await cluster.untilOne('pods', n, 'waiting', says, message);
}

test('claims of a pod are all promised to its node, though one of them could not be at first', async () => {
  failing.add('second');
  const n = await claiming(['first', 'second']);
  assert.equal(await promised(n, 'second'), await promised(n, 'first'));
  assert.equal(failing.size, 0);
});

test('a pod whose claims get no volumes in time says so, and goes on waiting', async () => {
  const n = await claiming(['late']);
  const node = await promised(n, 'late');
  ahead += 600_000;
  const looked = { metadata: { labels: { looked: 'at' } } };
  await cluster.client('persistentvolumeclaims').patch(n, 'late', 'merge', looked);
  await told(n, 'context deadline exceeded');
  assert.equal(await promised(n, 'late'), node);
});

test('a pod whose node goes before it has its volumes looks for another, and says so', async () => {
  const n = await claiming(['moved']);
  const node = await promised(n, 'moved');
  await cluster.client('nodes').delete('', node);
  await told(n, `failed to get node "${node}": node "${node}" not found`);
  assert.notEqual(await promised(n, 'moved', [node]), node);
});
