import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { ResourceClient, type Transport } from '../../../src/cluster/client/index.ts';
import { startKnativeControllers } from '../../../src/cluster/controllers/knative/index.ts';
import { type KubeObject, StatusError } from '../../../src/cluster/meta/index.ts';
import { resourceOf } from '../../../src/cluster/view/index.ts';
import { until } from '../kserve/until.ts';
import { knativeCluster } from './cluster.ts';

const services = 'services.serving.knative.dev';
const namespace = 'steadfast';

/** A way to the API that tells of every write, which may throw in its place. */
function watched(transport: Transport, onWrite: (path: string) => void): Transport {
  return {
    ask: async ask => {
      if (ask.method !== 'GET') onWrite(ask.path);
      return transport.ask(ask);
    },
    stream: ask => transport.stream(ask),
  };
}

function service(name: string): KubeObject {
  const containers = [{ name: 'main', image: 'example/server:1' }];
  const metadata = { name, namespace };
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata,
    spec: { template: { spec: { containers } } },
  };
}

test('a Service becomes ready though every third write fails, and then nothing is written again', async () => {
  let count = 0;
  let failed = 0;
  const cluster = await knativeCluster(transport =>
    watched(transport, path => {
      if (path.includes('/events') || ++count % 3 !== 0) return;
      failed++;
      throw new StatusError(503, 'ServiceUnavailable', 'a write that fails on purpose');
    }),
  );
  const { transport } = cluster;
  const written: string[] = [];
  try {
    const client = new ResourceClient(transport, resourceOf(services));
    const metadata = { name: namespace };
    await new ResourceClient(transport, resourceOf('namespaces')).create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata,
    });
    await client.create(service('first'));
    await until(transport, services, all => all.some(one => isReady(one, 'first')));
    assert.ok(failed > 3, `${failed} writes failed`);
    // It is ready before the last of what failed has been written once more.
    for (let seen = -1; seen !== count; await rest(500)) seen = count;
    const again = await startKnativeControllers({
      transport: watched(transport, path => written.push(path)),
      now: Date.now,
      onError: () => {},
    });
    await client.create(service('second'));
    await until(transport, services, all => all.some(one => isReady(one, 'second')));
    await again.stop();
    assert.ok(written.length > 0);
    assert.deepEqual(
      written.filter(path => path.includes('first')),
      [],
    );
  } finally {
    await cluster.stop();
  }
});

test('what the API refuses is told in its own words', async () => {
  const cluster = await knativeCluster(transport =>
    watched(transport, path => {
      if (!path.endsWith('/deployments')) return;
      throw new StatusError(403, 'Forbidden', 'deployments.apps is forbidden: exceeded quota');
    }),
  );
  try {
    const { transport } = cluster;
    const metadata = { name: namespace };
    await new ResourceClient(transport, resourceOf('namespaces')).create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata,
    });
    await new ResourceClient(transport, resourceOf(services)).create(service('refused'));
    const found = await until(transport, 'revisions.serving.knative.dev', all =>
      conditionsOf(all.find(one => one.metadata.name === 'refused-00001')).find(
        one => one.type === 'ResourcesAvailable' && one.status === 'False',
      ),
    );
    assert.deepEqual(
      [found.reason, found.message],
      ['Forbidden', 'deployments.apps is forbidden: exceeded quota'],
    );
  } finally {
    await cluster.stop();
  }
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function conditionsOf(object: KubeObject | undefined): readonly Condition[] {
  return ((object?.['status'] ?? {}) as { conditions?: readonly Condition[] }).conditions ?? [];
}

function isReady(object: KubeObject, name: string): boolean {
  const ready = conditionsOf(object).some(one => one.type === 'Ready' && one.status === 'True');
  return object.metadata.name === name && ready;
}
