import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installObjects } from '../../../src/cluster/bootstrap/index.ts';
import { installedObjects } from '../../../src/cluster/kserve/index.ts';
import { kserveApi } from './serving.ts';

const internal = (name: string): string => `internal.serving.kserve.io/${name}`;
const server = { name: 'kserve-container', image: 'i' };

/** Annotations that nobody but KServe's controller should write, as somebody else might. */
const annotations: readonly Readonly<Record<string, string>>[] = [
  {},
  { [internal('storage-initializer-sourceuri')]: '' },
  { [internal('storage-initializer-sourceuri')]: 'oci://' },
  { [internal('storage-initializer-sourceuri')]: 'pvc://' },
  { [internal('storage-initializer-sourceuri')]: 's3://b/m', [internal('storage-container-name')]: 'none' },
  {
    [internal('storage-initializer-sourceuri')]: '<scheme-placeholder>://m',
    [internal('storage-spec')]: 'true',
  },
  {
    [internal('storage-initializer-sourceuri')]: 's3://b/m',
    [internal('storage-spec')]: 'true',
    [internal('storage-spec-param')]: '[1',
  },
  { [internal('agent')]: 'true' },
  { [internal('batcher')]: 'true', [internal('batcher-max-batchsize')]: '' },
  { [internal('logger')]: 'true', [internal('logger-metadata-annotations')]: ',,a' },
  {
    'serving.kserve.io/enable-metric-aggregation': 'true',
    'serving.kserve.io/enable-prometheus-scraping': 'true',
  },
];

const specs: readonly unknown[] = [
  undefined,
  null,
  {},
  { containers: null },
  { containers: [] },
  { containers: [{}] },
  { containers: [{ name: 'other', image: 'i' }] },
  { containers: [server, server] },
  { containers: [server, { name: 'agent', image: 'i' }] },
  { containers: [{ ...server, env: null, volumeMounts: null, ports: [], resources: null }] },
  { containers: [server], volumes: null, initContainers: null },
  { containers: [server], initContainers: [{ name: 'storage-initializer', image: 'i' }] },
  { containers: [server], serviceAccountName: '' },
  { containers: [{ ...server, readinessProbe: { exec: { command: ['true'] } } }, { name: 'queue-proxy' }] },
];

test('whatever a pod says, it is completed or refused, and nothing of ours fails', async t => {
  const api = await kserveApi('Knative');
  t.after(() => api.stop());
  for (const name of ['kserve', 'hostile']) {
    await api.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await api.ask('POST', '/api/v1/namespaces/hostile/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
    secrets: [{ name: 'gone' }],
  });
  await installObjects(api.transport, installedObjects());
  const labels = { 'serving.kserve.io/inferenceservice': 'nobody' };
  let made = 0;
  for (const spec of specs) {
    for (const said of annotations) {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { generateName: 'p-', labels, annotations: said },
        spec,
      };
      const { status, body } = await api.ask('POST', '/api/v1/namespaces/hostile/pods', pod);
      const about = JSON.stringify([spec, said, body]);
      assert.ok(status === 201 || (status >= 400 && status < 500), about);
      if (status === 201) made += 1;
    }
  }
  assert.ok(made > 10, `${made} were made`);
});
