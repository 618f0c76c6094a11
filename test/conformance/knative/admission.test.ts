import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceClient } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../../src/cluster/view/index.ts';
import { kserveCluster } from '../kserve/children/cluster.ts';
import { until } from '../kserve/until.ts';

const namespace = 'admitted';

test('an InferenceService becomes ready through a Knative Service that is defaulted, and written once', async () => {
  const cluster = await kserveCluster('knative');
  try {
    const client = (plural: Plural): ResourceClient =>
      new ResourceClient(cluster.transport, resourceOf(plural));
    await client('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await client('inferenceservices').create({
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: 'sk', namespace },
      spec: { predictor: { sklearn: { storageUri: 'gs://example-models/sklearn/iris' } } },
    });
    await until(cluster.transport, 'inferenceservices', objects => objects.some(isReady));
    const made = await client('services.serving.knative.dev').get(namespace, 'sk-predictor');
    const { annotations, generation } = made.metadata;
    const { template } = made['spec'] as {
      readonly template: { readonly spec: Readonly<Record<string, unknown>> };
    };
    assert.equal(annotations?.['serving.knative.dev/creator'], 'kubernetes-admin');
    assert.equal(template.spec['timeoutSeconds'], 300);
    assert.equal(generation, 1);
    assert.deepEqual(cluster.complaints, []);
  } finally {
    await cluster.stop();
  }
});

function isReady(object: KubeObject): boolean {
  const { conditions = [] } = (object['status'] ?? {}) as {
    conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(one => one.type === 'Ready' && one.status === 'True');
}
