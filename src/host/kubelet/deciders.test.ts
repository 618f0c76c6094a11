import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Addresses } from './addresses.ts';
import { goDuration, lengthened, remaining, usualBackoff } from './backoff.ts';
import { type ContainerView, decide, type Run, type Views } from './decide.ts';
import { expanded, serviceVariables } from './environment.ts';
import { fieldOf, resourceOf } from './fields.ts';
import { cast, readinessOf } from './playing.ts';
import type { HostedPod } from './shapes.ts';
import { phaseOf, statusOf } from './status.ts';

const now = Date.parse('2026-11-25T12:00:00Z');

function pod(spec: Partial<HostedPod['spec']>): HostedPod {
  const metadata = { name: 'p', namespace: 'n', uid: 'u', labels: { b: '2', a: '1' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'a' }], ...spec } };
}

const running: Run = { id: 'davit://1', startedAt: now - 1000 };
const ended = (exitCode: number, at = now): Run => ({
  ...running,
  end: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', at },
});

function view(current: Run | undefined, more: Partial<ContainerView> = {}): ContainerView {
  const up = current !== undefined && current.end === undefined;
  return { restarts: 0, started: up, ready: up, ...(current !== undefined && { current }), ...more };
}

const views = (all: Readonly<Record<string, ContainerView>>): Views => new Map(Object.entries(all));

test('what is started, what waits, what is stopped', () => {
  const inits = [{ name: 'i' }, { name: 's', restartPolicy: 'Always' }];
  const backoff = { delay: 10_000, since: now - 30_000 };
  const rows: [
    string,
    Partial<HostedPod['spec']>,
    Readonly<Record<string, ContainerView>>,
    string[],
    string[],
    string[],
  ][] = [
    ['nothing runs', {}, {}, ['a'], [], []],
    ['it runs', {}, { a: view(running) }, [], [], []],
    ['it ended, Always', {}, { a: view(ended(0)) }, ['a'], [], []],
    ['it ended, back-off', {}, { a: view(ended(1), { backoff }) }, [], ['a'], []],
    ['the back-off is over', {}, { a: view(ended(1, now - 10_000), { backoff }) }, ['a'], [], []],
    ['OnFailure, success', { restartPolicy: 'OnFailure' }, { a: view(ended(0)) }, [], [], []],
    ['OnFailure, failure', { restartPolicy: 'OnFailure' }, { a: view(ended(1)) }, ['a'], [], []],
    ['Never', { restartPolicy: 'Never' }, { a: view(ended(1)) }, [], [], []],
    ['init first', { initContainers: inits }, {}, ['i'], [], []],
    ['init runs', { initContainers: inits }, { i: view(running) }, [], [], []],
    ['init failed', { initContainers: inits }, { i: view(ended(1)) }, ['i'], [], []],
    [
      'init failed for good',
      { initContainers: inits, restartPolicy: 'Never' },
      { i: view(ended(1)), s: view(undefined) },
      [],
      [],
      [],
    ],
    ['the sidecar next', { initContainers: inits }, { i: view(ended(0)) }, ['s'], [], []],
    [
      'the sidecar has not started',
      { initContainers: inits },
      { i: view(ended(0)), s: view(running, { started: false }) },
      [],
      [],
      [],
    ],
    [
      'the sidecar has started',
      { initContainers: inits },
      { i: view(ended(0)), s: view(running) },
      ['a'],
      [],
      [],
    ],
    [
      'a sidecar that ended holds nothing up',
      { initContainers: inits },
      { i: view(ended(0)), s: view(ended(1)), a: view(ended(1)) },
      ['s', 'a'],
      [],
      [],
    ],
    [
      'a sidecar has no more work',
      { initContainers: inits, restartPolicy: 'Never' },
      { i: view(ended(0)), s: view(running), a: view(ended(0)) },
      [],
      [],
      ['s'],
    ],
  ];
  for (const [what, spec, all, start, waiting, stop] of rows) {
    const decision = decide(pod(spec), views(all), now, usualBackoff);
    assert.deepEqual([decision.start, decision.waiting, decision.stop], [start, waiting, stop], what);
  }
  assert.equal(decide(pod({}), views({ a: view(ended(1), { backoff }) }), now, usualBackoff).again, 10_000);
});

test('phases', () => {
  const two = { containers: [{ name: 'a' }, { name: 'b' }] };
  const rows: [Partial<HostedPod['spec']>, Readonly<Record<string, ContainerView>>, string][] = [
    [two, {}, 'Pending'],
    [two, { a: view(running) }, 'Pending'],
    [two, { a: view(running), b: view(ended(1)) }, 'Running'],
    [{ ...two, restartPolicy: 'Never' }, { a: view(ended(0)), b: view(ended(0)) }, 'Succeeded'],
    [{ ...two, restartPolicy: 'Never' }, { a: view(ended(0)), b: view(ended(2)) }, 'Failed'],
    [{ ...two, restartPolicy: 'OnFailure' }, { a: view(ended(0)), b: view(ended(2)) }, 'Running'],
    [{ ...two, initContainers: [{ name: 'i' }] }, { i: view(running) }, 'Pending'],
  ];
  for (const [spec, all, phase] of rows) assert.equal(phaseOf(pod(spec), views(all)), phase);
});

test('the back-off doubles, has an end, and is forgotten after a long time without an end', () => {
  let backoff = lengthened(undefined, now, usualBackoff);
  const delays = [backoff.delay];
  for (let step = 0; step < 6; step++) {
    backoff = lengthened(backoff, now, usualBackoff);
    delays.push(backoff.delay);
  }
  assert.deepEqual(delays, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  assert.equal(remaining(backoff, now, now + 1000, usualBackoff), 299_000);
  assert.equal(remaining(backoff, now + 700_000, now + 700_000, usualBackoff), 0);
  assert.deepEqual([10_000, 80_000, 300_000, 3_600_000].map(goDuration), ['10s', '1m20s', '5m0s', '1h0m0s']);
});

test('a condition keeps its time while it stays as it is, and those of others are not told again', () => {
  const before = [
    { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-25T10:00:00Z' },
    { type: 'ContainersReady', status: 'False', lastTransitionTime: '2026-11-25T10:00:00Z' },
    { type: 'DisruptionTarget', status: 'True' },
  ] as const;
  const one: HostedPod = { ...pod({}), status: { conditions: before } };
  const had = { resources: () => ({ resources: {} }), resizing: [] };
  const facts = {
    node: '127.0.0.1',
    address: '127.80.0.2',
    startTime: '',
    now,
    limits: usualBackoff,
    ...had,
  };
  const times = statusOf(one, views({ a: view(running) }), facts).conditions?.map(
    ({ type, lastTransitionTime }) => [type, lastTransitionTime],
  );
  const fresh = '2026-11-25T12:00:00Z';
  assert.deepEqual(times, [
    ['PodReadyToStartContainers', fresh],
    ['Initialized', fresh],
    ['Ready', '2026-11-25T10:00:00Z'],
    ['ContainersReady', fresh],
    ['PodScheduled', fresh],
  ]);
});

test('variables are expanded as Kubernetes does', () => {
  for (const [text, expected] of [
    ['$(A)', '1'],
    ['$$(A)', '$(A)'],
    ['$(B)', '$(B)'],
    ['a$b $', 'a$b $'],
    ['$(A', '$(A'],
    ['$$$$', '$$'],
    ['$(toString)', '$(toString)'],
  ] as const) {
    assert.equal(expanded(text, { A: '1' }), expected);
  }
});

test('services are told as variables; those without an address are not', () => {
  const service = (name: string, clusterIP: string): Parameters<typeof serviceVariables>[0][number] => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { clusterIP, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  });
  assert.deepEqual(serviceVariables([service('my-db', '127.96.0.7'), service('headless', 'None')]), {
    MY_DB_SERVICE_HOST: '127.96.0.7',
    MY_DB_SERVICE_PORT: '80',
    MY_DB_SERVICE_PORT_HTTP: '80',
    MY_DB_PORT: 'tcp://127.96.0.7:80',
    MY_DB_PORT_80_TCP: 'tcp://127.96.0.7:80',
    MY_DB_PORT_80_TCP_PROTO: 'tcp',
    MY_DB_PORT_80_TCP_PORT: '80',
    MY_DB_PORT_80_TCP_ADDR: '127.96.0.7',
  });
});

test('fields and resources of a pod', () => {
  const where = {
    node: '127.0.0.1',
    address: '127.80.0.2',
    ports: new Map(),
    allocatable: { memory: '8Gi', cpu: '4' },
  };
  const one = pod({ containers: [{ name: 'a', resources: { limits: { cpu: '1500m' } } }] });
  assert.equal(fieldOf(one, 'metadata.labels', where), 'a="1"\nb="2"');
  assert.equal(fieldOf(one, "metadata.labels['b']", where), '2');
  assert.throws(() => fieldOf(one, 'spec.none', where), /unsupported fieldPath/);
  const amount = (resource: string, divisor?: string): string =>
    resourceOf(one, { resource, ...(divisor !== undefined && { divisor }) }, where, 'a');
  assert.deepEqual(
    [
      amount('limits.cpu'),
      amount('limits.cpu', '1m'),
      amount('limits.memory', '1Mi'),
      amount('requests.cpu'),
    ],
    ['2', '1500', '8192', '0'],
  );
});

test('what stands in front of one model server is in its process; in front of anything else it is not', () => {
  const server = { name: 'kserve-container', image: 'kserve/sklearnserver:v0.20.0' };
  const queue = { name: 'queue-proxy', image: 'knative-queue-proxy:v0.48.1' };
  const agent = { name: 'agent', image: 'kserve/agent:v0.20.0' };
  const custom = { name: 'transformer', image: 'x', command: ['y'] };
  const insideOf = (...containers: HostedPod['spec']['containers']): string[] => [
    ...cast(pod({ containers }), true).inside,
  ];
  assert.deepEqual(insideOf(server, queue, agent), ['queue-proxy', 'agent']);
  assert.deepEqual(insideOf(custom, queue), []);
  assert.deepEqual(insideOf(server, custom, queue), []);
});

test('a model server is ready once its models answer, unless it is asked something of its own', () => {
  const play = { how: 'davit', role: 'model-server', convention: 'arguments' } as const;
  const portOf = (container: object): unknown => readinessOf({ name: 'a', ...container }, play)?.httpGet;
  assert.deepEqual(portOf({}), { path: '/v2/health/ready', port: 8080 });
  assert.deepEqual(portOf({ args: ['--http_port=9000'] }), { path: '/v2/health/ready', port: 9000 });
  const twice = { args: ['--http_port=8080', '--http_port=5000'] };
  assert.deepEqual(portOf(twice), { path: '/v2/health/ready', port: 5000 });
  const apart = { args: ['--http-port', '7000', '--model_name', 'a'] };
  assert.deepEqual(portOf(apart), { path: '/v2/health/ready', port: 7000 });
  assert.deepEqual(portOf({ readinessProbe: { tcpSocket: { port: 1 } } }), {
    path: '/v2/health/ready',
    port: 8080,
  });
  assert.deepEqual(portOf({ readinessProbe: { httpGet: { port: 1 } } }), { port: 1 });
  assert.equal(readinessOf({ name: 'a' }, { how: 'host' }), undefined);
});

test('addresses are given in turn, not those that look like networks, and none twice', () => {
  const addresses = new Addresses('127.9.0.0/29', 0);
  const all = Array.from({ length: 8 }, () => addresses.take());
  assert.deepEqual(all, [
    '127.9.0.2',
    '127.9.0.3',
    '127.9.0.4',
    '127.9.0.5',
    '127.9.0.6',
    '127.9.0.7',
    undefined,
    undefined,
  ]);
  addresses.giveBack('127.9.0.4');
  assert.equal(addresses.take(), '127.9.0.4');
});
