import assert from 'node:assert/strict';
import { describe, it, before, after } from 'node:test';
import { type Cluster, type Loose, startCluster, type Way } from './cluster.ts';
import { realPrograms } from '../real.ts';
import { configMap, deployment, job, namespace, pod, service, statefulSet } from './manifests.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const skip = realPrograms === undefined && 'ETCD and KUBE_APISERVER do not name the programs';
const ways: Readonly<Record<Way, { skip: false | string }>> = {
  'in the process': { skip: false },
  'over HTTPS': { skip: false },
  'over HTTPS, beside a real API server': { skip },
};

function conditions({ status }: Loose): Record<string, string> {
  const list = (status?.['conditions'] ?? []) as readonly Condition[];
  return Object.fromEntries(list.map(one => [one.type, `${one.status} ${one.reason ?? ''}`.trim()]));
}

function isRolledOut(object: Loose): boolean {
  const { status = {}, metadata, spec } = object;
  return (
    status['observedGeneration'] === metadata.generation &&
    (status['updatedReplicas'] ?? 0) === spec['replicas'] &&
    (status['replicas'] ?? 0) === spec['replicas'] &&
    (status['availableReplicas'] ?? 0) === spec['replicas']
  );
}

function image(object: Loose): unknown {
  const { template } = object.spec as { template: { spec: { containers: { image: string }[] } } };
  return template.spec.containers[0]?.image;
}

for (const [way, options] of Object.entries(ways) as [Way, { skip: false | string }][]) {
  describe(`controllers ${way}`, options, () => {
    let cluster: Cluster;
    const ends: (() => Promise<void>)[] = [];
    let count = 0;

    before(async () => {
      cluster = await startCluster({ after: end => ends.push(end as () => Promise<void>) }, way);
    });
    after(async () => {
      for (const end of ends) await end();
    });

    /** A namespace of its own, with what a pod needs to be made. */
    async function fresh(): Promise<string> {
      const name = `n${++count}`;
      await cluster.client('namespaces').create(namespace(name));
      const made = (items: readonly Loose[]): boolean => items.some(one => one.metadata.name === 'default');
      await cluster.until('serviceaccounts', name, made, 'a service account');
      return name;
    }

    it('rolls a Deployment out, scales it, pauses it and goes back', async () => {
      const n = await fresh();
      const deployments = cluster.client('deployments');
      await deployments.create(deployment(n, 'web', 3));
      const first = await cluster.untilOne('deployments', n, 'web', isRolledOut, 'rolled out');
      assert.deepEqual(conditions(first), {
        Available: 'True MinimumReplicasAvailable',
        Progressing: 'True NewReplicaSetAvailable',
      });
      assert.equal(first.metadata.annotations?.['deployment.kubernetes.io/revision'], '1');
      assert.equal(first.metadata.generation, 1);

      await deployments.patch(n, 'web', 'merge', { spec: { replicas: 5 } });
      await cluster.untilOne('deployments', n, 'web', isRolledOut, 'scaled');
      const setsNow = await cluster.client('replicasets').list({ namespace: n });
      assert.equal(setsNow.items.length, 1);

      const renewed = { template: { spec: { containers: [{ name: 'c', image: 'example/app:2' }] } } };
      await deployments.patch(n, 'web', 'strategic-merge', { spec: renewed });
      const second = await cluster.untilOne('deployments', n, 'web', isRolledOut, 'rolled out again');
      assert.equal(second.metadata.annotations?.['deployment.kubernetes.io/revision'], '2');

      await deployments.patch(n, 'web', 'merge', { spec: { paused: true } });
      await cluster.untilOne(
        'deployments',
        n,
        'web',
        one => conditions(one)['Progressing'] === 'Unknown DeploymentPaused',
        'paused',
      );
      const back = { template: { spec: { containers: [{ name: 'c', image: 'example/app:1' }] } } };
      await deployments.patch(n, 'web', 'strategic-merge', { spec: back });
      await deployments.patch(n, 'web', 'merge', { spec: { paused: null } });
      const third = await cluster.untilOne('deployments', n, 'web', isRolledOut, 'gone back');
      assert.equal(image(third), 'example/app:1');
      const sets = await cluster.until(
        'replicasets',
        n,
        all =>
          all.length === 2 &&
          all.every(one => one.spec['replicas'] === (image(one) === 'example/app:1' ? 5 : 0)),
        'the old set again',
      );
      const old = sets.find(set => image(set) === 'example/app:1');
      assert.equal(old?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');
      assert.equal(old?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
    });

    it('deletes what a Deployment owns after it, before it, or not at all', async () => {
      const n = await fresh();
      const deployments = cluster.client('deployments');
      for (const name of ['back', 'fore', 'orphan']) {
        await deployments.create(deployment(n, name, 1));
        await cluster.untilOne('deployments', n, name, isRolledOut, `${name} rolled out`);
      }
      const of = (items: readonly Loose[], app: string): number =>
        items.filter(one => one.metadata.labels?.['app'] === app).length;

      await deployments.delete(n, 'back', { propagation: 'Background' });
      await assert.rejects(deployments.get(n, 'back'), { reason: 'NotFound' });
      await cluster.until('pods', n, all => of(all, 'back') === 0, 'pods gone after it');

      await cluster.client('pods').create({
        ...pod(n, 'held'),
        metadata: {
          name: 'held',
          namespace: n,
          finalizers: ['example.dev/held'],
          ownerReferences: [await ownerOf(n, 'fore')],
        },
      });
      await deployments.delete(n, 'fore', { propagation: 'Foreground' });
      await cluster.until('replicasets', n, all => of(all, 'fore') === 0, 'its set gone first');
      const waiting = await deployments.get(n, 'fore');
      assert.deepEqual(waiting.metadata.finalizers, ['foregroundDeletion']);
      await cluster.client('pods').patch(n, 'held', 'merge', { metadata: { finalizers: null } });
      const noFore = (all: readonly Loose[]): boolean => all.every(one => one.metadata.name !== 'fore');
      await cluster.until('deployments', n, noFore, 'gone when nothing is held any more');

      await deployments.delete(n, 'orphan', { propagation: 'Orphan' });
      const noOrphan = (all: readonly Loose[]): boolean => all.every(one => one.metadata.name !== 'orphan');
      await cluster.until('deployments', n, noOrphan, 'gone without its set');
      const { items } = await cluster.client('replicasets').list({ namespace: n });
      assert.deepEqual(
        items.map(one => one.metadata.ownerReferences ?? []),
        [[]],
      );
      assert.equal(of((await cluster.client('pods').list({ namespace: n })).items, 'orphan'), 1);

      await deployments.create(deployment(n, 'orphan', 1));
      const taken = await cluster.until(
        'replicasets',
        n,
        all => all.length === 1 && all[0]?.metadata.ownerReferences?.length === 1,
        'taken over by a new Deployment',
      );
      assert.equal(taken[0]?.metadata.uid, items[0]?.metadata.uid);
    });

    async function ownerOf(
      n: string,
      name: string,
    ): Promise<NonNullable<Loose['metadata']['ownerReferences']>[number]> {
      const { metadata } = await cluster.client('deployments').get(n, name);
      const { uid = '' } = metadata;
      return { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, blockOwnerDeletion: true };
    }

    /** What a kubelet would say of a container that ended. */
    async function ended(n: string, name: string, phase: 'Succeeded' | 'Failed'): Promise<void> {
      await cluster.client('pods').patch(n, name, 'merge', { status: { phase } }, 'status');
    }

    it('runs a Job to its end, also when a pod that ended is removed', async () => {
      const n = await fresh();
      await cluster.client('jobs').create(job(n, 'sum', { completions: 2, parallelism: 1 }));
      const running = (all: readonly Loose[]): boolean =>
        all.some(one => one.status?.['phase'] === 'Running');
      const [first] = await cluster.until('pods', n, running, 'a pod');
      const firstName = first?.metadata.name ?? '';
      await ended(n, firstName, 'Succeeded');
      await cluster.untilOne('jobs', n, 'sum', one => one.status?.['succeeded'] === 1, 'one done');
      await cluster.client('pods').delete(n, firstName, { gracePeriodSeconds: 0 });
      const second = (
        await cluster.until(
          'pods',
          n,
          all => running(all) && all.every(one => one.metadata.name !== firstName),
          'the second pod',
        )
      ).find(one => one.status?.['phase'] === 'Running');
      await ended(n, second?.metadata.name ?? '', 'Succeeded');
      const done = await cluster.untilOne(
        'jobs',
        n,
        'sum',
        one => conditions(one)['Complete'] !== undefined,
        'complete',
      );
      assert.deepEqual(conditions(done), {
        SuccessCriteriaMet: 'True CompletionsReached',
        Complete: 'True CompletionsReached',
      });
      assert.equal(done.status?.['succeeded'], 2);
      assert.equal(done.status?.['active'], undefined);
    });

    it('keeps a namespace until what is held in it is let go', async () => {
      const n = await fresh();
      const held = { finalizers: ['example.dev/held'] };
      await cluster.client('configmaps').create(configMap(n, 'held', held));
      await cluster.client('configmaps').create(configMap(n, 'free'));
      await cluster.client('namespaces').delete('', n);
      const ending = await cluster.untilOne(
        'namespaces',
        '',
        n,
        one => conditions(one)['NamespaceFinalizersRemaining'] === 'True SomeFinalizersRemain',
        'terminating',
      );
      assert.deepEqual(conditions(ending), {
        NamespaceDeletionDiscoveryFailure: 'False ResourcesDiscovered',
        NamespaceDeletionGroupVersionParsingFailure: 'False ParsedGroupVersions',
        NamespaceDeletionContentFailure: 'False ContentDeleted',
        NamespaceContentRemaining: 'True SomeResourcesRemain',
        NamespaceFinalizersRemaining: 'True SomeFinalizersRemain',
      });
      const names = (await cluster.client('configmaps').list({ namespace: n })).items.map(
        one => one.metadata.name,
      );
      assert.deepEqual(names, ['held']);
      await cluster.client('configmaps').patch(n, 'held', 'merge', { metadata: { finalizers: null } });
      const gone = (all: readonly Loose[]): boolean => all.every(one => one.metadata.name !== n);
      await cluster.until('namespaces', '', gone, 'gone');
    });

    it('starts the pods of a StatefulSet one after the other, and removes them from the last', async () => {
      const n = await fresh();
      await cluster.client('statefulsets').create(statefulSet(n, 'db', 3));
      const ready =
        (count: number) =>
        (one: Loose): boolean =>
          (one.status?.['readyReplicas'] ?? 0) === count && one.status?.['replicas'] === count;
      await cluster.untilOne('statefulsets', n, 'db', ready(3), 'three ready');
      const { items } = await cluster.client('pods').list({ namespace: n });
      const began = items.map(
        ({ metadata }) => `${metadata.name} ${metadata.labels?.['apps.kubernetes.io/pod-index']}`,
      );
      assert.deepEqual(began, ['db-0 0', 'db-1 1', 'db-2 2']);
      await cluster.client('statefulsets').patch(n, 'db', 'merge', { spec: { replicas: 1 } });
      await cluster.untilOne('statefulsets', n, 'db', ready(1), 'one left');
      const left = await cluster.client('pods').list({ namespace: n });
      assert.deepEqual(
        left.items.map(one => one.metadata.name),
        ['db-0'],
      );
    });

    it('takes over the pods and revisions that a StatefulSet before it has left', async () => {
      const n = await fresh();
      const sets = cluster.client('statefulsets');
      await sets.create(statefulSet(n, 'db', 2));
      const ready = (one: Loose): boolean => one.status?.['readyReplicas'] === 2;
      await cluster.untilOne('statefulsets', n, 'db', ready, 'two ready');
      const uids = (all: readonly Loose[]): string[] =>
        all.map(({ metadata }) => metadata.uid ?? '').toSorted();
      const before = await cluster.until('pods', n, all => all.length === 2, 'two pods');
      await sets.delete(n, 'db', { propagation: 'Orphan' });
      await cluster.until('statefulsets', n, all => all.length === 0, 'gone without its pods');
      const { labels = {} } = before[0]?.metadata ?? {};
      const named = { name: 'other', namespace: n, labels };
      await cluster.client('pods').create({ ...pod(n, 'other'), metadata: named });
      const { metadata } = await sets.create(statefulSet(n, 'db', 2));
      const owned = (all: readonly Loose[]): boolean =>
        all
          .filter(one => one.metadata.name !== 'other')
          .every(one => one.metadata.ownerReferences?.[0]?.uid === metadata.uid);
      const after = await cluster.until('pods', n, all => all.length === 3 && owned(all), 'taken over');
      assert.deepEqual(uids(after.filter(one => one.metadata.name !== 'other')), uids(before));
      await cluster.until(
        'controllerrevisions',
        n,
        all => all.length === 1 && owned(all),
        'with their revision',
      );
      await cluster.untilOne('statefulsets', n, 'db', ready, 'two ready');
      const other = await cluster.client('pods').get(n, 'other');
      assert.deepEqual(other.metadata.ownerReferences ?? [], [], 'a pod that is named otherwise is nobody’s');
    });

    it('lists the pods behind a service, and no longer those that are gone', async () => {
      const n = await fresh();
      await cluster.client('services').create(service(n, 'web', 'web'));
      await cluster.client('deployments').create(deployment(n, 'web', 2));
      const addresses = (all: readonly Loose[]): string[] =>
        all
          .flatMap(
            one => (one['endpoints'] ?? []) as { addresses: string[]; conditions: { ready: boolean } }[],
          )
          .filter(one => one.conditions.ready)
          .flatMap(one => one.addresses)
          .toSorted();
      const slices = await cluster.until(
        'endpointslices',
        n,
        all => addresses(all).length === 2,
        'two endpoints',
      );
      const { items } = await cluster.client('pods').list({ namespace: n });
      assert.deepEqual(addresses(slices), items.map(one => String(one.status?.['podIP'])).toSorted());
      assert.deepEqual(slices[0]?.['ports'], [{ name: 'http', port: 8080, protocol: 'TCP' }]);
      await cluster.client('deployments').patch(n, 'web', 'merge', { spec: { replicas: 0 } });
      await cluster.until('endpointslices', n, all => addresses(all).length === 0, 'no endpoints');
      const empty = (one: Loose): boolean => one['subsets'] === undefined;
      await cluster.untilOne('endpoints', n, 'web', empty, 'no addresses');
    });

    it('collects the rules of roles that another one asks for', async () => {
      const roles = cluster.client('clusterroles');
      const role = (name: string, more: object): Loose =>
        ({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name, labels: name === 'all' ? {} : { 'example.dev/lent': 'true' } },
          ...more,
        }) as unknown as Loose;
      const reading = (resource: string): object => ({
        rules: [{ apiGroups: [''], resources: [resource], verbs: ['get'] }],
      });
      const selector = { matchLabels: { 'example.dev/lent': 'true' } };
      await roles.create(role('all', { aggregationRule: { clusterRoleSelectors: [selector] }, rules: [] }));
      await roles.create(role('b', reading('pods')));
      await roles.create(role('a', reading('nodes')));
      const resources = (one: Loose): string[] =>
        ((one['rules'] ?? []) as { resources: string[] }[]).flatMap(rule => rule.resources);
      const both = (one: Loose): boolean => resources(one).join() === 'nodes,pods';
      await cluster.untilOne('clusterroles', '', 'all', both, 'both rules');
      await roles.delete('', 'b');
      await cluster.untilOne('clusterroles', '', 'all', one => resources(one).join() === 'nodes', 'one rule');
    });

    it('says why a pod fits no node', async () => {
      const n = await fresh();
      await cluster.client('pods').create(pod(n, 'choosy', { nodeSelector: { disk: 'ssd' } }));
      const unfit = await cluster.untilOne(
        'pods',
        n,
        'choosy',
        one => conditions(one)['PodScheduled'] === 'False Unschedulable',
        'unschedulable',
      );
      const [condition] = (unfit.status?.['conditions'] ?? []) as Condition[];
      assert.equal(
        condition?.message,
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
      );
      const told = await cluster.until(
        'events',
        n,
        all => all.some(one => one['reason'] === 'FailedScheduling'),
        'an event',
      );
      assert.equal(told.find(one => one['reason'] === 'FailedScheduling')?.['message'], condition.message);
    });
  });
}
