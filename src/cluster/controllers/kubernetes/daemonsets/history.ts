import { createHash } from 'node:crypto';
import { isStatusError, sameJson, StatusError } from '../../../meta/index.ts';
import { type Cluster, controlledBy, type Pod } from '../../../view/index.ts';
import { type ControllerRevision, isMine, isNobodys } from '../revisions.ts';
import { type DaemonSet, revisionLabel } from './objects.ts';

const kept = 10;

/** A template as a patch that puts it in place of another, in the order of its letters: clients compare the bytes. Pure. */
export function dataOf({ spec }: DaemonSet): object {
  return sorted({ spec: { template: { ...spec.template, $patch: 'replace' } } }) as object;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/**
 * The hash of the present template, as pods are labelled with it: that of the latest revision which holds the template, or of one that
 * is made. A revision that is found again becomes the latest.
 * @param revisions Of the set, the oldest first.
 */
export async function currentHash(
  cluster: Cluster,
  set: DaemonSet,
  revisions: readonly ControllerRevision[],
): Promise<string> {
  const latest = revisions.at(-1)?.revision ?? 0;
  const data = dataOf(set);
  const known = revisions.findLast(one => sameJson(one.data, data));
  if (known !== undefined) {
    const { namespace = '', name = '', labels = {} } = known.metadata;
    if (known.revision !== latest) {
      await cluster.client('controllerrevisions').patch(namespace, name, 'merge', { revision: latest + 1 });
    }
    return labels[revisionLabel] ?? '';
  }
  const { collisionCount = '' } = set.status ?? {};
  const hash = createHash('sha256')
    .update(`${JSON.stringify(data)}${collisionCount}`)
    .digest('hex')
    .slice(0, 10);
  await make(cluster, set, hash, latest + 1);
  return hash;
}

async function make(cluster: Cluster, set: DaemonSet, hash: string, revision: number): Promise<void> {
  const { name = '', namespace = '', annotations } = set.metadata;
  const object: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...set.spec.template.metadata?.labels, [revisionLabel]: hash },
      ...(annotations !== undefined && { annotations }),
      ownerReferences: [controlledBy(set)],
    },
    data: dataOf(set),
    revision,
  };
  try {
    await cluster.client('controllerrevisions').create(object);
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    await collided(cluster, set, object);
  }
}

/**
 * A revision of the name that is there may be the set's own, which its cache has not shown yet; one of somebody else has the name for
 * good, so that the set counts a collision, which gives its next revision another.
 * @throws StatusError (Conflict) where the set is to be looked at again.
 */
async function collided(
  cluster: Cluster,
  set: DaemonSet,
  { metadata, data }: ControllerRevision,
): Promise<void> {
  const { namespace = '', name = '' } = metadata;
  const there = await cluster.client<ControllerRevision>('controllerrevisions').get(namespace, name);
  if ((isMine(there, set) || isNobodys(there, set)) && sameJson(there.data, data)) return;
  const { collisionCount = 0 } = set.status ?? {};
  await cluster.client('daemonsets').patch(
    namespace,
    set.metadata.name ?? '',
    'merge',
    {
      metadata: { resourceVersion: set.metadata.resourceVersion },
      status: { collisionCount: collisionCount + 1 },
    },
    'status',
  );
  throw new StatusError(409, 'Conflict', `the revision ${name} belongs to something else`);
}

/** Takes away revisions beyond those that are to be kept, the oldest first, but none that a pod is of. */
export async function forget(
  cluster: Cluster,
  set: DaemonSet,
  revisions: readonly ControllerRevision[],
  pods: readonly Pod[],
  current: string,
): Promise<void> {
  const { revisionHistoryLimit: limit = kept } = set.spec;
  const used = new Set([current, ...pods.map(({ metadata }) => metadata.labels?.[revisionLabel])]);
  const old = revisions.filter(one => !used.has(one.metadata.labels?.[revisionLabel]));
  for (const { metadata } of old.slice(0, Math.max(0, old.length - limit))) {
    const { namespace = '', name = '' } = metadata;
    try {
      await cluster.client('controllerrevisions').delete(namespace, name);
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    }
  }
}
