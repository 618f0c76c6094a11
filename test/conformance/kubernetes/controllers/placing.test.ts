import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cluster, type Loose, startCluster } from './cluster.ts';
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

/** A namespace of its own, with what a pod needs to be made. */
async function fresh(): Promise<string> {
  const name = `placing-${++count}`;
  await cluster.client('namespaces').create(namespace(name));
  const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
  await cluster.until('serviceaccounts', name, made, 'a service account');
  return name;
}

function placed(n: string, name: string): Promise<Loose> {
  return cluster.untilOne('pods', n, name, ({ spec }) => spec['nodeName'] !== undefined, 'a node');
}

/** The message of a pod that waits. */
async function refused(n: string, name: string): Promise<string> {
  const reason = ({ status }: Loose): { reason?: string; message?: string } | undefined =>
    ((status?.['conditions'] ?? []) as { type: string; reason?: string; message?: string }[]).find(
      ({ type }) => type === 'PodScheduled',
    );
  const found = await cluster.untilOne(
    'pods',
    n,
    name,
    one => reason(one)?.reason === 'Unschedulable',
    'refused',
  );
  return reason(found)?.message ?? '';
}

const asking = (cpu: string): object => ({
  containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }],
});
const onFirst = { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } };
const create = (object: Loose): Promise<Loose> => cluster.client('pods').create(object);

for (const phase of ['Succeeded', 'Failed']) {
  test(`a pod that waits for room gets it when another has ${phase}`, async () => {
    const n = await fresh();
    await create(pod(n, 'large', { ...asking('12'), ...onFirst }));
    await placed(n, 'large');
    await create(pod(n, 'waiting', { ...asking('10'), ...onFirst }));
    assert.equal(
      await refused(n, 'waiting'),
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
    );
    await cluster.client('pods').patch(n, 'large', 'merge', { status: { phase } }, 'status');
    await placed(n, 'waiting');
    await cluster.client('pods').delete(n, 'waiting', { gracePeriodSeconds: 0 });
  });
}

/** Has a pod tell, as its kubelet would, what its container has. */
async function having(n: string, name: string, cpu: string): Promise<void> {
  const given = { resources: { requests: { cpu } }, allocatedResources: { cpu } };
  const status = { containerStatuses: [{ name: 'c', ...given }] };
  await cluster.client('pods').patch(n, name, 'strategic-merge', { status }, 'status');
}

test('a pod that waits for room gets it when another has less than before', async () => {
  const n = await fresh();
  await create(pod(n, 'large', { ...asking('12'), ...onFirst }));
  const isRunning = ({ status }: Loose): boolean => status?.['phase'] === 'Running';
  await cluster.untilOne('pods', n, 'large', isRunning, 'running');
  await having(n, 'large', '12');
  await create(pod(n, 'waiting', { ...asking('10'), ...onFirst }));
  assert.match(await refused(n, 'waiting'), /Insufficient cpu/);
  await cluster.client('pods').patch(n, 'large', 'strategic-merge', { spec: asking('4') }, 'resize');
  await having(n, 'large', '4');
  await placed(n, 'waiting');
  for (const name of ['large', 'waiting']) {
    await cluster.client('pods').delete(n, name, { gracePeriodSeconds: 0 });
  }
});

const classOf = (name: string, value: number): Promise<unknown> =>
  cluster.transport.ask({
    method: 'POST',
    path: '/apis/scheduling.k8s.io/v1/priorityclasses',
    body: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value },
  });

test('a pod of more priority gets the room of one that ends for it', async () => {
  const n = await fresh();
  await classOf('much', 1000);
  await create(pod(n, 'less', { ...asking('14'), ...onFirst, terminationGracePeriodSeconds: 0 }));
  await placed(n, 'less');
  const more = await create(pod(n, 'more', { ...asking('12'), ...onFirst, priorityClassName: 'much' }));
  const there = await placed(n, 'more');
  assert.deepEqual([there.spec['nodeName'], there.status?.['nominatedNodeName']], ['node-1', undefined]);
  const gone = (items: readonly Loose[]): boolean => items.every(({ metadata }) => metadata.name !== 'less');
  await cluster.until('pods', n, gone, 'the other has ended');
  const told = (reason: string, message: string) => (items: readonly Loose[]) =>
    items.some(one => one['reason'] === reason && String(one['message']).includes(message));
  await cluster.until(
    'events',
    n,
    told('Preempted', `Preempted by pod ${more.metadata.uid} on node node-1`),
    'told',
  );
  const message = 'preemption: found a potential placement for pod on node node-1, preempting 1 victims';
  await cluster.until('events', n, told('FailedScheduling', message), 'told why it waited');
  await cluster.client('pods').delete(n, 'more', { gracePeriodSeconds: 0 });
});

test('a pod that goes for another says so, and where room is made is kept from others', async () => {
  const n = await fresh();
  await classOf('most', 2000);
  const held = pod(n, 'held', { ...asking('14'), ...onFirst });
  await create({ ...held, metadata: { ...held.metadata, finalizers: ['example.com/held'] } });
  await placed(n, 'held');
  await create(pod(n, 'most', { ...asking('12'), ...onFirst, priorityClassName: 'most' }));
  const marked = await cluster.untilOne(
    'pods',
    n,
    'held',
    ({ metadata }) => metadata.deletionTimestamp !== undefined,
    'is to go',
  );
  const conditions = marked.status?.['conditions'] as readonly Readonly<Record<string, unknown>>[];
  const { type, status, reason, message } = conditions.find(one => one['type'] === 'DisruptionTarget') ?? {};
  assert.deepEqual(
    [type, status, reason, message],
    [
      'DisruptionTarget',
      'True',
      'PreemptionByScheduler',
      'default-scheduler: preempting to accommodate a higher priority pod',
    ],
  );
  const nominated = ({ status: told }: Loose): boolean => told?.['nominatedNodeName'] === 'node-1';
  await cluster.untilOne('pods', n, 'most', nominated, 'named a node');
  await create(pod(n, 'other', { ...asking('5'), ...onFirst }));
  assert.match(await refused(n, 'other'), /Insufficient cpu/);
  const free = { metadata: { finalizers: null } };
  await cluster.client('pods').patch(n, 'held', 'merge', free);
  await placed(n, 'most');
  assert.match(await refused(n, 'other'), /Insufficient cpu/);
  await cluster.client('pods').delete(n, 'most', { gracePeriodSeconds: 0 });
  await placed(n, 'other');
});

test('a pod that waits for company goes where it is as soon as it is there', async () => {
  const n = await fresh();
  const term = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' };
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  await create(pod(n, 'waiting', { affinity }));
  assert.match(
    await refused(n, 'waiting'),
    /^0\/2 nodes are available: 2 node\(s\) didn't match pod affinity/,
  );
  const db = pod(n, 'db', onFirst);
  await create({ ...db, metadata: { ...db.metadata, labels: { app: 'db' } } });
  assert.equal((await placed(n, 'waiting')).spec['nodeName'], 'node-1');
});

test('a pod whose claim is not there waits for it, and for its volume', async () => {
  const n = await fresh();
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
  await create(pod(n, 'waiting', { volumes }));
  assert.equal(
    await refused(n, 'waiting'),
    '0/2 nodes are available: persistentvolumeclaim "data" not found. not found',
  );
  const size = { storage: '1Gi' };
  await cluster.client('persistentvolumeclaims').create({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: n },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: size } },
  });
  const unbound = '0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';
  const isUnbound = ({ status }: Loose): boolean => JSON.stringify(status).includes(unbound);
  await cluster.untilOne('pods', n, 'waiting', isUnbound, 'waiting for a volume');
  await cluster.client('persistentvolumes').create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: n },
    spec: { accessModes: ['ReadWriteOnce'], capacity: size, hostPath: { path: '/v' } },
  });
  await placed(n, 'waiting');
});

test('two pods that take the same port of their nodes go to one each, and a third waits', async () => {
  const n = await fresh();
  const spec = { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostPort: 8090 }] }] };
  for (const name of ['one', 'two', 'three']) await create(pod(n, name, spec));
  const nodes = await cluster.until(
    'pods',
    n,
    items => items.filter(one => one.spec['nodeName'] !== undefined).length === 2,
    'two with nodes',
  );
  const names = nodes.flatMap(one => one.spec['nodeName'] ?? []);
  assert.deepEqual(new Set(names), new Set(['node-1', 'node-2']));
  const last = nodes.find(one => one.spec['nodeName'] === undefined)?.metadata.name ?? '';
  assert.match(await refused(n, last), /2 node\(s\) didn't have free ports for the requested pod ports/);
});

test('a pod that waits to be spread is placed as soon as another is to go, though that is there still', async () => {
  const n = await fresh();
  const [metadata, labelSelector] = [{ labels: { app: n } }, { matchLabels: { app: n } }];
  const going = pod(n, 'going', onFirst);
  const finalizers = ['example.dev/kept'];
  await create({ ...going, metadata: { ...going.metadata, ...metadata, finalizers } });
  await placed(n, 'going');
  const constraint = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule',
  };
  const spread = { ...constraint, nodeAffinityPolicy: 'Ignore', labelSelector };
  const waiting = pod(n, 'waiting', { ...onFirst, topologySpreadConstraints: [spread] });
  await create({ ...waiting, metadata: { ...waiting.metadata, ...metadata } });
  assert.match(await refused(n, 'waiting'), /didn't match pod topology spread constraints/);
  await cluster.client('pods').delete(n, 'going');
  await placed(n, 'waiting');
  await cluster.client('pods').patch(n, 'going', 'merge', { metadata: { finalizers: [] } });
});
