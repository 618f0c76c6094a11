import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceClient } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../../src/cluster/view/index.ts';
import { kserveCluster } from './children/cluster.ts';
import { cases } from './recorded.ts';
import { until } from './until.ts';

type Cluster = Awaited<ReturnType<typeof kserveCluster>>;
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const namespace = 'models';

function client(cluster: Cluster, plural: Plural): ResourceClient {
  return new ResourceClient(cluster.transport, resourceOf(plural));
}

function readyOf(object: KubeObject | undefined): Condition | undefined {
  const { conditions = [] } = (object?.['status'] ?? {}) as { conditions?: readonly Condition[] };
  return conditions.find(one => one.type === 'Ready');
}

const named = (objects: readonly KubeObject[], name: string): KubeObject | undefined =>
  objects.find(one => one.metadata.name === name);

const alpha = 'serving.kserve.io/v1alpha1';
const inNamespace = (kind: string, name: string, spec: object, apiVersion = alpha): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
});
const runtime = inNamespace('ServingRuntime', 'several', {
  multiModel: true,
  supportedModelFormats: [{ name: 'sklearn', version: '1', autoSelect: true, priority: 3 }],
  protocolVersions: ['v1', 'v2'],
  containers: [{ name: 'kserve-container', image: 'example/several:1' }],
});
const limits = { cpu: '1', memory: '1Gi' };
const service = inNamespace(
  'InferenceService',
  'parent',
  {
    predictor: {
      model: {
        modelFormat: { name: 'sklearn' },
        runtime: 'several',
        resources: { limits, requests: limits },
      },
    },
  },
  'serving.kserve.io/v1beta1',
);
const model = (name: string): KubeObject =>
  inNamespace('TrainedModel', name, {
    inferenceService: 'parent',
    model: { storageUri: `gs://b/${name}`, framework: 'sklearn', memory: '256Mi' },
  });

async function listed(cluster: Cluster, ...names: string[]): Promise<void> {
  await until(cluster.transport, 'configmaps', maps => {
    const data = named(maps, 'modelconfig-parent-0')?.['data'] as { 'models.json'?: string } | undefined;
    const entries = JSON.parse(data?.['models.json'] ?? '[]') as { modelName: string }[];
    return JSON.stringify(entries.map(one => one.modelName)) === JSON.stringify(names);
  });
}

test('trained models wait for their service, are listed for its server, and go with it', async t => {
  const cluster = await kserveCluster('standard');
  t.after(() => cluster.stop());
  const models = client(cluster, 'trainedmodels');
  await client(cluster, 'namespaces').create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await models.create(model('early'));
  const waiting = await until(cluster.transport, 'trainedmodels', all => readyOf(named(all, 'early')));
  assert.equal(waiting.status, 'False');
  assert.equal(waiting.reason, 'InferenceServiceNotFound');
  await client(cluster, 'servingruntimes').create(runtime);
  await client(cluster, 'inferenceservices').create(service);
  await listed(cluster, 'early');
  await models.create(model('later'));
  await listed(cluster, 'early', 'later');
  const whole = await until(
    cluster.transport,
    'trainedmodels',
    all => readyOf(named(all, 'later'))?.status === 'True' && named(all, 'later'),
  );
  assert.deepEqual(whole.metadata.finalizers, ['trainedmodel.finalizer']);
  assert.equal(
    (whole['status'] as { url: string }).url,
    'http://parent-models.example.com/v1/models/later:predict',
  );
  await models.delete(namespace, 'early');
  await listed(cluster, 'later');
  await client(cluster, 'inferenceservices').delete(namespace, 'parent');
  await until(cluster.transport, 'trainedmodels', all => all.length === 0);
  assert.deepEqual(cluster.complaints, []);
});

test('a namespace goes whatever order its services and models go in', async t => {
  const cluster = await kserveCluster('standard');
  t.after(() => cluster.stop());
  await client(cluster, 'namespaces').create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await client(cluster, 'servingruntimes').create(runtime);
  await client(cluster, 'inferenceservices').create(service);
  await client(cluster, 'trainedmodels').create(model('a'));
  await listed(cluster, 'a');
  await client(cluster, 'namespaces').delete('', namespace);
  await until(cluster.transport, 'namespaces', all => named(all, namespace) === undefined);
});

test('a graph says that nothing serves it yet', async t => {
  const cluster = await kserveCluster('standard');
  t.after(() => cluster.stop());
  await client(cluster, 'namespaces').create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const nodes = { root: { routerType: 'Sequence', steps: [{ serviceName: 'parent' }] } };
  await client(cluster, 'inferencegraphs').create(inNamespace('InferenceGraph', 'g', { nodes }));
  const ready = await until(cluster.transport, 'inferencegraphs', all => readyOf(named(all, 'g')));
  assert.equal(ready.status, 'False');
  assert.equal(ready.reason, 'NotServedYet');
  assert.match(ready.message ?? '', /does not serve them yet/);
});

const notEnough = {
  message: 'Inference Service does not have enough memory resources for Trained Model',
  reason: 'MemoryResourceNotAvailable',
  status: 'False',
};
const isTrue = { status: 'True' };

/** What a real KServe left of the models of two manifests. */
const recorded: readonly (readonly [manifest: string, model: string, parent: string, conditions: object])[] =
  [
    [
      '089-trainedmodel',
      'tm1',
      'parent',
      {
        InferenceServiceReady: isTrue,
        IsMMSPredictor: isTrue,
        MemoryResourceAvailable: notEnough,
        Ready: notEnough,
      },
    ],
    [
      '283-trainedmodel-parent-not-mms',
      'tmp',
      'single',
      {
        InferenceServiceReady: isTrue,
        IsMMSPredictor: {
          message: 'Inference Service predictor is not configured for multi-model serving',
          reason: 'IsNotMMSPredictor',
          status: 'False',
        },
        MemoryResourceAvailable: notEnough,
        Ready: notEnough,
      },
    ],
  ];

function conditionsIn(object: KubeObject): Record<string, object> {
  const { conditions = [] } = (object['status'] ?? {}) as { conditions?: readonly Condition[] };
  return Object.fromEntries(
    conditions.map(({ type, ...rest }) => {
      const { lastTransitionTime: _, ...said } = rest as Record<string, unknown>;
      return [type, said];
    }),
  );
}

function managersOf({ metadata }: KubeObject): string[] {
  const all = (metadata.managedFields ?? []).map(({ manager, operation, subresource }) =>
    [`${manager}:${operation}`, ...(subresource === undefined ? [] : [subresource])].join('/'),
  );
  return all.toSorted();
}

for (const [manifest, name, parent, conditions] of recorded) {
  test(`what becomes of ${manifest} is what a real KServe made of it`, async t => {
    const cluster = await kserveCluster('standard');
    t.after(() => cluster.stop());
    await client(cluster, 'namespaces').create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    const plurals = { ServingRuntime: 'servingruntimes', InferenceService: 'inferenceservices' } as const;
    const steps = cases.find(one => one.name === manifest)?.steps.filter(step => step.do === 'create') ?? [];
    for (const { object } of steps) {
      const made = object as unknown as KubeObject;
      const plural = plurals[made.kind as keyof typeof plurals] ?? 'trainedmodels';
      await client(cluster, plural).create({ ...made, metadata: { ...made.metadata, namespace } });
    }
    const wanted = JSON.stringify(conditions);
    const found = await until(cluster.transport, 'trainedmodels', all => {
      const one = named(all, name);
      return one !== undefined && JSON.stringify(conditionsIn(one), sortedKeys) === wanted && one;
    });
    assert.deepEqual(found.metadata.labels, { inferenceservice: parent });
    assert.deepEqual(found.metadata.finalizers, ['trainedmodel.finalizer']);
    assert.deepEqual(managersOf(found), [
      'kserve-manager:Update',
      'kserve-manager:Update/status',
      'kubectl-create:Update',
    ]);
    assert.deepEqual(Object.keys(found['status'] as object), ['conditions']);
  });
}

function sortedKeys(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
