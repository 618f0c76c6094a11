import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Ask,
  EventRecorder,
  type Reply,
  ResourceClient,
  type Transport,
} from '../../../src/cluster/client/index.ts';
import { trainedModelController } from '../../../src/cluster/controllers/kserve/trainedmodels/controller.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { Cluster, type Plural, resourceOf } from '../../../src/cluster/view/index.ts';
import { kserveApi } from './serving.ts';
import { until } from './until.ts';

const namespace = 'models';

/** Reaches the API, but for one write that it answers with a failure; counts writes. */
class FailingTransport implements Transport {
  readonly #inner: Transport;
  readonly #failing: number;
  writes = 0;

  constructor(inner: Transport, failing: number) {
    this.#inner = inner;
    this.#failing = failing;
  }

  ask(ask: Ask): Promise<Reply> {
    if (ask.method === 'GET') return this.#inner.ask(ask);
    this.writes += 1;
    if (this.writes !== this.#failing) return this.#inner.ask(ask);
    const status = {
      kind: 'Status',
      status: 'Failure',
      code: 500,
      message: 'induced',
      reason: 'InternalError',
    };
    return Promise.resolve({ status: 500, body: { apiVersion: 'v1', metadata: {}, ...status } });
  }

  stream(ask: Ask): AsyncIterable<unknown> {
    return this.#inner.stream(ask);
  }
}

const alpha = 'serving.kserve.io/v1alpha1';
const model = (name: string, inferenceService = 'parent'): KubeObject => ({
  apiVersion: alpha,
  kind: 'TrainedModel',
  metadata: { name, namespace },
  spec: { inferenceService, model: { storageUri: `gs://b/${name}`, framework: 'sklearn', memory: '1Mi' } },
});

async function prepared(transport: Transport): Promise<(plural: Plural) => ResourceClient> {
  const client = (plural: Plural): ResourceClient => new ResourceClient(transport, resourceOf(plural));
  await client('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await client('configmaps').create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'modelconfig-parent-0', namespace },
    data: { 'models.json': '[]' },
  });
  const resources = { limits: { memory: '1Gi' } };
  await client('inferenceservices').create({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'parent', namespace },
    spec: { predictor: { model: { modelFormat: { name: 'sklearn' }, resources } } },
  });
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  const status = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }], url: 'http://p' };
  await client('inferenceservices').patch(namespace, 'parent', 'merge', { status }, 'status');
  return client;
}

function isReady(object: KubeObject | undefined): boolean {
  const { conditions = [] } = (object?.['status'] ?? {}) as {
    conditions?: readonly { type: string; status: string }[];
  };
  return conditions.some(one => one.type === 'Ready' && one.status === 'True');
}

async function listed(transport: Transport, ...names: string[]): Promise<void> {
  await until(transport, 'configmaps', maps => {
    const data = maps[0]?.['data'] as { 'models.json': string } | undefined;
    const entries = JSON.parse(data?.['models.json'] ?? '[]') as { modelName: string }[];
    return JSON.stringify(entries.map(one => one.modelName)) === JSON.stringify(names);
  });
}

async function run(transport: Transport): Promise<{ complaints: unknown[]; stop(): Promise<void> }> {
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), 'test', Date.now);
  const cluster = new Cluster(transport, events, Date.now);
  const complaints: unknown[] = [];
  const controller = trainedModelController(cluster, (_, error) => complaints.push(error));
  await cluster.ready();
  controller.start();
  const stop = async (): Promise<void> => {
    await controller.stop();
    await cluster.stop();
  };
  return { complaints, stop };
}

for (let failing = 1; failing <= 9; failing += 1) {
  test(`models come to the same when write ${failing} fails, and a second controller finds nothing to do`, async t => {
    const api = await kserveApi('Standard');
    t.after(() => api.stop());
    const client = await prepared(api.transport);
    const flaky = new FailingTransport(api.transport, failing);
    const first = await run(flaky);
    await client('trainedmodels').create(model('a'));
    await client('trainedmodels').create(model('b'));
    await listed(api.transport, 'a', 'b');
    await client('trainedmodels').delete(namespace, 'a');
    await listed(api.transport, 'b');
    await until(api.transport, 'trainedmodels', all => all.length === 1 && isReady(all[0]));
    await first.stop();
    assert.equal(first.complaints.length, flaky.writes >= failing ? 1 : 0);
    const counting = new FailingTransport(api.transport, 0);
    const second = await run(counting);
    // Keys are worked on one after the other: this one comes last, and is not written at all but for itself.
    await client('trainedmodels').create(model('z', 'nobody'));
    await until(api.transport, 'trainedmodels', all =>
      all.some(one => one.metadata.name === 'z' && one['status']),
    );
    await second.stop();
    assert.equal(counting.writes, 1);
  });
}
