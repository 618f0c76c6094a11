import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ResourceClient } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../../src/cluster/view/index.ts';
import { failureAnnotation } from '../kubernetes/failing.ts';
import { until } from '../kserve/until.ts';
import { knativeCluster, type KnativeCluster } from './cluster.ts';

const namespace = 'collected';
const services = 'services.serving.knative.dev';
const revisions = 'revisions.serving.knative.dev';

describe('revisions that requests no longer go to', () => {
  let cluster: KnativeCluster;
  before(async () => {
    const retention = { sinceCreation: 0, sinceActive: 0, least: 1, most: 1000 };
    cluster = await knativeCluster(transport => transport, { grace: 0, retention });
    await client('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await until(cluster.transport, 'serviceaccounts', all =>
      all.some(one => one.metadata.namespace === namespace),
    );
  });
  after(() => cluster.stop());

  test('are collected with their pods, but for the last one', async () => {
    await client(services).create(service('old', {}));
    for (const generation of [1, 2, 3]) {
      await until(cluster.transport, services, all =>
        all.some(one => one.metadata.name === 'old' && servedBy(one) === `old-0000${generation}`),
      );
      if (generation < 3) await change('old', { 'example.dev/try': String(generation) });
    }
    await until(cluster.transport, revisions, all => named(all, 'old-').join() === 'old-00002,old-00003');
    await until(
      cluster.transport,
      'deployments',
      all => !named(all, 'old-').includes('old-00001-deployment'),
    );
  });

  test('stop their pods where they failed and a newer one is there, ready or not', async () => {
    await client(services).create(service('failed', { [failureAnnotation]: 'crash' }));
    await until(cluster.transport, revisions, all => all.some(one => hasFailed(one, 'failed-00001')));
    const running = (all: readonly KubeObject[], revision: string): boolean =>
      all.some(one => one.metadata.labels?.['serving.knative.dev/revision'] === revision);
    assert.ok(await until(cluster.transport, 'pods', all => running(all, 'failed-00001')));
    await change('failed', { [failureAnnotation]: 'image' });
    await until(
      cluster.transport,
      'pods',
      all => !running(all, 'failed-00001') && running(all, 'failed-00002'),
    );
    await change('failed', {});
    await until(cluster.transport, services, all =>
      all.some(one => one.metadata.name === 'failed' && servedBy(one) === 'failed-00003'),
    );
    await until(
      cluster.transport,
      'pods',
      all => !running(all, 'failed-00002') && running(all, 'failed-00003'),
    );
  });

  function client(plural: Plural): ResourceClient {
    return new ResourceClient(cluster.transport, resourceOf(plural));
  }

  async function change(name: string, annotations: Readonly<Record<string, string>>): Promise<void> {
    const template = templateWith({ [failureAnnotation]: null, ...annotations });
    await client(services).patch(namespace, name, 'merge', { spec: { template } });
  }
});

function service(name: string, annotations: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { template: templateWith(annotations) },
  };
}

function templateWith(annotations: Readonly<Record<string, string | null>>): object {
  return { metadata: { annotations }, spec: { containers: [{ name: 'main', image: 'example/server:1' }] } };
}

interface Status {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly traffic?: readonly { readonly revisionName?: string }[];
}

/** The revision that a Service's requests go to. */
function servedBy(object: KubeObject): string | undefined {
  return (object['status'] as Status | undefined)?.traffic?.[0]?.revisionName;
}

function hasFailed(object: KubeObject, name: string): boolean {
  const { conditions = [] } = (object['status'] ?? {}) as Status;
  const failed = conditions.some(one => one.type === 'Ready' && one.status === 'False');
  return object.metadata.name === name && failed;
}

function named(all: readonly KubeObject[], prefix: string): string[] {
  return all
    .map(({ metadata }) => metadata.name ?? '')
    .filter(name => name.startsWith(prefix))
    .toSorted();
}
