import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { realPrograms } from '../real.ts';
import { type Cluster, type Loose, startCluster, type Way } from './cluster.ts';
import { configMap, deployment, namespace, pod } from './manifests.ts';

const skip = realPrograms === undefined && 'ETCD and KUBE_APISERVER do not name the programs';
const ways: Readonly<Record<Way, { skip: false | string }>> = {
  'in the process': { skip: false },
  'over HTTPS': { skip: false },
  'over HTTPS, beside a real API server': { skip },
};

const revision = 'deployment.kubernetes.io/revision';

for (const [way, options] of Object.entries(ways) as [Way, { skip: false | string }][]) {
  describe(`controllers ${way}`, options, () => {
    let cluster: Cluster;
    const ends: (() => Promise<void>)[] = [];

    before(async () => {
      const context = { after: (end: unknown) => void ends.push(end as () => Promise<void>) };
      cluster = await startCluster(context, way);
    });
    after(async () => {
      for (const end of ends) await end();
    });

    async function home(name: string): Promise<void> {
      await cluster.client('namespaces').create(namespace(name));
      const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
      await cluster.until('serviceaccounts', name, made, 'a service account');
    }

    it('leave what pods may use in a namespace until the pods have gone', async () => {
      const n = 'leaving';
      await home(n);
      await cluster.client('configmaps').create(configMap(n, 'used'));
      const held = pod(n, 'held');
      const metadata = { ...held.metadata, finalizers: ['example.com/hold'] };
      await cluster.client('pods').create({ ...held, metadata });
      await cluster.client('namespaces').delete('', n);
      const told = (item: Loose): boolean =>
        ((item.status?.['conditions'] ?? []) as readonly { type: string; message?: string }[]).some(
          one => one.type === 'NamespaceFinalizersRemaining' && one.message?.includes('example.com/hold'),
        );
      await cluster.untilOne('namespaces', '', n, told, 'held by a finalizer');
      const used = await cluster.client('configmaps').get(n, 'used');
      assert.equal(used.metadata.deletionTimestamp, undefined);
      assert.ok((await cluster.client('pods').get(n, 'held')).metadata.deletionTimestamp);
      await cluster.client('pods').patch(n, 'held', 'merge', { metadata: { finalizers: null } });
      const gone = (items: readonly Loose[]): boolean => items.every(item => item.metadata.name !== n);
      await cluster.until('namespaces', '', gone, 'gone');
    });

    it('delete objects that own each other in a circle, and leave others a turn meanwhile', async () => {
      const n = 'circle';
      await home(n);
      const maps = cluster.client('configmaps');
      const names = ['a', 'b', 'c'];
      const uids = new Map<string, string>();
      for (const name of names) {
        const { metadata } = await maps.create(configMap(n, name));
        uids.set(name, metadata.uid ?? '');
      }
      for (const [index, name] of names.entries()) {
        const owner = names[(index + 2) % 3] as string;
        const kind = { apiVersion: 'v1', kind: 'ConfigMap', blockOwnerDeletion: true };
        const ownerReferences = [{ ...kind, name: owner, uid: uids.get(owner) }];
        await maps.patch(n, name, 'merge', { metadata: { ownerReferences } });
      }
      await maps.delete(n, 'a', { propagation: 'Foreground' });
      const gone = (items: readonly Loose[]): boolean =>
        !items.some(one => uids.has(one.metadata.name ?? ''));
      await cluster.until('configmaps', n, gone, 'all gone');
    });

    it('count revisions beyond what a double holds', async () => {
      const n = 'revisions';
      await home(n);
      const first = deployment(n, 'web', 1);
      const { strategy: _, ...spec } = first.spec;
      const old = { ...first, apiVersion: 'apps/v1', kind: 'ReplicaSet' };
      const annotations = { [revision]: '3546343826724305832' };
      const metadata = { ...first.metadata, labels: { app: 'web' }, annotations };
      await cluster.client('replicasets').create({ ...old, metadata, spec: { ...spec, replicas: 1 } });
      const containers = [{ name: 'c', image: 'example/app:2' }];
      const template = { metadata: { labels: { app: 'web' } }, spec: { containers } };
      await cluster.client('deployments').create(deployment(n, 'web', 1, { template }));
      const counted = ({ metadata: { annotations } }: Loose): boolean =>
        annotations?.[revision] === '3546343826724305833';
      await cluster.untilOne('deployments', n, 'web', counted, 'the next revision');
    });
  });
}
