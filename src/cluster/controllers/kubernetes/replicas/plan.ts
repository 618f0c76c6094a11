import type { KubeObject } from '../../../meta/index.ts';
import { controlledBy, isActive, type Pod, type ReplicaSet } from '../../../view/index.ts';
import { inOrderOfRemoval } from '../pods/order.ts';

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
  return { create: 0, remove: inOrderOfRemoval(active).slice(0, Math.min(-missing, burst)) };
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
