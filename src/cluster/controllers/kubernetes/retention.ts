import { unlessGone } from '../../client/index.ts';
import { type KubeObject, sameJson } from '../../meta/index.ts';
import { type Cluster, controlledBy, type Pod } from '../../view/index.ts';

type Owners = NonNullable<KubeObject['metadata']['ownerReferences']>;
type Owner = Owners[number];

/** What becomes of the claims of a set's pods when a pod is one too many, and when the set goes. */
export interface RetentionPolicy {
  readonly whenDeleted?: 'Retain' | 'Delete';
  readonly whenScaled?: 'Retain' | 'Delete';
}

interface Retention {
  readonly set: KubeObject;
  readonly policy: RetentionPolicy;
  readonly pod: KubeObject;
  /** Whether the set has become too small for the pod. */
  readonly excess: boolean;
}

function isOf({ kind, name }: Owner, { kind: wanted, metadata }: KubeObject): boolean {
  return kind === wanted && name === metadata.name;
}

/**
 * The owners that a claim is to have: whoever takes it along when he goes. One that is left from a set or pod of another time is not touched,
 * as the collection of garbage will come to it. Pure.
 */
export function ownersOf(claim: KubeObject, { set, policy, pod, excess }: Retention): Owners {
  const owners = claim.metadata.ownerReferences ?? [];
  const stale = (owner: Owner): boolean =>
    [set, pod].some(one => isOf(owner, one) && owner.uid !== one.metadata.uid);
  if (owners.some(stale)) return owners;
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = policy;
  const others = owners.filter(owner => !isOf(owner, set) && !isOf(owner, pod));
  const keeps = whenDeleted === 'Retain' && whenScaled === 'Retain';
  // Another controller decides about it.
  if (keeps || others.some(owner => owner.controller === true)) return others;
  if (whenScaled === 'Delete' && excess) return [...others, controlledBy(pod)];
  return whenDeleted === 'Delete' ? [...others, controlledBy(set)] : others;
}

/** Gives the claims of a pod the owners that they are to have. */
export async function settleOwners(
  cluster: Cluster,
  claims: readonly KubeObject[],
  retention: Retention,
): Promise<void> {
  for (const { metadata } of claims) {
    const { namespace = '', name = '' } = metadata;
    const claim = cluster.informer('persistentvolumeclaims').get(`${namespace}/${name}`);
    if (claim === undefined) continue;
    const ownerReferences = ownersOf(claim, retention);
    if (sameJson(ownerReferences, claim.metadata.ownerReferences ?? [])) continue;
    const { resourceVersion } = claim.metadata;
    await unlessGone(() =>
      cluster
        .client('persistentvolumeclaims')
        .patch(namespace, name, 'merge', { metadata: { resourceVersion, ownerReferences } }),
    );
  }
}

/** Whether a claim is still that of an earlier pod of the name, and goes with it: a new one has to wait for another. */
export function isLeft(claim: KubeObject | undefined, pod: string): boolean {
  return (claim?.metadata.ownerReferences ?? []).some(one => one.kind === 'Pod' && one.name === pod);
}

/** The pods that a claim goes with. */
export function podsOf(claim: KubeObject): readonly string[] {
  return (claim.metadata.ownerReferences ?? []).filter(one => one.kind === 'Pod').map(one => one.name);
}

/** A pod as it owns things: objects of a list do not always say their kind. */
export function asOwner(pod: Pod): KubeObject {
  return { ...pod, apiVersion: 'v1', kind: 'Pod' };
}
