import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { allProcesses } from '../../../src/base/detached/index.ts';
import { Asking, isAnswered } from './asking.ts';
import { first, ready, TestNode } from './node.ts';
import { predict, predictor } from './predictor.ts';

let node: TestNode;
before(async () => {
  node = await TestNode.open({ allowHostProcesses: false, warm: true });
});
after(async () => {
  await node.close();
  const left = allProcesses().filter(({ pid }) => commandLine(pid).includes(node.folder));
  assert.deepEqual(left, []);
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

test('a pod with the image of KServe’s sklearn server serves its model at its own address', async () => {
  const readinessProbe = { tcpSocket: { port: 8080 } };
  await node.pod('iris', predictor('iris-model.joblib', { readinessProbe }));
  const pod = await node.until('iris', ready, 'ready');
  assert.equal(pod.status?.phase, 'Running');
  assert.deepEqual(await predict(pod.status?.podIP, 8080), { predictions: [1] });
  assert.match(first(pod)?.containerID ?? '', /^davit:\/\/[\da-f]{64}$/);
  await node.log('iris', /"event":"serving"/);
  await node.client('pods').delete('default', 'iris');
  await node.untilGone('iris');
  await assert.rejects(predict(pod.status?.podIP, 8080));
});

test('a pod that ends answers as long as requests come from somebody who has not heard of it', async () => {
  const terminationGracePeriodSeconds = 300;
  await node.pod('ending', { ...predictor('iris-model.joblib'), terminationGracePeriodSeconds });
  const pod = await node.until('ending', ready, 'ready');
  const asking = new Asking(() => isAnswered(pod));
  try {
    await asking.more(1);
    await node.client('pods').delete('default', 'ending');
    await node.log('ending', /"event":"stopping/);
    // Two seconds at least.
    await asking.more(400);
  } finally {
    await asking.stop();
  }
  assert.equal(asking.failed, 0);
  await node.untilGone('ending');
});

test('a queue in front of a model server is a container of its own, in the same process', async () => {
  const queue = {
    name: 'queue-proxy',
    image: 'knative-queue-proxy:v0.48.1',
    ports: [{ name: 'queue-port', containerPort: 8012 }],
    env: [
      { name: 'QUEUE_SERVING_PORT', value: '8012' },
      { name: 'USER_PORT', value: '8080' },
      { name: 'CONTAINER_CONCURRENCY', value: '0' },
      { name: 'REVISION_TIMEOUT_SECONDS', value: '300' },
      { name: 'SERVING_NAMESPACE', value: 'default' },
      { name: 'SERVING_REVISION', value: 'iris-00001' },
      { name: 'SERVING_POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'SERVING_POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      {
        name: 'SERVING_READINESS_PROBE',
        value: '{"tcpSocket":{"port":8080,"host":"127.0.0.1"},"successThreshold":1}',
      },
    ],
    readinessProbe: {
      httpGet: { path: '/', port: 8012, httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }] },
    },
  };
  await node.pod('queued', predictor('iris-model.joblib', {}, [queue]));
  const pod = await node.until('queued', ready, 'ready');
  assert.deepEqual(await predict(pod.status?.podIP, 8012), { predictions: [1] });
  const statuses = pod.status?.containerStatuses?.map(({ name, ready: is, restartCount }) => [
    name,
    is,
    restartCount,
  ]);
  assert.deepEqual(statuses, [
    ['kserve-container', true, 0],
    ['queue-proxy', true, 0],
  ]);
  const ids = new Set(pod.status?.containerStatuses?.map(({ containerID }) => containerID));
  assert.equal(ids.size, 2);
});

test('a model that cannot be served ends its container, whose status says why', async () => {
  await node.pod('broken', predictor('README.md'));
  const pod = await node.until(
    'broken',
    one => first(one)?.state.waiting?.reason === 'CrashLoopBackOff',
    'waiting',
  );
  const { terminated } = first(pod)?.lastState ?? {};
  assert.deepEqual([terminated?.exitCode, terminated?.reason], [1, 'Error']);
  assert.match(terminated?.message ?? '', /^iris: the file starts with the bytes .* looks like text/);
  assert.equal(ready(pod), false);
});

test('commands in containers are refused without the flag, and the probe says which', async () => {
  const livenessProbe = { exec: { command: ['true'] }, periodSeconds: 1, failureThreshold: 100 };
  await node.pod('probed', predictor('iris-model.joblib', { livenessProbe }));
  await node.told('probed', one =>
    /^Warning Unhealthy Liveness probe failed: .*--allow-host-processes/.test(one),
  );
  await node.pod('host', { containers: [{ name: 'main', image: 'busybox', command: ['sleep', '100'] }] });
  const pod = await node.until(
    'host',
    one => first(one)?.state.waiting?.reason === 'ImagePullBackOff',
    'refused',
  );
  assert.match(first(pod)?.state.waiting?.message ?? '', /davit up with --allow-host-processes/);
});

test('a model server that is killed is started again', async () => {
  await node.pod('killed', predictor('iris-model.joblib'));
  const pod = await node.until('killed', ready, 'ready');
  const record = join(node.folder, 'pods', pod.metadata.uid ?? '', 'containers', 'kserve-container', '0');
  process.kill(-Number.parseInt(readFileSync(join(record, 'pid'), 'utf8'), 10), 'SIGKILL');
  const again = await node.until('killed', one => first(one)?.restartCount === 1 && ready(one), 'restarted');
  assert.equal(again.status?.podIP, pod.status?.podIP);
  assert.deepEqual(await predict(again.status?.podIP, 8080), { predictions: [1] });
});
