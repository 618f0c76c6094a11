import type { Misfit } from './fit.ts';

/** How many nodes refuse a pod for which reason: `1 Insufficient cpu, 2 node(s) were unschedulable`. */
function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of reasons) counts.set(one, (counts.get(one) ?? 0) + 1);
  const rows = [...counts].map(([reason, count]) => `${count} ${reason}`);
  return rows.toSorted().join(', ');
}

function head(nodes: number): string {
  return `0/${nodes} nodes are available`;
}

/** Why no node has room even without the pods that could end for it, one list of reasons a node. */
export function withoutRoom(reasons: readonly (readonly string[])[]): string {
  return `${head(reasons.length)}: ${counted(reasons.flat())}.`;
}

/**
 * The message of a pod that fits nowhere: how many nodes refuse it for which reason (the scheduler's `FitError`). Pure.
 * @param preemption what has come of making room by ending other pods
 */
export function failureMessage(misfits: readonly Misfit[], preemption: string): string {
  if (misfits.length === 0) return 'no nodes available to schedule pods';
  const reasons = misfits.flatMap(misfit => misfit.reasons);
  return `${head(misfits.length)}: ${counted(reasons)}. preemption: ${preemption}`;
}

/** The message of a pod that fits nowhere whatever nodes there are; its end is what the real scheduler says there. Pure. */
export function hopelessMessage(nodes: number, reason: string): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  return `${head(nodes)}: ${reason}. not found`;
}
