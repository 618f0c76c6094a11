import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fresh } from '../../apiserver/serving.ts';
import { first, ready, root, script, type TestContainerStatus, TestNode, type TestPod } from './node.ts';

let node: TestNode;
before(async () => {
  node = await TestNode.open();
});
after(() => node.close());

const usual = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '512Mi' } };

interface Resized extends TestPod {
  readonly status?: TestPod['status'] & { readonly observedGeneration?: number };
}

/** Gives the first container of a pod other resources, as `kubectl patch --subresource resize` does. */
async function resize(name: string, resources: object, container = 'main'): Promise<void> {
  const patch = { spec: { containers: [{ name: container, resources }] } };
  await node.client('pods').patch('default', name, 'strategic-merge', patch, 'resize');
}

const conditionOf = (pod: TestPod, type: string) =>
  pod.status?.conditions?.find(condition => condition.type === type);
const limitOf = (pod: TestPod): unknown =>
  (first(pod) as unknown as { resources?: { limits?: { memory?: string } } }).resources?.limits?.memory;
const settled = (generation: number) => (pod: Resized) => pod.status?.observedGeneration === generation;

test('a process that runs is given another limit, and is ended when it takes more', async () => {
  const name = fresh('resized');
  const eater = `const all = []; process.on('SIGUSR2', () => setInterval(() => all.push(Buffer.alloc(10e6, 1)), 20)); setInterval(() => {}, 1000); console.log(process.pid)`;
  await node.pod(name, {
    restartPolicy: 'Never',
    containers: [{ ...script(''), command: [process.execPath, '-e', eater], resources: usual }],
  });
  const begun = await node.until(name, ready, 'ready');
  const { containerID, restartCount } = first(begun) ?? {};
  assert.equal(limitOf(begun), '512Mi');
  const [, pid = ''] = await node.log(name, /(\d+)/);
  await resize(name, { requests: { cpu: '1' }, limits: { memory: '300Mi' } });
  const done = await node.until(name, pod => limitOf(pod) === '300Mi', 'resized');
  assert.deepEqual([first(done)?.containerID, first(done)?.restartCount], [containerID, restartCount]);
  const { allocatedResources } = first(done) as unknown as { allocatedResources?: object };
  assert.deepEqual(allocatedResources, { cpu: '1', memory: '64Mi' });
  await node.told(name, event => event.startsWith('Normal ResizeStarted Pod resize started: {'));
  await node.told(name, event => event.startsWith('Normal ResizeCompleted Pod resize completed: {'));
  process.kill(Number(pid), 'SIGUSR2');
  const ended = await node.until(name, ({ status }) => status?.phase === 'Failed', 'ended');
  assert.equal(first(ended)?.state.terminated?.reason, 'OOMKilled');
});

test('a limit below what is used is not set; it is once it is above', async () => {
  const name = fresh('low');
  await node.pod(name, { containers: [script('sleep 1000 & wait', { resources: usual })] });
  await node.until(name, ready, 'ready');
  await resize(name, { requests: { memory: '1Ki' }, limits: { memory: '1Ki' } });
  const failing = await node.until(
    name,
    pod => conditionOf(pod, 'PodResizeInProgress') !== undefined,
    'told',
  );
  const { status, reason, message = '' } = conditionOf(failing, 'PodResizeInProgress') ?? {};
  assert.deepEqual([status, reason], ['True', 'Error']);
  assert.match(
    message,
    /^cannot decrease memory limits: attempting to set container "main" memory limit \(1024\) below current usage \(\d+\)$/,
  );
  assert.equal(limitOf(failing), '512Mi');
  await node.told(name, event => event.startsWith('Warning ResizeError Pod resize error: {'));
  await resize(name, { requests: { memory: '64Mi' }, limits: { memory: '400Mi' } });
  const done = await node.until(name, pod => limitOf(pod) === '400Mi', 'resized');
  assert.equal(conditionOf(done, 'PodResizeInProgress'), undefined);
});

test('a container that is to be started again for another limit is', async () => {
  const name = fresh('again');
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
  const container = script('echo run; sleep 1000 & wait', { resources: usual, resizePolicy });
  await node.pod(name, { terminationGracePeriodSeconds: 1, containers: [container] });
  await node.until(name, ready, 'ready');
  await resize(name, { requests: { cpu: '200m' } });
  const kept = await node.until(name, settled(2), 'settled');
  assert.equal(first(kept)?.restartCount, 0);
  await resize(name, { limits: { memory: '256Mi' } });
  const again = await node.until(name, pod => first(pod)?.restartCount === 1 && ready(pod), 'started again');
  assert.equal(limitOf(again), '256Mi');
  const quiet = await node.until(name, pod => conditionOf(pod, 'PodResizeInProgress') === undefined, 'done');
  assert.equal(conditionOf(quiet, 'PodResizePending'), undefined);
});

test('a node that is started anew knows what containers were given', async () => {
  const name = fresh('kept');
  await node.pod(name, { containers: [script('sleep 1000 & wait', { resources: usual })] });
  await node.until(name, ready, 'ready');
  await resize(name, { limits: { memory: '384Mi' } });
  const done = await node.until(name, pod => limitOf(pod) === '384Mi', 'resized');
  await node.kubelet?.stop();
  await node.start();
  await resize(name, { requests: { cpu: '300m' } });
  const again = await node.until(name, settled(3), 'settled');
  assert.equal(limitOf(again), '384Mi');
  assert.equal(first(again)?.containerID, first(done)?.containerID);
});

test('a container for debugging is told not to be run', async () => {
  const name = fresh('debugged');
  await node.pod(name, { containers: [script('sleep 1000 & wait')] });
  await node.until(name, ready, 'ready');
  const patch = { spec: { ephemeralContainers: [{ name: 'look', image: 'busybox' }] } };
  await node.client('pods').patch('default', name, 'strategic-merge', patch, 'ephemeralcontainers');
  const statusesOf = (pod: TestPod) =>
    (pod.status as { ephemeralContainerStatuses?: readonly TestContainerStatus[] })
      .ephemeralContainerStatuses;
  const told = await node.until(name, pod => statusesOf(pod) !== undefined, 'told');
  const { waiting } = statusesOf(told)?.[0]?.state ?? {};
  assert.equal(waiting?.reason, 'CreateContainerError');
  assert.match(waiting.message ?? '', /^containers for debugging are not run on this node/);
  assert.ok(ready(await node.get(name)));
});

test('a seat in a shared process has no limit of its own, and says so', async () => {
  const name = fresh('seat');
  const container = {
    name: 'kserve-container',
    image: 'kserve/sklearnserver:v0.20.0',
    args: ['--model_name=iris', '--model_dir=/mnt/models/iris-model.joblib', '--http_port=8080'],
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    volumeMounts: [{ name: 'model', mountPath: '/mnt/models', readOnly: true }],
    resources: usual,
  };
  const volumes = [{ name: 'model', hostPath: { path: join(root, 'examples', 'iris') } }];
  const shared = { annotations: { 'davit.dev/isolation': 'shared' } };
  await node.pod(name, { containers: [container], volumes }, shared);
  await node.until(name, ready, 'ready', 60_000);
  await resize(name, { limits: { memory: '300Mi' } }, 'kserve-container');
  const told = await node.until(name, pod => conditionOf(pod, 'PodResizePending') !== undefined, 'told');
  const { status, reason, message } = conditionOf(told, 'PodResizePending') ?? {};
  assert.deepEqual(
    [status, reason, message],
    [
      'True',
      'Infeasible',
      'container "kserve-container" has a seat in a shared process, where nothing keeps another limits.memory',
    ],
  );
  assert.equal(limitOf(told), '512Mi');
  await node.told(name, event => event.startsWith('Warning ResizeInfeasible Pod resize Infeasible: {'));
  await resize(name, { limits: { memory: '512Mi' } }, 'kserve-container');
  await node.until(name, pod => conditionOf(pod, 'PodResizePending') === undefined, 'as it was');
});
