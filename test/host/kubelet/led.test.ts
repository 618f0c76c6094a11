import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { first, TestNode } from './node.ts';

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
