import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Admission } from '../../../../src/cluster/admission/index.ts';
import { ResourceClient } from '../../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { resourceOf } from '../../../../src/cluster/view/index.ts';
import { until } from '../until.ts';
import { kserveCluster } from './cluster.ts';

/** Of an InferenceService from nothing to Ready in Knative's mode, events left out; 57 when nothing disturbs. */
const most = 66;

test('an InferenceService becomes ready with few writes, none of them in vain', async () => {
  const writes: string[] = [];
  const counting: Admission = {
    name: 'counting',
    concerns: ({ operation, kind }) =>
      (operation === 'CREATE' || operation === 'UPDATE') && kind.resource !== 'events',
    validate: ({ operation, kind, object }) => {
      const { name = '', generateName = '' } = object?.metadata ?? {};
      if (`${name}${generateName}`.startsWith('counted')) writes.push(`${operation} ${kind.resource}`);
    },
  };
  const cluster = await kserveCluster('knative', transport => transport, [counting]);
  try {
    await new ResourceClient(cluster.transport, resourceOf('inferenceservices')).create({
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: 'counted', namespace: 'default' },
      spec: { predictor: { sklearn: { storageUri: 'gs://example-models/sklearn/iris' } } },
    });
    await until(cluster.transport, 'inferenceservices', objects => objects.some(isReady));
    const slices = writes.filter(write => write === 'UPDATE discovery.k8s.io/endpointslices');
    assert.ok(slices.length <= 4, `two slices are written ${slices.length} times after they are made`);
    assert.ok(writes.length > 40 && writes.length <= most, `${writes.length} writes:\n${writes.join('\n')}`);
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
