import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Informer, pathOf, ResourceClient, type Transport } from '../../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { resourceOf } from '../../../../src/cluster/view/index.ts';
import { kserveCluster, type KserveCluster } from './cluster.ts';

/** A way to the API that counts what is written by it, and fails one write. */
class Watched {
  readonly writes: string[] = [];
  /** How many writes are to succeed before one fails. */
  left: number | undefined;

  through(transport: Transport): Transport {
    return {
      stream: ask => transport.stream(ask),
      ask: async ask => {
        const written = ask.method !== 'GET' && !ask.path.includes('/events');
        if (written && this.left === 0) {
          this.left = undefined;
          const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'induced', code: 500 };
          return { status: 500, body };
        }
        if (written && this.left !== undefined) this.left--;
        if (written) this.writes.push(`${ask.method} ${ask.path}`);
        return transport.ask(ask);
      },
    };
  }
}

const services = resourceOf('inferenceservices');
const manifest = (namespace: string, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'serving.kserve.io/v1beta1',
  kind: 'InferenceService',
  metadata: { name: 'all', namespace, annotations },
  spec: {
    predictor: { sklearn: { storageUri: 'gs://example-models/sklearn/iris' } },
    transformer: { containers: [{ name: 'kserve-container', image: 'example/transformer:1' }] },
  },
});

function isReady({ metadata, status }: KubeObject & { readonly status?: unknown }): boolean {
  const { conditions = [], observedGeneration } = (status ?? {}) as {
    conditions?: readonly { type: string; status: string }[];
    observedGeneration?: number;
  };
  const ready = conditions.some(one => one.type === 'Ready' && one.status === 'True');
  return ready && observedGeneration === metadata.generation;
}

/** Makes the service in a namespace of its own and waits until it is ready. */
async function servedBy({ transport }: KserveCluster, namespace: string): Promise<KubeObject> {
  await transport.ask({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  await transport.ask({ method: 'POST', path: pathOf(services, namespace), body: manifest(namespace) });
  return untilIn(transport, namespace, isReady);
}

async function untilIn(
  transport: Transport,
  namespace: string,
  test: (service: KubeObject) => boolean,
): Promise<KubeObject> {
  const informer = new Informer(new ResourceClient(transport, services), { namespace });
  const { promise, resolve, reject } = Promise.withResolvers<KubeObject>();
  const look = (service: KubeObject): void => {
    if (test(service)) resolve(service);
  };
  informer.on({ onAdd: look, onUpdate: (_, service) => look(service) });
  const timer = setTimeout(() => reject(new Error(`${namespace}: never so`)), 8000);
  await informer.ready();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await informer.stop();
  }
}

describe('a service', () => {
  const watched = new Watched();
  let cluster: KserveCluster;
  before(async () => {
    cluster = await kserveCluster('standard', transport => watched.through(transport));
  });
  after(() => cluster.stop());

  const served = (namespace: string): Promise<KubeObject> => servedBy(cluster, namespace);
  const until = (namespace: string, test: (service: KubeObject) => boolean): Promise<KubeObject> =>
    untilIn(cluster.transport, namespace, test);

  for (const [mode, writes] of [
    ['standard', 9],
    ['knative', 8],
  ] as const) {
    test(`is served whichever write fails, in the mode ${mode}`, async () => {
      const failing = new Watched();
      const own = await kserveCluster(mode, transport => failing.through(transport));
      try {
        for (let place = 0; place < writes; place++) {
          failing.left = place;
          await servedBy(own, `fails-${place}`);
          assert.equal(failing.left, undefined, `there was a write number ${place} to fail`);
        }
      } finally {
        await own.stop();
      }
    });
  }

  test('that is served is left alone', async () => {
    await served('rest');
    watched.writes.length = 0;
    const data = { 'note-of-the-installation': 'x' };
    const map = '/api/v1/namespaces/kserve/configmaps/inferenceservice-config';
    const reply = await cluster.transport.ask({
      method: 'PATCH',
      path: map,
      body: { data },
      contentType: 'application/merge-patch+json',
    });
    assert.equal(reply.status, 200);
    // Everything is looked at again, in order; the next one to be served comes after.
    await served('next');
    assert.deepEqual(
      watched.writes.filter(write => write.includes('/namespaces/rest/')),
      [],
    );
  });

  test('does not take over what is somebody else’s', async () => {
    const { transport } = cluster;
    const namespace = 'taken';
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await transport.ask({ method: 'POST', path: '/api/v1/namespaces', body });
    const path = `/api/v1/namespaces/${namespace}/services`;
    const other = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'all-transformer' },
      spec: { ports: [{ port: 1 }] },
    };
    const { status } = await transport.ask({ method: 'POST', path, body: other });
    assert.equal(status, 201);
    await transport.ask({ method: 'POST', path: pathOf(services, namespace), body: manifest(namespace) });
    const service = await until(namespace, one => JSON.stringify(one).includes('exists already'));
    const { conditions } = service['status'] as { conditions: { type: string; message?: string }[] };
    assert.equal(
      conditions.find(one => one.type === 'TransformerReady')?.message,
      'fails to reconcile transformer: Service "all-transformer" exists already and belongs to nobody: rename it or the InferenceService',
    );
    const kept = await transport.ask({ method: 'GET', path: `${path}/all-transformer` });
    assert.deepEqual((kept.body as { spec: { ports: { port: number }[] } }).spec.ports[0]?.port, 1);
    await transport.ask({ method: 'DELETE', path: `${path}/all-transformer` });
    await until(namespace, isReady);
  });

  test('says so when nothing can lead to it', async () => {
    const { transport } = cluster;
    const namespace = 'blocked';
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    await transport.ask({ method: 'POST', path: '/api/v1/namespaces', body });
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
    const backend = { service: { name: 'x', port: { number: 80 } } };
    const other = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'all' },
      spec: { defaultBackend: backend },
    };
    assert.equal((await transport.ask({ method: 'POST', path, body: other })).status, 201);
    await transport.ask({ method: 'POST', path: pathOf(services, namespace), body: manifest(namespace) });
    const service = await until(namespace, one => JSON.stringify(one).includes('exists already'));
    const { conditions } = service['status'] as { conditions: { type: string; status: string }[] };
    const said = Object.fromEntries(conditions.map(one => [one.type, one.status]));
    assert.deepEqual(
      [said['PredictorReady'], said['IngressReady'], said['Ready']],
      ['True', 'False', 'False'],
    );
    await transport.ask({ method: 'DELETE', path: `${path}/all` });
    await until(namespace, isReady);
  });

  test('lets its pods be restarted', async () => {
    await served('again');
    const path = pathOf(resourceOf('deployments'), 'again', 'all-predictor');
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
    const body = { spec: { template: { metadata: { annotations } } } };
    const contentType = 'application/strategic-merge-patch+json';
    await cluster.transport.ask({ method: 'PATCH', path, body, contentType });
    await served('after');
    const { body: found } = await cluster.transport.ask({ method: 'GET', path });
    const { template } = (found as { spec: { template: KubeObject } }).spec;
    assert.equal(
      template.metadata.annotations?.['kubectl.kubernetes.io/restartedAt'],
      '2026-01-01T00:00:00Z',
    );
  });

  test('that goes takes its children along', async () => {
    await served('going');
    const path = pathOf(services, 'going', 'all');
    await cluster.transport.ask({ method: 'DELETE', path });
    const informer = new Informer(new ResourceClient(cluster.transport, resourceOf('deployments')), {
      namespace: 'going',
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if ([...informer.values()].length === 0) resolve();
    };
    informer.on({ onDelete: look });
    await informer.ready();
    look();
    await promise;
    await informer.stop();
    assert.equal((await cluster.transport.ask({ method: 'GET', path })).status, 404);
  });
});
