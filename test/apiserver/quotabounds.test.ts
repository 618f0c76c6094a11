import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Admission } from '../../src/cluster/admission/index.ts';
import { type Answered, Cluster, configMap, fresh } from './serving.ts';

/** Steps of users' own, which take their time. */
const slow: Admission = {
  name: 'Slow',
  concerns: () => true,
  validate: () => new Promise(resolve => setImmediate(resolve)),
};

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open('10.96.0.0/24', { admission: [slow] });
});
after(() => cluster.close());

const merge = 'application/merge-patch+json';

async function made(path: string, body: object): Promise<Answered> {
  const answer = await cluster.ask('POST', path, { body });
  assert.equal(answer.status, 201, answer.text);
  return answer;
}

/** A namespace of its own; gives its path. */
async function namespace(): Promise<string> {
  const name = fresh('bounded');
  await made('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const place = `/api/v1/namespaces/${name}`;
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await made(`${place}/serviceaccounts`, account);
  return place;
}

/** A namespace with a quota; gives its path. */
async function limited(hard: Readonly<Record<string, string>>, more: object = {}): Promise<string> {
  const place = await namespace();
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard, ...more } };
  await made(`${place}/resourcequotas`, quota);
  return place;
}

function refused({ status, body }: Answered, detail: string): void {
  assert.equal(status, 403, JSON.stringify(body));
  const { kind, name } = body.details;
  assert.equal(body.message, `${kind} "${name}" is forbidden: ${detail}`);
}

function statusesOf(answers: readonly Answered[]): readonly number[] {
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}

function pod(spec: object, more: object = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: fresh('pod') }, spec, ...more };
}

const asks = (cpu: string): object => ({ resources: { requests: { cpu } } });
const container = (name: string, more: object = {}): object => ({ name, image: 'i', ...more });

test('of many at the same moment no more are let in than there is room for', async () => {
  const place = await limited({ 'count/configmaps': '3' });
  const names = Array.from({ length: 20 }, (_, index) => `c-${index}`);
  const answers = await Promise.all(
    names.map(name => cluster.ask('POST', `${place}/configmaps`, { body: configMap(name) })),
  );
  const statuses = statusesOf(answers);
  assert.deepEqual(statuses, [...Array(3).fill(201), ...Array(17).fill(403)]);
  const { body } = await cluster.ask('GET', `${place}/configmaps`);
  assert.equal(body.items.length, 3);
});

test('what was refused, or only tried, takes no room', async () => {
  const place = await limited({ 'count/configmaps': '1' });
  const body = configMap('c');
  const tried = await cluster.ask('POST', `${place}/configmaps?dryRun=All`, { body });
  assert.equal(tried.status, 201);
  await made(`${place}/configmaps`, body);
  const again = await Promise.all(
    [0, 1, 2].map(() => cluster.ask('POST', `${place}/configmaps`, { body: configMap('d') })),
  );
  assert.deepEqual(
    again.map(({ status }) => status),
    [403, 403, 403],
  );
  await cluster.ask('DELETE', `${place}/configmaps/c`);
  const twice = await Promise.all(
    [0, 1].map(() => cluster.ask('POST', `${place}/configmaps`, { body: configMap('e') })),
  );
  assert.deepEqual(statusesOf(twice), [201, 403]);
  await cluster.ask('DELETE', `${place}/configmaps/e`);
  await made(`${place}/configmaps`, configMap('f'));
});

test('a service takes node ports when it becomes one that has them', async () => {
  const place = await limited({ 'services.nodeports': '2', 'services.loadbalancers': '0' });
  const service = (name: string, ports: readonly number[], more: object = {}): object => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: ports.map(port => ({ name: `p${port}`, port })), ...more },
  });
  const change = (name: string, spec: object): Promise<Answered> =>
    cluster.ask('PATCH', `${place}/services/${name}`, { body: { spec }, type: merge });
  await made(`${place}/services`, service('three', [1, 2, 3]));
  await made(`${place}/services`, service('one', [1]));
  const detail = (requested: number, used: number): string =>
    `exceeded quota: q, requested: services.nodeports=${requested}, used: services.nodeports=${used}, limited: services.nodeports=2`;
  refused(await change('three', { type: 'NodePort' }), detail(3, 0));
  assert.equal((await change('one', { type: 'NodePort' })).status, 200);
  const two = [1, 2].map(port => ({ name: `p${port}`, port }));
  assert.equal((await change('one', { ports: two })).status, 200);
  refused(await change('one', { ports: [...two, { name: 'p3', port: 3 }] }), detail(1, 2));
  // What takes no more is no matter of quotas, nor what takes less.
  assert.equal((await change('one', { selector: { a: 'b' } })).status, 200);
  assert.equal((await change('one', { type: 'ClusterIP' })).status, 200);
  refused(
    await change('one', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
    'exceeded quota: q, requested: services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0',
  );
});

test('many services that become larger at once do not pass together', async () => {
  const place = await limited({ 'services.nodeports': '2' });
  const names = Array.from({ length: 6 }, (_, index) => `s-${index}`);
  for (const name of names) {
    const spec = { ports: [{ port: 80 }] };
    await made(`${place}/services`, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
  }
  const answers = await Promise.all(
    names.map(name =>
      cluster.ask('PATCH', `${place}/services/${name}`, {
        body: { spec: { type: 'NodePort' } },
        type: merge,
      }),
    ),
  );
  const statuses = statusesOf(answers);
  assert.deepEqual(statuses, [200, 200, 403, 403, 403, 403]);
});

test('claims are counted by their classes, too, and by the size that they grow to', async () => {
  const gold = 'gold.storageclass.storage.k8s.io';
  const place = await limited({
    'requests.storage': '10Gi',
    [`${gold}/requests.storage`]: '5Gi',
    [`${gold}/persistentvolumeclaims`]: '2',
  });
  await made('/apis/storage.k8s.io/v1/storageclasses', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'gold' },
    provisioner: 'example.com/gold',
    allowVolumeExpansion: true,
  });
  const claim = (name: string, storage: string, storageClassName = 'gold'): object => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
  const claims = `${place}/persistentvolumeclaims`;
  await made(claims, claim('one', '4Gi'));
  refused(
    await cluster.ask('POST', claims, { body: claim('two', '2Gi') }),
    `exceeded quota: q, requested: ${gold}/requests.storage=2Gi, used: ${gold}/requests.storage=4Gi, limited: ${gold}/requests.storage=5Gi`,
  );
  await made(claims, claim('two', '1Gi'));
  refused(
    await cluster.ask('POST', claims, { body: claim('three', '1') }),
    `exceeded quota: q, requested: ${gold}/persistentvolumeclaims=1,${gold}/requests.storage=1, used: ${gold}/persistentvolumeclaims=2,${gold}/requests.storage=5Gi, limited: ${gold}/persistentvolumeclaims=2,${gold}/requests.storage=5Gi`,
  );
  await made(claims, claim('plain', '5Gi', 'silver'));
  const bound = { status: { phase: 'Bound' } };
  await cluster.ask('PATCH', `${claims}/two/status`, { body: bound, type: merge });
  const grown = { spec: { resources: { requests: { storage: '3Gi' } } } };
  refused(
    await cluster.ask('PATCH', `${claims}/two`, { body: grown, type: merge }),
    `exceeded quota: q, requested: ${gold}/requests.storage=2Gi,requests.storage=2Gi, used: ${gold}/requests.storage=5Gi,requests.storage=10Gi, limited: ${gold}/requests.storage=5Gi,requests.storage=10Gi`,
  );
});

test('a pod takes what it needs at its start, beside its sidecars, by itself and as a whole', async () => {
  const rows: readonly (readonly [spec: object, cpu: string])[] = [
    [{ containers: [container('a', asks('1')), container('b', asks('1'))] }, '2'],
    [{ containers: [container('a', asks('1'))], initContainers: [container('i', asks('3'))] }, '3'],
    [
      {
        containers: [container('a', asks('1'))],
        initContainers: [
          container('first', asks('2')),
          container('side', { ...asks('500m'), restartPolicy: 'Always' }),
          container('last', asks('3')),
        ],
      },
      '3500m',
    ],
    [
      {
        containers: [container('a', asks('3'))],
        initContainers: [container('side', { ...asks('1500m'), restartPolicy: 'Always' })],
      },
      '4500m',
    ],
    [{ containers: [container('a', asks('1'))], resources: { requests: { cpu: '4' } } }, '4'],
    [{ containers: [container('a')], resources: { requests: { cpu: '4' } } }, '4'],
    [
      { containers: [container('a', asks('1'))], overhead: { cpu: '250m' }, runtimeClassName: 'heavy' },
      '1250m',
    ],
  ];
  await made('/apis/node.k8s.io/v1/runtimeclasses', {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'heavy' },
    handler: 'heavy',
    overhead: { podFixed: { cpu: '250m' } },
  });
  const place = await limited({ 'requests.cpu': '1m' });
  for (const [spec, cpu] of rows) {
    refused(
      await cluster.ask('POST', `${place}/pods`, { body: pod(spec) }),
      `exceeded quota: q, requested: requests.cpu=${cpu}, used: requests.cpu=0, limited: requests.cpu=1m`,
    );
  }
});

test('a quota of processors wants every container to say something, also those of the start', async () => {
  const place = await limited({ 'requests.cpu': '5', 'limits.memory': '1Gi' });
  const spec = {
    initContainers: [container('z')],
    containers: [container('b', asks('1')), container('a')],
  };
  refused(
    await cluster.ask('POST', `${place}/pods`, { body: pod(spec) }),
    'failed quota: q: must specify limits.memory for: a,b,z; requests.cpu for: a,z',
  );
});

test('a pod that has ended is still an object, and takes nothing else', async () => {
  const place = await limited({ 'requests.cpu': '2', 'count/pods': '2' });
  const body = pod({ containers: [container('a', asks('2'))] });
  const { metadata } = (await made(`${place}/pods`, body)).body;
  refused(
    await cluster.ask('POST', `${place}/pods`, { body: pod({ containers: [container('a', asks('1'))] }) }),
    'exceeded quota: q, requested: requests.cpu=1, used: requests.cpu=2, limited: requests.cpu=2',
  );
  const ended = { status: { phase: 'Succeeded' } };
  await cluster.ask('PATCH', `${place}/pods/${metadata.name}/status`, { body: ended, type: merge });
  await made(`${place}/pods`, pod({ containers: [container('a', asks('2'))] }));
  refused(
    await cluster.ask('POST', `${place}/pods`, { body: pod({ containers: [container('a', asks('0'))] }) }),
    'exceeded quota: q, requested: count/pods=1, used: count/pods=2, limited: count/pods=2',
  );
});

test('a pod that comes to end by itself is counted by another quota', async () => {
  const place = await limited({ pods: '0' }, { scopes: ['Terminating'] });
  const body = pod({ containers: [container('a')] }) as { metadata: { name: string } };
  await made(`${place}/pods`, body);
  const ending = { spec: { activeDeadlineSeconds: 60 } };
  refused(
    await cluster.ask('PATCH', `${place}/pods/${body.metadata.name}`, { body: ending, type: merge }),
    'exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
  );
});

interface Range {
  readonly limits: readonly object[];
}

/** A namespace with a range of limits; gives its path. */
async function ranged(spec: Range): Promise<string> {
  const place = await namespace();
  await made(`${place}/limitranges`, { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'r' }, spec });
  return place;
}

const amounts = (requests: object, limits: object): object => ({ resources: { requests, limits } });

test('containers, pods and claims keep within the ranges of their namespace', async () => {
  const place = await ranged({
    limits: [
      { type: 'Pod', max: { cpu: '2' }, min: { memory: '100Mi' }, maxLimitRequestRatio: { memory: '2' } },
      { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } },
    ],
  });
  const small = container('a', amounts({ cpu: '1', memory: '60Mi' }, { cpu: '1', memory: '60Mi' }));
  const rows: readonly (readonly [spec: object, detail: string])[] = [
    [{ containers: [small] }, 'minimum memory usage per Pod is 100Mi, but request is 60Mi'],
    [
      { containers: [small, { ...small, name: 'b' }, { ...small, name: 'c' }] },
      'maximum cpu usage per Pod is 2, but limit is 3',
    ],
    [
      { containers: [container('a')] },
      '[minimum memory usage per Pod is 100Mi.  No request is specified, maximum cpu usage per Pod is 2.  No limit is specified, memory max limit to request ratio per Pod is 2, but no request is specified or request is 0]',
    ],
    [
      { containers: [container('a', amounts({ memory: '100Mi' }, { cpu: '1', memory: '250Mi' }))] },
      'memory max limit to request ratio per Pod is 2, but provided ratio is 2.500000',
    ],
    [
      {
        containers: [small, { ...small, name: 'b' }],
        initContainers: [container('i', amounts({ memory: '60Mi' }, { cpu: '3', memory: '60Mi' }))],
      },
      'maximum cpu usage per Pod is 2, but limit is 3',
    ],
  ];
  for (const [spec, detail] of rows) {
    refused(await cluster.ask('POST', `${place}/pods`, { body: pod(spec) }), detail);
  }
  await made(`${place}/pods`, pod({ containers: [small, { ...small, name: 'b' }] }));
  const claim = (storage: string): object => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: fresh('claim') },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
  const claims = `${place}/persistentvolumeclaims`;
  refused(
    await cluster.ask('POST', claims, { body: claim('6Gi') }),
    'maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 6Gi',
  );
  refused(
    await cluster.ask('POST', claims, { body: claim('1Mi') }),
    'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi',
  );
  await made(claims, claim('5Gi'));
});

test('what a range gives containers stands in an annotation, and ratios are those of each container', async () => {
  const place = await ranged({
    limits: [
      {
        type: 'Container',
        default: { cpu: '1', memory: '1Gi' },
        defaultRequest: { cpu: '500m' },
        maxLimitRequestRatio: { cpu: '3' },
      },
    ],
  });
  const spec = {
    containers: [container('a', { resources: { requests: { cpu: '1' } } }), container('b')],
    initContainers: [container('i')],
  };
  const { body } = await made(`${place}/pods`, pod(spec));
  assert.equal(
    body.metadata.annotations['kubernetes.io/limit-ranger'],
    'LimitRanger plugin set: memory request for container a; cpu, memory limit for container a; cpu, memory request for container b; cpu, memory limit for container b; cpu, memory request for init container i; cpu, memory limit for init container i',
  );
  assert.deepEqual(body.spec.containers[1].resources, {
    requests: { cpu: '500m', memory: '1Gi' },
    limits: { cpu: '1', memory: '1Gi' },
  });
  const wide = { containers: [container('a', amounts({ cpu: '100m' }, { cpu: '310m' }))] };
  refused(
    await cluster.ask('POST', `${place}/pods`, { body: pod(wide) }),
    'cpu max limit to request ratio per Container is 3, but provided ratio is 3.100000',
  );
});
