import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { failureAnnotation } from '../failing.ts';
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

    it('runs a pod on every node, renews them, and goes back to the revision that it had', async () => {
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

    const ofApp = (items: readonly Loose[], app: string): readonly Loose[] =>
      items.filter(({ metadata }) => metadata.labels?.['app'] === app);
    const uids = (items: readonly Loose[]): string[] =>
      items.map(({ metadata }) => metadata.uid ?? '').toSorted();

    /** Deletes a set, whose pods and revisions stay. */
    const leave = async (name: string): Promise<void> => {
      await cluster.client('daemonsets').delete(n, name, { propagation: 'Orphan' });
      const gone = (items: readonly Loose[]): boolean => !items.some(one => one.metadata.name === name);
      await cluster.until('daemonsets', n, gone, 'no set');
    };

    it('renews pods one by one, and goes back from half of it without a restart in vain', async () => {
      const sets = cluster.client('daemonsets');
      await sets.create(daemonSet(n, 'half'));
      await cluster.untilOne('daemonsets', n, 'half', rolledOut, 'rolled out');
      const first = ofApp(await pods(items => ofApp(items, 'half').length === 2, 'two pods'), 'half');
      const template = (how: string | null): object => ({
        spec: { template: { metadata: { annotations: { [failureAnnotation]: how } } } },
      });
      await sets.patch(n, 'half', 'merge', template('crash'));
      const stuck = ({ status = {}, metadata }: Loose): boolean =>
        status['observedGeneration'] === metadata.generation &&
        status['updatedNumberScheduled'] === 1 &&
        status['numberAvailable'] === 1;
      await cluster.untilOne('daemonsets', n, 'half', stuck, 'renewed by half');
      const half = ofApp(await pods(items => ofApp(items, 'half').length === 2, 'two pods'), 'half');
      const [kept, ...others] = uids(half).filter(uid => uids(first).includes(uid));
      assert.ok(kept !== undefined && others.length === 0, 'one of them waits for the other');
      await sets.patch(n, 'half', 'merge', template(null));
      await cluster.untilOne('daemonsets', n, 'half', rolledOut, 'gone back');
      const back = ofApp(await pods(items => ofApp(items, 'half').length === 2, 'two pods'), 'half');
      assert.ok(uids(back).includes(kept), 'the pod that was never renewed is the same');
    });

    it('takes over the pods and revisions that one before it has left, and pods that come to match', async () => {
      const sets = cluster.client('daemonsets');
      await sets.create(daemonSet(n, 'heir'));
      await cluster.untilOne('daemonsets', n, 'heir', rolledOut, 'rolled out');
      const mine = (items: readonly Loose[]): readonly Loose[] => ofApp(items, 'heir');
      const left = await pods(items => mine(items).length === 2, 'two pods');
      await leave('heir');
      const { metadata } = await sets.create(daemonSet(n, 'heir'));
      const owned = (items: readonly Loose[], count: number): boolean =>
        mine(items).length === count &&
        mine(items).every(one => one.metadata.ownerReferences?.[0]?.uid === metadata.uid);
      const taken = await pods(items => owned(items, 2), 'pods of the new set');
      assert.deepEqual(uids(mine(taken)), uids(mine(left)));
      await cluster.until('controllerrevisions', n, items => owned(items, 1), 'the revision of the new set');

      const [template] = mine(taken);
      const labels = { ...template?.metadata.labels, app: 'nobodys' };
      const pod = { ...template, metadata: { name: 'nobodys', namespace: n, labels }, status: {} };
      await cluster.client('pods').create(pod as Loose);
      await cluster.client('pods').patch(n, 'nobodys', 'merge', { metadata: { labels: { app: 'heir' } } });
      await pods(
        items => items.every(one => one.metadata.name !== 'nobodys') && owned(items, 2),
        'the pod is taken over, and taken away as one too many',
      );
    });

    it('counts a collision where the name of its revision is taken', async () => {
      const sets = cluster.client('daemonsets');
      await sets.create(daemonSet(n, 'first'));
      await cluster.untilOne('daemonsets', n, 'first', rolledOut, 'rolled out');
      const named = (items: readonly Loose[]): readonly Loose[] =>
        items.filter(({ metadata }) => metadata.name?.startsWith('first-'));
      const made = await cluster.until('controllerrevisions', n, items => named(items).length === 1, 'one');
      const [revision] = named(made);
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'other', controller: true };
      await leave('first');
      const free = (items: readonly Loose[]): boolean =>
        named(items).length === 1 &&
        named(items).every(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
      await cluster.until('controllerrevisions', n, free, 'a revision of nobody');
      const { name = '' } = revision?.metadata ?? {};
      const holder = await cluster
        .client('configmaps')
        .create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: n } } as Loose);
      const ownerReferences = [{ ...owner, uid: holder.metadata.uid }];
      await cluster.client('controllerrevisions').patch(n, name, 'merge', { metadata: { ownerReferences } });
      await sets.create(daemonSet(n, 'first'));
      const collided = (one: Loose): boolean => rolledOut(one) && one.status?.['collisionCount'] === 1;
      await cluster.untilOne('daemonsets', n, 'first', collided, 'a collision, and rolled out');
      await cluster.until('controllerrevisions', n, items => named(items).length === 2, 'another revision');
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
