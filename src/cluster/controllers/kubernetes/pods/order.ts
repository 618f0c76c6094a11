import { isReady, type Pod } from '../../../view/index.ts';

/** Pods in the order in which those that are too many go. Pure. */
export function inOrderOfRemoval(pods: readonly Pod[]): Pod[] {
  return pods.toSorted((a, b) => rank(a) - rank(b) || newer(a, b));
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
