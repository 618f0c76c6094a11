import { createHash } from 'node:crypto';
import { isStatusError, type KubeObject, sameJson } from '../../../meta/index.ts';
import { type Cluster, controlledBy, controllerOf, type Pod } from '../../../view/index.ts';
import { type DaemonSet, revisionLabel } from './objects.ts';

interface ControllerRevision extends KubeObject {
  readonly data?: unknown;
  readonly revision?: number;
}

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
 */
export async function currentHash(cluster: Cluster, set: DaemonSet): Promise<string> {
  const all = revisionsOf(cluster, set);
  const latest = all.at(-1)?.revision ?? 0;
  const data = dataOf(set);
  const known = all.findLast(one => sameJson(one.data, data));
  if (known !== undefined) {
    const { namespace = '', name = '', labels = {} } = known.metadata;
    if (known.revision !== latest) {
      await cluster.client('controllerrevisions').patch(namespace, name, 'merge', { revision: latest + 1 });
    }
    return labels[revisionLabel] ?? '';
  }
  const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 10);
  await make(cluster, set, hash, latest + 1);
  return hash;
}

function revisionsOf(cluster: Cluster, { metadata }: DaemonSet): ControllerRevision[] {
  return cluster
    .informer<ControllerRevision>('controllerrevisions')
    .inNamespace(metadata.namespace ?? '')
    .filter(one => controllerOf(one)?.uid === metadata.uid)
    .toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
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
  }
}

/** Takes away revisions beyond those that are to be kept, the oldest first, but none that a pod is of. */
export async function forget(
  cluster: Cluster,
  set: DaemonSet,
  pods: readonly Pod[],
  current: string,
): Promise<void> {
  const { revisionHistoryLimit: limit = kept } = set.spec;
  const used = new Set([current, ...pods.map(({ metadata }) => metadata.labels?.[revisionLabel])]);
  const old = revisionsOf(cluster, set).filter(one => !used.has(one.metadata.labels?.[revisionLabel]));
  for (const { metadata } of old.slice(0, Math.max(0, old.length - limit))) {
    const { namespace = '', name = '' } = metadata;
    try {
      await cluster.client('controllerrevisions').delete(namespace, name);
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    }
  }
}
