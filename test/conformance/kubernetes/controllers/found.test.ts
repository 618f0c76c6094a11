import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { realPrograms } from '../real.ts';
import { type Cluster, type Loose, startCluster, type Way } from './cluster.ts';
import { deployment, job, namespace, service, statefulSet } from './manifests.ts';

const skip = realPrograms === undefined && 'ETCD and KUBE_APISERVER do not name the programs';
const ways: Readonly<Record<Way, { skip: false | string }>> = {
  'in the process': { skip: false },
  'over HTTPS': { skip: false },
  'over HTTPS, beside a real API server': { skip },
};
const early = 'early';

/** Objects that were accepted while no controller was there, of each kind that others are made for. */
async function accepted(cluster: Cluster): Promise<void> {
  await cluster.client('namespaces').create(namespace(early));
  await cluster.client('services').create(service(early, 'web', 'web'));
  await cluster.client('deployments').create(deployment(early, 'web', 1));
  await cluster.client('statefulsets').create(statefulSet(early, 'db', 1));
  await cluster.client('jobs').create(job(early, 'once'));
  const { spec, ...rest } = deployment(early, 'alone', 1);
  const { strategy: _, ...set } = spec;
  await cluster.client('replicasets').create({ ...rest, kind: 'ReplicaSet', spec: set });
}

function ownersOf(items: readonly Loose[]): string[] {
  const owners = items.flatMap(({ metadata }) => metadata.ownerReferences ?? []);
  return [...new Set(owners.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`))].toSorted();
}

for (const [way, options] of Object.entries(ways) as [Way, { skip: false | string }][]) {
  describe(`controllers ${way} that start after what they are for`, options, () => {
    let cluster: Cluster;
    const ends: (() => Promise<void>)[] = [];

    before(async () => {
      const context = { after: (end: unknown) => void ends.push(end as () => Promise<void>) };
      cluster = await startCluster(context, way, { before: accepted });
    });
    after(async () => {
      for (const end of ends) await end();
    });

    it('make what each of them owns', async () => {
      const made = async (
        plural: 'endpointslices' | 'pods' | 'replicasets',
        owners: string[],
      ): Promise<void> => {
        const all = (items: readonly Loose[]): boolean =>
          owners.every(owner => ownersOf(items).includes(owner));
        await cluster.until(plural, early, all, `${plural} of ${owners.join(', ')}`);
      };
      await made('endpointslices', ['v1 Service web']);
      await made('replicasets', ['apps/v1 Deployment web']);
      await made('pods', ['apps/v1 ReplicaSet alone', 'apps/v1 StatefulSet db', 'batch/v1 Job once']);
    });

    it('put the pods behind the Service', async () => {
      const addressed = (items: readonly Loose[]): boolean =>
        items.some(one => ((one['endpoints'] ?? []) as readonly unknown[]).length === 1);
      await cluster.until('endpointslices', early, addressed, 'a slice with an endpoint');
    });

    it('tell what happened to each under its kind', async () => {
      const kindsOf = (items: readonly Loose[]): string[] =>
        items.map(one => (one['involvedObject'] as { readonly kind?: string }).kind ?? 'none');
      const kinds = ['Deployment', 'Job', 'ReplicaSet', 'StatefulSet'];
      const told = (items: readonly Loose[]): boolean => kinds.every(kind => kindsOf(items).includes(kind));
      const events = await cluster.until('events', early, told, 'events of all');
      assert.ok(!kindsOf(events).includes('none'));
    });
  });
}
