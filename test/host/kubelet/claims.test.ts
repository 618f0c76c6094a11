import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fresh } from '../../apiserver/serving.ts';
import { script, TestNode } from './node.ts';

let node: TestNode;
before(async () => {
  node = await TestNode.open();
});
after(() => node.close());

function claim(name: string, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  };
}

function withClaim(text: string, claimName: string): object {
  return {
    restartPolicy: 'Never',
    containers: [script(text, { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
    volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }],
  };
}

async function eventually(good: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 8000;
  while (performance.now() < end) {
    if (await good()) return;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  throw new Error(`never ${what}`);
}

async function phaseOf(name: string): Promise<string | undefined> {
  const found = await node.client('persistentvolumeclaims').get('default', name);
  return (found['status'] as { phase?: string } | undefined)?.phase;
}

for (const spec of [{}, { storageClassName: 'standard' }]) {
  test(`a claim ${JSON.stringify(spec)} is a folder that outlives pods, and goes with the claim`, async () => {
    const [name, writer, reader] = [fresh('claim'), fresh('writer'), fresh('reader')];
    await node.create('persistentvolumeclaims', claim(name, spec));
    await node.pod(writer, withClaim('echo kept >/v/file', name));
    await node.until(writer, ({ status }) => status?.phase === 'Succeeded', 'done');
    await node.client('pods').delete('default', writer, { gracePeriodSeconds: 0 });
    await node.pod(reader, withClaim('cat /v/file', name));
    await node.until(reader, ({ status }) => status?.phase === 'Succeeded', 'done');
    assert.equal(await node.output(reader), 'kept\n');
    const folders = (): string[] =>
      readdirSync(join(node.folder, 'volumes')).filter(one => one.includes(name));
    assert.equal(folders().length, 1);
    await node.client('pods').delete('default', reader, { gracePeriodSeconds: 0 });
    await node.client('persistentvolumeclaims').delete('default', name);
    await eventually(() => folders().length === 0, 'without its folder');
  });
}

test('a volume that somebody made is taken, and what is in it stays', async () => {
  const [name, path] = [fresh('made'), join(node.folder, 'made')];
  await node.create('persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, hostPath: { path } },
  });
  await node.create('persistentvolumeclaims', claim(name));
  await eventually(async () => (await phaseOf(name)) === 'Bound', 'bound');
  const found = await node.client('persistentvolumeclaims').get('default', name);
  assert.equal((found['spec'] as { volumeName: string }).volumeName, name);
  await node.pod(name, withClaim('echo kept >/v/file', name));
  await node.until(name, ({ status }) => status?.phase === 'Succeeded', 'done');
  await node.client('pods').delete('default', name, { gracePeriodSeconds: 0 });
  await node.client('persistentvolumeclaims').delete('default', name);
  await node.client('persistentvolumes').delete('', name);
  assert.ok(existsSync(join(path, 'file')));
});

test('a claim with an empty class waits for a volume that somebody makes', async () => {
  const name = fresh('waits');
  await node.create('persistentvolumeclaims', claim(name, { storageClassName: '' }));
  await node.told(name, one => one.startsWith('Normal FailedBinding'));
  assert.equal(await phaseOf(name), 'Pending');
});
