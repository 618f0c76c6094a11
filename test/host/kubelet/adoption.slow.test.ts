import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { issue } from '../../../src/cluster/access/index.ts';
import { largestBody, listenerFailure } from '../../../src/cluster/apiserver/index.ts';
import { createListener, type Listener } from '../../../src/base/net/index.ts';
import { processInfo } from '../../../src/base/detached/index.ts';
import { fresh } from '../../apiserver/serving.ts';
import { first, ready, script, TestNode } from './node.ts';

let node: TestNode;
let listener: Listener;
let url: string;

before(async () => {
  node = await TestNode.open({ podAddresses: '127.77.77.0/24' });
  await node.kubelet?.stop();
  listener = createListener({ describe: error => listenerFailure(error, largestBody) }, (...request) =>
    node.cluster.api.handler(...request),
  );
  const identity = issue({
    commonName: 'kube-apiserver',
    hosts: ['127.0.0.1'],
    use: 'server',
    from: Date.now() - 60_000,
    until: Date.now() + 3_600_000,
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 }, { ...identity, authorities: [] });
  url = `https://127.0.0.1:${port}`;
});

after(async () => {
  await listener.drain(0);
  await node.start();
  await node.close();
});

/** Starts a kubelet in a process of its own. */
async function away(): Promise<ChildProcess> {
  const { podAddresses } = node.options;
  const file = join(import.meta.dirname, 'away.ts');
  const child = spawn(process.execPath, [file, url, node.folder, podAddresses], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
  assert.equal(String(text), 'started\n');
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Files that the containers of a pod see at /v. */
function fileOf(uid: string | undefined, name: string): string {
  return join(node.folder, 'pods', uid ?? '', 'volumes', 'v', name);
}

const pod = (text: string, more: object = {}): object => ({
  containers: [script(text, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
  volumes: [{ name: 'v', emptyDir: {} }],
  ...more,
});

// In a command $$ stands for one $.
const untilGo = 'echo $$$$ >/v/pid; while [ ! -e /v/go ]; do sleep 0.02; done';

async function pidIn(uid: string | undefined): Promise<number> {
  for (;;) {
    try {
      const text = readFileSync(fileOf(uid, 'pid'), 'utf8');
      if (text.endsWith('\n')) return Number(text);
    } catch {
      // Not written yet.
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

test('what runs goes on when a kubelet dies; the next one knows it, and learns how it ended', async () => {
  const [stays, ends, goes] = [fresh('stays'), fresh('ends'), fresh('goes')];
  let kubelet = await away();
  for (const name of [stays, ends, goes])
    await node.pod(name, pod(`${untilGo}; exit 6`, { restartPolicy: 'Never' }));
  const pods = await Promise.all([stays, ends, goes].map(name => node.until(name, ready, 'ready')));
  const [one, two, three] = pods.map(({ metadata: { uid } }) => uid);
  const pids = await Promise.all([one, two, three].map(pidIn));
  await killed(kubelet);
  // Meanwhile one container ends, and one pod is taken away.
  writeFileSync(fileOf(two, 'go'), '');
  await node.client('pods').delete('default', goes, { gracePeriodSeconds: 0 });
  kubelet = await away();
  const ended = await node.until(ends, ({ status }) => status?.phase === 'Failed', 'failed');
  assert.equal(first(ended)?.state.terminated?.exitCode, 6);
  const after = await node.get(stays);
  assert.equal(first(after)?.containerID, first(pods[0] ?? after)?.containerID);
  assert.equal(after.status?.podIP, pods[0]?.status?.podIP);
  assert.equal(first(after)?.restartCount, 0);
  assert.equal(processInfo(pids[0] ?? 0)?.defunct, false);
  const end = performance.now() + 5000;
  while (processInfo(pids[2] ?? 0) !== undefined && performance.now() < end) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  assert.equal(processInfo(pids[2] ?? 0), undefined);
  writeFileSync(fileOf(one, 'go'), '');
  const last = await node.until(stays, ({ status }) => status?.phase === 'Failed', 'failed');
  assert.equal(first(last)?.state.terminated?.exitCode, 6);
  await killed(kubelet);
});

test('what was killed while no kubelet looked is said to be lost, and starts again', async () => {
  const name = fresh('lost');
  let kubelet = await away();
  await node.pod(name, pod(untilGo));
  const { metadata } = await node.until(name, ready, 'ready');
  const pid = await pidIn(metadata.uid);
  await killed(kubelet);
  const shim = processInfo(pid)?.parent ?? 0;
  process.kill(shim, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  kubelet = await away();
  const again = await node.until(name, one => first(one)?.restartCount === 1 && ready(one), 'restarted');
  const { terminated } = first(again)?.lastState ?? {};
  assert.deepEqual([terminated?.reason, terminated?.exitCode], ['ContainerStatusUnknown', 137]);
  await killed(kubelet);
});
