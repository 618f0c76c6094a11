import type { Controller } from '../../client/index.ts';
import { isStatusError } from '../../meta/index.ts';
import type { Cluster } from '../../view/index.ts';
import { annotations, type Configuration, labels, type Revision } from './shapes.ts';
import { byOwner, controllerFor } from './watching.ts';

const plural = 'configurations.serving.knative.dev';
const revisions = 'revisions.serving.knative.dev';
const hour = 3_600_000;

export interface Retention {
  /** Milliseconds that a revision is kept for since it was made, and since a route last led to it. */
  readonly sinceCreation: number;
  readonly sinceActive: number;
  /** Revisions without a route that are kept at least, and at most. */
  readonly least: number;
  readonly most: number;
}

/** As Knative is installed (its ConfigMap `config-gc`). */
export const usualRetention: Retention = {
  sinceCreation: 48 * hour,
  sinceActive: 15 * hour,
  least: 20,
  most: 1000,
};

/** Old revisions that nothing leads to go, with all that they have. */
export function collectionController(
  cluster: Cluster,
  retention: Retention,
  onError: (key: string, error: unknown) => void,
): Controller {
  return controllerFor<Configuration>(cluster, {
    name: 'knative-revision-collection',
    plural,
    children: [revisions],
    onError,
    reconcile: async configuration => {
      const own = cluster.informer<Revision>(revisions).by(byOwner, configuration.metadata.uid ?? '');
      const { gone, next } = collectable(configuration, own, retention, cluster.now());
      for (const { metadata } of gone) {
        await deleted(cluster, metadata.namespace ?? '', metadata.name ?? '', metadata.uid);
      }
      return next === undefined ? undefined : { again: next };
    },
  });
}

async function deleted(
  cluster: Cluster,
  namespace: string,
  name: string,
  uid: string | undefined,
): Promise<void> {
  try {
    await cluster.client(revisions).delete(namespace, name, { uid });
  } catch (error) {
    if (!isStatusError(error) || (error.reason !== 'NotFound' && error.reason !== 'Conflict')) throw error;
  }
}

/**
 * The revisions of a configuration that are to go now, and milliseconds until others may have to: those that were let go the longest ago
 * first, and whatever their age, those beyond the most that are kept (Knative's collector). Pure.
 */
export function collectable(
  configuration: Configuration,
  own: readonly Revision[],
  { sinceCreation, sinceActive, least, most }: Retention,
  now: number,
): { readonly gone: readonly Revision[]; readonly next: number | undefined } {
  const idle = own
    .filter(one => one.metadata.deletionTimestamp === undefined && !isKept(one, configuration))
    .toSorted((a, b) => lastActive(a) - lastActive(b));
  const staleAt = (one: Revision): number =>
    Math.max(createdAt(one) + sinceCreation, lastActive(one) + sinceActive);
  const spare = idle.slice(0, Math.max(0, idle.length - least));
  const stale = spare.filter(one => staleAt(one) <= now);
  const rest = idle.filter(one => !stale.includes(one));
  const gone = [...stale, ...rest.slice(0, Math.max(0, rest.length - most))];
  const times = spare.filter(one => !gone.includes(one)).map(one => staleAt(one) - now);
  return { gone, next: times.length === 0 ? undefined : Math.min(...times) };
}

/** What requests go to, may go to by itself, or is to stay by its annotation. */
function isKept({ metadata }: Revision, { status }: Configuration): boolean {
  const { name, labels: own, annotations: said } = metadata;
  return (
    own?.[labels.routingState] === 'active' ||
    name === status?.latestReadyRevisionName ||
    name === status?.latestCreatedRevisionName ||
    said?.[annotations.preserved]?.toLowerCase() === 'true'
  );
}

function createdAt({ metadata }: Revision): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}

function lastActive(revision: Revision): number {
  const since = Date.parse(revision.metadata.annotations?.[annotations.routingStateModified] ?? '');
  return Number.isNaN(since) ? createdAt(revision) : since;
}
