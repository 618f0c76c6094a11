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

const waiting = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'waiting' },
  provisioner: 'davit.dev/folder',
  volumeBindingMode: 'WaitForFirstConsumer',
};

test('a claim that waits for its pod is given a folder once the pod has a node', async () => {
  await node.create('storageclasses', waiting);
  const name = fresh('waits');
  await node.create('persistentvolumeclaims', claim(name, { storageClassName: 'waiting' }));
  await node.told(
    name,
    one => one === 'Normal WaitForFirstConsumer waiting for first consumer to be created before binding',
  );
  assert.equal(await phaseOf(name), 'Pending');
  await node.pod(name, withClaim('echo kept >/v/file', name));
  await node.until(name, ({ status }) => status?.phase === 'Succeeded', 'done');
  assert.equal(await phaseOf(name), 'Bound');
  const { metadata } = await node.client('persistentvolumeclaims').get('default', name);
  const told = [
    'volume.kubernetes.io/selected-node',
    'volume.kubernetes.io/storage-provisioner',
    'volume.beta.kubernetes.io/storage-provisioner',
  ].map(one => metadata.annotations?.[one]);
  assert.deepEqual(told, ['here', 'davit.dev/folder', 'davit.dev/folder']);
  await node.told(name, one => one.startsWith('Normal ProvisioningSucceeded'));
});

test('a claim that waits for a pod that fits nowhere says for which, and gets nothing', async () => {
  const name = fresh('lonely');
  await node.create('storageclasses', { ...waiting, metadata: { name: `${name}-class` } });
  await node.pod(name, { ...withClaim('true', name), nodeSelector: { none: 'such' } });
  await node.create('persistentvolumeclaims', claim(name, { storageClassName: `${name}-class` }));
  await node.told(name, one => one === `Normal WaitForPodScheduled waiting for pod ${name} to be scheduled`);
  assert.equal(await phaseOf(name), 'Pending');
  const { metadata } = await node.client('persistentvolumeclaims').get('default', name);
  assert.equal(metadata.annotations?.['volume.kubernetes.io/selected-node'], undefined);
});

test('a claim that waits is bound to a volume that is there where its pod goes', async () => {
  const [name, path] = [fresh('local'), join(node.folder, 'local')];
  await node.create('storageclasses', {
    ...waiting,
    metadata: { name: `${name}-class` },
    provisioner: 'kubernetes.io/no-provisioner',
  });
  for (const [volume, hosts] of [
    [`${name}-far`, ['elsewhere']],
    [`${name}-near`, ['here']],
  ] as const) {
    const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: hosts }];
    await node.create('persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume },
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '2Gi' },
        hostPath: { path, type: 'DirectoryOrCreate' },
        storageClassName: `${name}-class`,
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
    });
  }
  await node.create('persistentvolumeclaims', claim(name, { storageClassName: `${name}-class` }));
  await node.told(name, one => one.startsWith('Normal WaitForFirstConsumer'));
  await node.pod(name, withClaim('echo kept >/v/file', name));
  await node.until(name, ({ status }) => status?.phase === 'Succeeded', 'done');
  const found = await node.client('persistentvolumeclaims').get('default', name);
  assert.equal((found['spec'] as { volumeName: string }).volumeName, `${name}-near`);
  assert.ok(existsSync(join(path, 'file')));
});

test('a class that is not there, and one of somebody else, are told of', async () => {
  const name = fresh('classless');
  await node.create('persistentvolumeclaims', claim(name, { storageClassName: 'none' }));
  await node.told(
    name,
    one => one === 'Warning ProvisioningFailed storageclass.storage.k8s.io "none" not found',
  );
  const other = { ...waiting, metadata: { name: `${name}-class` }, provisioner: 'example.com/disks' };
  await node.create('storageclasses', { ...other, volumeBindingMode: 'Immediate' });
  await node.create('persistentvolumeclaims', claim(`${name}-2`, { storageClassName: `${name}-class` }));
  await node.told(`${name}-2`, one =>
    one.startsWith(
      "Normal ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'example.com/disks' or",
    ),
  );
});

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
