import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { first, root, TestNode } from './node.ts';

// What whoever makes a pod cannot have a process of this machine do, without leave.
let node: TestNode;
const outside = mkdtempSync(join(tmpdir(), 'davit-outside-'));
before(async () => {
  node = await TestNode.open({ allowHostProcesses: false, warm: false });
});
after(async () => {
  await node.close();
  rmSync(outside, { recursive: true });
});

test('variables of a pod make no program of Davit’s run other code', async () => {
  const file = join(outside, 'ran');
  const evil = `require('node:fs').writeFileSync(${JSON.stringify(file)}, '')`;
  await node.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'evil', namespace: 'default' },
    data: { 'evil.cjs': evil, ps: `#!/bin/sh\ntouch ${file}\n`, mv: `#!/bin/sh\ntouch ${file}\n` },
  });
  await node.pod('led', {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'main',
        image: 'kserve/sklearnserver:v0.20.0',
        args: ['--model_name=iris', '--model_dir=/nowhere'],
        env: [
          { name: 'NODE_OPTIONS', value: '--require=/mnt/c/evil.cjs' },
          { name: 'PATH', value: '/mnt/c' },
        ],
        volumeMounts: [{ name: 'c', mountPath: '/mnt/c' }],
      },
    ],
    volumes: [{ name: 'c', configMap: { name: 'evil', defaultMode: 0o755 } }],
  });
  await node.until('led', one => first(one)?.state.terminated !== undefined, 'ended', 60_000);
  assert.ok(!existsSync(file));
  await node.told('led', event => event.includes('VariablesLeftOut') && event.includes('NODE_OPTIONS, PATH'));
});

test('a storage initializer brings models to volumes of its pod alone', async () => {
  const before = readdirSync(outside);
  const container = (name: string, destination: string, mounted: string): object => ({
    name,
    image: 'kserve/storage-initializer:v0.20.0',
    args: [join(root, 'examples', 'iris', 'iris-model.joblib'), destination],
    volumeMounts: [{ name: mounted, mountPath: '/mnt/models' }],
  });
  const volumes = [
    { name: 'own', emptyDir: {} },
    { name: 'host', hostPath: { path: outside } },
  ];
  const good = [container('a', '/mnt/models', 'own'), container('b', '/mnt/models/x/y', 'own')];
  const bad = [container('a', outside, 'own'), container('b', '/mnt/models', 'host')];
  await node.pod('good', { restartPolicy: 'Never', containers: good, volumes });
  await node.pod('bad', { restartPolicy: 'Never', containers: bad, volumes });
  await node.until('good', ({ status }) => status?.phase === 'Succeeded', 'done', 60_000);
  const pod = await node.until('bad', ({ status }) => status?.phase === 'Failed', 'failed', 60_000);
  assert.deepEqual(
    pod.status?.containerStatuses?.map(({ state }) => state.terminated?.exitCode),
    [1, 1],
  );
  await node.log('bad', /found the destination .*, expected a folder in a volume of the pod/);
  assert.deepEqual(readdirSync(outside), before);
});

test('where Davit keeps what it fetched is not for a pod to say', async () => {
  const args = ['--model_name=iris', '--model_dir=/nowhere'];
  for (const [name, more] of [
    ['cache-word', ['--cache', outside]],
    ['cache-text', [`--cache=${outside}`]],
  ] as const) {
    const containers = [{ name: 'main', image: 'kserve/sklearnserver:v0.20.0', args: [...args, ...more] }];
    await node.pod(name, { restartPolicy: 'Never', containers });
    const pod = await node.until(name, one => first(one)?.state.waiting?.message !== undefined, 'refused');
    const { reason, message } = first(pod)?.state.waiting ?? {};
    assert.equal(reason, 'CreateContainerConfigError');
    assert.match(message ?? '', /found --cache.*--allow-host-processes/);
  }
});
