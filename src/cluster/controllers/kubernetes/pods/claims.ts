import { isStatusError, type KubeObject, selectorOf, type SelectorObject } from '../../../meta/index.ts';
import {
  claimable,
  type Cluster,
  controlledBy,
  controllerOf,
  isActive,
  type Pod,
} from '../../../view/index.ts';

/**
 * The pods of a set; those that match and belong to nobody are taken over, those that no longer match are let go.
 * @param mayBe Whether a pod of nobody may become one of the set, besides that it matches.
 */
export async function claimed(
  cluster: Cluster,
  set: KubeObject,
  selects: SelectorObject | undefined,
  mayBe: (pod: Pod) => boolean = () => true,
): Promise<Pod[]> {
  const selector = selectorOf(selects);
  const { uid, deletionTimestamp } = set.metadata;
  const mine: Pod[] = [];
  for (const pod of claimable(cluster.informer<Pod>('pods'), set)) {
    const owner = controllerOf(pod);
    const matches = selector.matches(pod.metadata.labels);
    if (owner !== undefined && owner.uid !== uid) continue;
    if (owner !== undefined && matches) mine.push(pod);
    else if (deletionTimestamp !== undefined) continue;
    else if (owner !== undefined) await release(cluster, set, pod);
    else if (matches && isActive(pod) && mayBe(pod) && (await adopt(cluster, set, pod))) mine.push(pod);
  }
  return mine;
}

async function adopt(cluster: Cluster, set: KubeObject, pod: Pod): Promise<boolean> {
  const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controlledBy(set)];
  return patched(cluster, pod, { ownerReferences });
}

async function release(cluster: Cluster, set: KubeObject, pod: Pod): Promise<void> {
  const others = (pod.metadata.ownerReferences ?? []).filter(owner => owner.uid !== set.metadata.uid);
  await patched(cluster, pod, { ownerReferences: others });
}

async function patched(cluster: Cluster, pod: Pod, changes: object): Promise<boolean> {
  const { namespace = '', name = '', uid, resourceVersion } = pod.metadata;
  try {
    const patch = { metadata: { uid, resourceVersion, ...changes } };
    await cluster.client('pods').patch(namespace, name, 'merge', patch);
    return true;
  } catch (error) {
    if (isStatusError(error) && error.reason === 'NotFound') return false;
    throw error;
  }
}
