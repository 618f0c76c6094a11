import type { KubeObject } from '../../../meta/index.ts';
import { controlledBy, isActive, isReady, type Pod, type ReplicaSet } from '../../../view/index.ts';

/** Pods made or removed in one go. */
const burst = 500;

/** What is to be done to have the right number of pods. */
export interface Plan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** Compares the pods there are with those wanted. Pure. */
export function plan(replicaSet: ReplicaSet, pods: readonly Pod[]): Plan {
  const wanted = replicaSet.spec.replicas ?? 1;
  const active = pods.filter(isActive);
  const missing = wanted - active.length;
  if (missing >= 0) return { create: Math.min(missing, burst), remove: [] };
  const order = active.toSorted((a, b) => rank(a) - rank(b) || newer(a, b));
  return { create: 0, remove: order.slice(0, Math.min(-missing, burst)) };
}

/** Which pods go first: those without a node, then pending ones, those not ready, those cheap to delete, restarted ones. */
function rank(pod: Pod): number {
  const { spec, status, metadata } = pod;
  if ((spec.nodeName ?? '') === '') return 0;
  if (status?.phase === 'Pending' || status?.phase === undefined) return 1;
  if (status.phase === 'Unknown') return 2;
  if (!isReady(pod)) return 3;
  const cost = Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  const restarts = (status.containerStatuses ?? []).reduce((sum, one) => sum + (one.restartCount ?? 0), 0);
  return 4 + (Number.isFinite(cost) ? cost / 2 ** 31 + 1 : 1) - Math.min(restarts, 1e6) / 1e7;
}

function newer(a: Pod, b: Pod): number {
  const left = a.metadata.creationTimestamp ?? '';
  const right = b.metadata.creationTimestamp ?? '';
  return left < right ? 1 : left > right ? -1 : 0;
}

/** The pod that a controller makes from a template. */
export function podFrom(
  owner: KubeObject,
  template: ReplicaSet['spec']['template'],
  prefix: string,
): KubeObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: prefix,
      namespace: owner.metadata.namespace ?? '',
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences: [controlledBy(owner)],
    },
    spec: template.spec,
  };
}
