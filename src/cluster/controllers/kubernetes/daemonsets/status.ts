import { isAvailable, isReady, type Pod } from '../../../view/index.ts';
import type { Node } from '../scheduling/fit.ts';
import { byNode, type DaemonSet, type DaemonStatus, isOf, living } from './objects.ts';
import { wants } from './pods.ts';

/** The status that a DaemonSet is to have. Pure. */
export function statusOf(
  set: DaemonSet,
  nodes: readonly Node[],
  pods: readonly Pod[],
  hash: string,
  now: number,
): DaemonStatus {
  const placed = byNode(pods);
  const counted = nodes.map(node => {
    const alive = living(placed.get(node.metadata.name ?? '') ?? []);
    return { run: wants(set, node).run, alive, pod: alive[0] };
  });
  const wanted = counted.filter(({ run }) => run);
  const count = (test: (pod: Pod) => boolean): number =>
    wanted.filter(({ alive }) => alive.some(test)).length;
  const { minReadySeconds = 0 } = set.spec;
  const available = count(pod => isReady(pod) && isAvailable(pod, minReadySeconds, now));
  const updated = count(pod => isOf(pod, hash));
  const missing = wanted.length - available;
  return {
    currentNumberScheduled: wanted.filter(({ pod }) => pod !== undefined).length,
    numberMisscheduled: counted.filter(({ run, pod }) => !run && pod !== undefined).length,
    desiredNumberScheduled: wanted.length,
    numberReady: count(isReady),
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(available > 0 && { numberAvailable: available }),
    ...(missing > 0 && { numberUnavailable: missing }),
    ...(set.status?.collisionCount !== undefined && { collisionCount: set.status.collisionCount }),
  };
}
