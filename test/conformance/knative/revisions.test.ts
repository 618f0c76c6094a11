import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ResourceClient } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { isActive, isReady, type Plural, type Pod, resourceOf } from '../../../src/cluster/view/index.ts';
import { failingStatus, failureAnnotation } from '../kubernetes/failing.ts';
import { until } from '../kserve/until.ts';
import { knativeCluster, type KnativeCluster } from './cluster.ts';

const services = 'services.serving.knative.dev';
const namespace = 'revised';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Event {
  readonly involvedObject: { readonly name: string };
  readonly source: { readonly component: string };
  readonly message: string;
}

interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly latestCreatedRevisionName?: string;
  readonly latestReadyRevisionName?: string;
  readonly traffic?: readonly object[];
}

describe('revisions of a Service', () => {
  let cluster: KnativeCluster;
  before(async () => {
    cluster = await knativeCluster(transport => transport, { grace: 0 });
    await client('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await until(cluster.transport, 'serviceaccounts', all =>
      all.some(one => one.metadata.namespace === namespace),
    );
  });
  after(() => cluster.stop());

  test('one that crashes is told, and the one before it goes on', async () => {
    await client(services).create(service('crashing', {}));
    await said('crashing', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
    await change('crashing', { template: template({ [failureAnnotation]: 'crash' }) });
    const status = await said('crashing', ({ conditions }) => word(conditions, 'Ready')?.status === 'False');
    const failed = {
      status: 'False',
      reason: 'RevisionFailed',
      message:
        'Revision "crashing-00002" failed with message: Container failed with: ValueError: cannot load model.',
    };
    assert.deepEqual(word(status.conditions, 'ConfigurationsReady'), failed);
    assert.deepEqual(word(status.conditions, 'Ready'), failed);
    assert.deepEqual(word(status.conditions, 'RoutesReady'), { status: 'True' });
    assert.equal(status.latestCreatedRevisionName, 'crashing-00002');
    assert.equal(status.latestReadyRevisionName, 'crashing-00001');
    assert.deepEqual(status.traffic, [
      { latestRevision: true, percent: 100, revisionName: 'crashing-00001' },
    ]);
  });

  test('one that was ready says so when its pods no longer come up, and when they do again', async () => {
    await client(services).create(service('sick', {}));
    await said('sick', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
    const pod = await until(cluster.transport, 'pods', all =>
      all.find(one => one.metadata.labels?.['serving.knative.dev/revision'] === 'sick-00001'),
    );
    const { name = '' } = pod.metadata;
    // One that is Pending would be set going by its node again.
    const failing = failingStatus('image', pod['spec'] as never, '2026-01-01T00:00:00Z');
    const status = { ...failing, phase: 'Running' };
    await client('pods').patch(namespace, name, 'strategic-merge', { status }, 'status');
    const { conditions } = await said('sick', one => word(one.conditions, 'Ready')?.status === 'False');
    assert.equal(
      word(conditions, 'Ready')?.message,
      'Revision "sick-00001" failed with message: Back-off pulling image.',
    );
    await client('pods').delete(namespace, name);
    await said('sick', one => word(one.conditions, 'Ready')?.status === 'True');
  });

  test('a first one that crashes leaves the Service without traffic, and a good one gives it', async () => {
    await client(services).create(service('never', { [failureAnnotation]: 'crash' }));
    const status = await said(
      'never',
      ({ conditions }) => word(conditions, 'RoutesReady')?.status === 'False',
    );
    assert.deepEqual(word(status.conditions, 'RoutesReady'), {
      status: 'False',
      reason: 'RevisionMissing',
      message: 'Configuration "never" does not have any ready Revision.',
    });
    assert.equal(status.traffic, undefined);
    await change('never', { template: template({}) });
    await said('never', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
  });

  test('one without a place to run says what the scheduler says', async () => {
    const container = { name: 'main', image: 'example/server:1', resources: { requests: { cpu: '500' } } };
    await client(services).create({
      ...service('huge', {}),
      spec: { template: { spec: { containers: [container] } } },
    });
    const revision = await until(cluster.transport, 'revisions.serving.knative.dev', all =>
      all.find(
        one =>
          one.metadata.name === 'huge-00001' && word(statusOf(one).conditions, 'Ready')?.status === 'False',
      ),
    );
    const available = word(statusOf(revision).conditions, 'ResourcesAvailable');
    assert.equal(available?.reason, 'Unschedulable');
    assert.match(available.message ?? '', /Insufficient cpu/);
  });

  test('one that nobody reaches lets its pods go, and has pods again before it has requests', async () => {
    await client(services).create(service('back', {}));
    await said('back', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
    await change('back', { template: template({ 'example.dev/try': 'second' }) });
    await said('back', ({ traffic }) => leadsTo(traffic, 'back-00002'));
    await until(cluster.transport, 'deployments', all =>
      all.some(one => one.metadata.name === 'back-00001-deployment' && replicasOf(one) === 0),
    );
    const routes: boolean[] = [];
    const look = until(cluster.transport, 'ingresses.networking.internal.knative.dev', all => {
      const text = JSON.stringify(all.find(one => one.metadata.name === 'back')?.['spec']);
      routes.push(text.includes('back-00001'));
      return routes.at(-1);
    });
    await change('back', { traffic: [{ revisionName: 'back-00001', percent: 100 }] });
    await look;
    const labelSelector = 'serving.knative.dev/revision=back-00001';
    const { items } = await client('pods').list({ namespace, labelSelector });
    assert.deepEqual(
      (items as readonly Pod[]).filter(isActive).map(pod => isReady(pod)),
      [true],
    );
    const status = await said(
      'back',
      ({ traffic, conditions }) =>
        leadsTo(traffic, 'back-00001') && word(conditions, 'Ready')?.status === 'True',
    );
    assert.deepEqual(status.traffic, [{ latestRevision: false, percent: 100, revisionName: 'back-00001' }]);
    await until(cluster.transport, 'deployments', all =>
      all.some(one => one.metadata.name === 'back-00002-deployment' && replicasOf(one) === 0),
    );
  });

  test('traffic to a revision that is not there is a fault, which ends with it', async () => {
    const traffic = [{ revisionName: 'later-00002', percent: 100 }];
    await client(services).create({ ...service('later', {}), spec: { template: template({}), traffic } });
    const status = await said(
      'later',
      ({ conditions }) => word(conditions, 'RoutesReady')?.status === 'False',
    );
    assert.deepEqual(word(status.conditions, 'RoutesReady'), {
      status: 'False',
      reason: 'RevisionMissing',
      message: 'Revision "later-00002" referenced in traffic not found.',
    });
    await change('later', { template: template({ 'example.dev/try': 'second' }) });
    await said('later', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
  });

  test('a Configuration of somebody else in its name is left alone', async () => {
    const { apiVersion, metadata, spec } = service('taken', {});
    await client('configurations.serving.knative.dev').create({
      apiVersion,
      kind: 'Configuration',
      metadata,
      spec,
    });
    await until(cluster.transport, 'configurations.serving.knative.dev', all =>
      all.some(
        one => one.metadata.name === 'taken' && statusOf(one).latestReadyRevisionName === 'taken-00001',
      ),
    );
    await client(services).create(service('taken', {}));
    const notOwned = ({ conditions }: Status): boolean => word(conditions, 'Ready')?.reason === 'NotOwned';
    const { conditions } = await said('taken', notOwned);
    assert.deepEqual(word(conditions, 'ConfigurationsReady'), {
      status: 'False',
      reason: 'NotOwned',
      message: 'There is an existing Configuration "taken" that we do not own.',
    });
  });

  test('labels and annotations that are taken off a Service are taken off what it has', async () => {
    const plain = service('marked', {});
    const marks = { labels: { team: 'a' }, annotations: { 'example.dev/note': 'b' } };
    await client(services).create({ ...plain, metadata: { ...plain.metadata, ...marks } });
    await said('marked', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
    const kinds = [
      'configurations.serving.knative.dev',
      'routes.serving.knative.dev',
      'ingresses.networking.internal.knative.dev',
      'services',
    ] as const;
    for (const plural of kinds) assert.deepEqual(await marksOf(plural), ['a', 'b'], plural);
    const metadata = { labels: { team: null }, annotations: { 'example.dev/note': null } };
    await client(services).patch(namespace, 'marked', 'merge', { metadata });
    for (const plural of kinds) {
      await until(cluster.transport, plural, all =>
        all.some(
          one =>
            one.metadata.name === 'marked' &&
            one.metadata.labels?.['team'] === undefined &&
            one.metadata.annotations?.['example.dev/note'] === undefined,
        ),
      );
    }
    const { metadata: kept } = await client(kinds[0]).get(namespace, 'marked');
    assert.equal(kept.annotations?.['serving.knative.dev/routes'], 'marked');

    async function marksOf(plural: Plural): Promise<(string | undefined)[]> {
      const { labels, annotations } = (await client(plural).get(namespace, 'marked')).metadata;
      return [labels?.['team'], annotations?.['example.dev/note']];
    }
  });

  test('a Route that goes lets its revisions go', async () => {
    const { metadata, spec } = service('routed', {});
    const apiVersion = 'serving.knative.dev/v1';
    const configurations = 'configurations.serving.knative.dev';
    const routes = 'routes.serving.knative.dev';
    await client(configurations).create({ apiVersion, kind: 'Configuration', metadata, spec });
    const traffic = [{ configurationName: 'routed', latestRevision: true, percent: 100 }];
    await client(routes).create({ apiVersion, kind: 'Route', metadata, spec: { traffic } });
    const isRouted = (all: readonly KubeObject[], routed: boolean): boolean =>
      all.some(
        one =>
          one.metadata.name === 'routed-00001' &&
          one.metadata.labels?.['serving.knative.dev/routingState'] === (routed ? 'active' : 'reserve'),
      );
    await until(cluster.transport, 'revisions.serving.knative.dev', all => isRouted(all, true));
    await client(routes).delete(namespace, 'routed');
    await until(cluster.transport, 'revisions.serving.knative.dev', all => isRouted(all, false));
    await until(cluster.transport, 'deployments', all =>
      all.some(one => one.metadata.name === 'routed-00001-deployment' && replicasOf(one) === 0),
    );
    const { metadata: left } = await client(configurations).get(namespace, 'routed');
    assert.equal(left.annotations?.['serving.knative.dev/routes'], undefined);
  });

  test('what is made and what becomes ready is told by events, each by its controller', async () => {
    await client(services).create(service('told', {}));
    await said('told', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
    const wanted = [
      'configuration-controller: Configuration becomes ready',
      'configuration-controller: Created Revision "told-00001"',
      'configuration-controller: LatestReadyRevisionName updated to "told-00001"',
      'revision-controller: Revision becomes ready upon all resources being ready',
      'route-controller: Created Ingress "told"',
      'route-controller: Created placeholder service "told"',
      'service-controller: Created Configuration "told"',
      'service-controller: Created Route "told"',
    ];
    await until(cluster.transport, 'events', all => {
      const lines = all
        .filter(one => (one as unknown as Event).involvedObject.name.startsWith('told'))
        .map(one => one as unknown as Event)
        .filter(({ source }) => wanted.some(line => line.startsWith(`${source.component}:`)))
        .map(({ source, message }) => `${source.component}: ${message}`)
        .toSorted();
      return JSON.stringify(lines) === JSON.stringify(wanted);
    });
  });

  test('all that a Service had goes with it', async () => {
    await client(services).create(service('gone', {}));
    await said('gone', ({ conditions }) => word(conditions, 'Ready')?.status === 'True');
    await client(services).delete(namespace, 'gone');
    for (const plural of [
      'routes.serving.knative.dev',
      'revisions.serving.knative.dev',
      'deployments',
      'services',
      'pods',
    ] as const) {
      await until(cluster.transport, plural, all =>
        all.every(one => !(one.metadata.name ?? '').startsWith('gone')),
      );
    }
  });

  function client(plural: Plural): ResourceClient {
    return new ResourceClient(cluster.transport, resourceOf(plural));
  }

  async function change(name: string, spec: object): Promise<void> {
    await client(services).patch(namespace, name, 'merge', { spec });
  }

  /** The status of a Service about what it is now, once it says what is wanted. */
  function said(name: string, wanted: (status: Status) => boolean): Promise<Status> {
    return until(cluster.transport, services, all => {
      const found = all.find(one => one.metadata.name === name);
      if (found === undefined) return undefined;
      const status = statusOf(found);
      return status.observedGeneration === found.metadata.generation && wanted(status) ? status : undefined;
    });
  }
});

function service(name: string, annotations: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { template: template(annotations) },
  };
}

function template(annotations: Readonly<Record<string, string>>): object {
  const spec = { containers: [{ name: 'main', image: 'example/server:1' }] };
  // A merge patch takes off what an earlier template had.
  return { metadata: { annotations: { [failureAnnotation]: null, ...annotations } }, spec };
}

function statusOf(object: KubeObject): Status {
  return object['status'] ?? {};
}

function word(
  conditions: readonly Condition[] | undefined,
  type: string,
): Omit<Condition, 'type'> | undefined {
  const { status, reason, message } = conditions?.find(one => one.type === type) ?? {};
  if (status === undefined) return undefined;
  return { status, ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
}

function leadsTo(traffic: readonly object[] | undefined, revision: string): boolean {
  return JSON.stringify(traffic ?? []).includes(revision);
}

function replicasOf({
  spec,
  status,
}: KubeObject & { readonly spec?: unknown; readonly status?: unknown }): number {
  const wanted = (spec as { replicas?: number }).replicas ?? 1;
  return Math.max(wanted, (status as { replicas?: number } | undefined)?.replicas ?? 0);
}
