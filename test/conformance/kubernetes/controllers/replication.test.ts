import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { realPrograms } from '../real.ts';
import { type Cluster, type Loose, startCluster, type Way } from './cluster.ts';
import { namespace, pod, replicationController } from './manifests.ts';

const skip = realPrograms === undefined && 'ETCD and KUBE_APISERVER do not name the programs';
const ways: Readonly<Record<Way, { skip: false | string }>> = {
  'in the process': { skip: false },
  'over HTTPS': { skip: false },
  'over HTTPS, beside a real API server': { skip },
};

function ownerOf({ metadata }: Loose): string | undefined {
  return metadata.ownerReferences?.find(one => one.controller === true)?.name;
}

for (const [way, options] of Object.entries(ways) as [Way, { skip: false | string }][]) {
  describe(`the controller of ReplicationControllers ${way}`, options, () => {
    let cluster: Cluster;
    const ends: (() => Promise<void>)[] = [];
    const n = 'replication';

    before(async () => {
      const context = { after: (end: unknown) => void ends.push(end as () => Promise<void>) };
      cluster = await startCluster(context, way);
      await cluster.client('namespaces').create(namespace(n));
      const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
      await cluster.until('serviceaccounts', n, made, 'a service account');
    });
    after(async () => {
      for (const end of ends) await end();
    });

    const pods = (test: (items: readonly Loose[]) => boolean, what: string): Promise<readonly Loose[]> =>
      cluster.until(
        'pods',
        n,
        items => test(items.filter(one => one.metadata.labels?.['app'] === 'web')),
        what,
      );

    it('makes pods, takes over and lets go of others, and says so in its status', async () => {
      const controllers = cluster.client('replicationcontrollers');
      await cluster.client('pods').create(pod(n, 'web'));
      await controllers.create(replicationController(n, 'web', 2));
      const first = await pods(
        items => items.length === 2 && items.every(one => ownerOf(one) === 'web'),
        'one pod more, and the one that was there',
      );
      assert.ok(first.some(one => one.metadata.name === 'web'));
      const { status } = await cluster.untilOne(
        'replicationcontrollers',
        n,
        'web',
        one => one.status?.['availableReplicas'] === 2,
        'available',
      );
      const { replicas, readyReplicas, fullyLabeledReplicas, observedGeneration } = status ?? {};
      assert.deepEqual([replicas, readyReplicas, fullyLabeledReplicas, observedGeneration], [2, 2, 2, 1]);

      const relabelled = { metadata: { labels: { app: 'other' } } };
      await cluster.client('pods').patch(n, 'web', 'merge', relabelled);
      const freed = (item: Loose): boolean => ownerOf(item) === undefined;
      await cluster.untilOne('pods', n, 'web', freed, 'let go');
      await pods(items => items.length === 2, 'another pod in its place');

      await controllers.patch(n, 'web', 'merge', { spec: { replicas: 0 } });
      await pods(items => items.length === 0, 'no pods');
    });

    it('says why pods cannot be made, until they can', async () => {
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: n } };
      await cluster
        .client('resourcequotas')
        .create({ ...quota, spec: { hard: { pods: '2', replicationcontrollers: '9' } } });
      const counted = (item: Loose): boolean => item.status?.['hard'] !== undefined;
      await cluster.untilOne('resourcequotas', n, 'few', counted, 'counted');
      await cluster.client('replicationcontrollers').create(replicationController(n, 'many', 3));
      const countsIt = (item: Loose): boolean =>
        (item.status?.['used'] as { replicationcontrollers?: string })?.replicationcontrollers === '2';
      await cluster.untilOne('resourcequotas', n, 'few', countsIt, 'counted as one of two');
      const reasons = (item: Loose): unknown[] =>
        ((item.status?.['conditions'] ?? []) as readonly { reason?: string }[]).map(one => one.reason);
      await cluster.untilOne(
        'replicationcontrollers',
        n,
        'many',
        item => reasons(item).includes('FailedCreate'),
        'a failure',
      );
      await cluster.client('replicationcontrollers').patch(n, 'many', 'merge', { spec: { replicas: 1 } });
      await cluster.untilOne(
        'replicationcontrollers',
        n,
        'many',
        item => reasons(item).length === 0 && item.status?.['replicas'] === 1,
        'no failure any more',
      );
    });
  });
}
