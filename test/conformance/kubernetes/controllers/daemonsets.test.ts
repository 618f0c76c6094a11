import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { realPrograms } from '../real.ts';
import { type Cluster, type Loose, startCluster, type Way } from './cluster.ts';
import { daemonSet, namespace } from './manifests.ts';

const skip = realPrograms === undefined && 'ETCD and KUBE_APISERVER do not name the programs';
const ways: Readonly<Record<Way, { skip: false | string }>> = {
  'in the process': { skip: false },
  'over HTTPS': { skip: false },
  'over HTTPS, beside a real API server': { skip },
};

const hash = 'controller-revision-hash';
const n = 'daemons';

for (const [way, options] of Object.entries(ways) as [Way, { skip: false | string }][]) {
  describe(`the controller of DaemonSets ${way}`, options, () => {
    let cluster: Cluster;
    const ends: (() => Promise<void>)[] = [];

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
      cluster.until('pods', n, test, what);
    const nodesOf = (items: readonly Loose[]): string[] =>
      items.map(({ spec }) => String(spec['nodeName'])).toSorted();
    const rolledOut = ({ status = {}, metadata }: Loose): boolean =>
      status['observedGeneration'] === metadata.generation &&
      status['updatedNumberScheduled'] === 2 &&
      status['numberAvailable'] === 2;

    it('runs a pod on every node, renews them one by one, and goes back without a restart in vain', async () => {
      const sets = cluster.client('daemonsets');
      await sets.create(daemonSet(n, 'd'));
      await cluster.untilOne('daemonsets', n, 'd', rolledOut, 'rolled out');
      const first = await pods(items => items.length === 2, 'two pods');
      assert.deepEqual(nodesOf(first), ['node-1', 'node-2']);
      const [victim] = first;
      await cluster.client('pods').delete(n, victim?.metadata.name ?? '');
      const revived = (items: readonly Loose[]): boolean =>
        items.length === 2 && items.every(({ metadata }) => metadata.uid !== victim?.metadata.uid);
      await pods(revived, 'another pod in its place');

      const image = (name: string): object => ({
        spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } },
      });
      await sets.patch(n, 'd', 'strategic-merge', image('example/app:2'));
      await cluster.untilOne('daemonsets', n, 'd', rolledOut, 'renewed');
      const second = await pods(items => items.length === 2, 'two pods of the new template');
      const revisions = await cluster.until(
        'controllerrevisions',
        n,
        items => items.length === 2,
        'two revisions',
      );
      const latest = revisions.find(one => one['revision'] === 2);
      const data = latest?.['data'] as { spec: { template: object } } | undefined;
      assert.equal(Object.keys(data?.spec.template ?? {})[0], '$patch');
      const label = latest?.metadata.labels?.[hash];
      assert.deepEqual(
        second.map(({ metadata }) => metadata.labels?.[hash]),
        [label, label],
      );
      await sets.patch(n, 'd', 'strategic-merge', image('example/app:1'));
      await cluster.untilOne('daemonsets', n, 'd', rolledOut, 'gone back');
      const again = (items: readonly Loose[]): boolean =>
        items.length === 2 && items.some(one => one['revision'] === 3);
      await cluster.until('controllerrevisions', n, again, 'the first revision is the latest');
    });

    it('replaces a pod that has failed, and follows the labels of nodes', async () => {
      await cluster.client('daemonsets').create(daemonSet(n, 'blue', { nodeSelector: { color: 'blue' } }));
      const settled = ({ status = {}, metadata }: Loose): boolean =>
        status['observedGeneration'] === metadata.generation && status['desiredNumberScheduled'] === 0;
      await cluster.untilOne('daemonsets', n, 'blue', settled, 'wanted nowhere');
      const nodes = cluster.client('nodes');
      await nodes.patch('', 'node-2', 'merge', { metadata: { labels: { color: 'blue' } } });
      const ofBlue = (items: readonly Loose[]): readonly Loose[] =>
        items.filter(({ metadata }) => metadata.labels?.['app'] === 'blue');
      const on2 = (items: readonly Loose[]): boolean => nodesOf(ofBlue(items)).join() === 'node-2';
      const running = await pods(on2, 'a pod on the blue node');
      const [pod] = ofBlue(running);
      const { name = '', uid } = pod?.metadata ?? {};
      await cluster.client('pods').patch(n, name, 'merge', { status: { phase: 'Failed' } }, 'status');
      await pods(
        items => on2(items) && ofBlue(items).every(({ metadata }) => metadata.uid !== uid),
        'another pod for one that failed',
      );
      await nodes.patch('', 'node-2', 'merge', { metadata: { labels: { color: null } } });
      await pods(items => ofBlue(items).length === 0, 'no pods any more');
    });
  });
}
