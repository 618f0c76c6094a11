import { isStatusError, type KubeObject, selectorOf, type SelectorObject } from '../../meta/index.ts';
import { type Cluster, controlledBy, controllerOf } from '../../view/index.ts';

export interface ControllerRevision extends KubeObject {
  readonly data?: unknown;
  readonly revision?: number;
}

/** What has a history of its template: a DaemonSet, a StatefulSet. */
interface Owner extends KubeObject {
  readonly spec: { readonly selector: SelectorObject };
}

/** The revisions of a set, the oldest first; those that match and belong to nobody are taken over. */
export async function revisionsOf(cluster: Cluster, set: Owner): Promise<ControllerRevision[]> {
  const all = cluster.informer<ControllerRevision>('controllerrevisions');
  const mine: ControllerRevision[] = [];
  for (const revision of all.inNamespace(set.metadata.namespace ?? '')) {
    if (isMine(revision, set)) mine.push(revision);
    else if (isNobodys(revision, set) && (await adopt(cluster, set, revision))) mine.push(revision);
  }
  return mine.toSorted((a, b) => (a.revision ?? 0) - (b.revision ?? 0));
}

export function isMine(revision: ControllerRevision, { metadata }: Owner): boolean {
  return controllerOf(revision)?.uid === metadata.uid;
}

/** Whether a revision may be taken over. */
export function isNobodys(revision: ControllerRevision, { spec }: Owner): boolean {
  return controllerOf(revision) === undefined && selectorOf(spec.selector).matches(revision.metadata.labels);
}

async function adopt(cluster: Cluster, set: Owner, { metadata }: ControllerRevision): Promise<boolean> {
  const { namespace = '', name = '', uid, resourceVersion, ownerReferences = [] } = metadata;
  const changes = { uid, resourceVersion, ownerReferences: [...ownerReferences, controlledBy(set)] };
  try {
    await cluster.client('controllerrevisions').patch(namespace, name, 'merge', { metadata: changes });
    return true;
  } catch (error) {
    if (isStatusError(error) && error.reason === 'NotFound') return false;
    throw error;
  }
}
