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

/** What is said of making room by ending other pods, which is never done. */
export function withoutRoom(misfits: readonly Misfit[], neverPreempts: boolean): string {
  if (neverPreempts) return 'preemption: not eligible due to preemptionPolicy=Never.';
  const why = misfits.map(({ lasting }) =>
    lasting ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
  );
  return `preemption: ${head(misfits.length)}: ${counted(why)}.`;
}

/** The message of a pod that fits nowhere: how many nodes refuse it for which reason (the scheduler's `FitError`). Pure. */
export function failureMessage(misfits: readonly Misfit[], neverPreempts = false): string {
  if (misfits.length === 0) return 'no nodes available to schedule pods';
  const reasons = misfits.flatMap(misfit => misfit.reasons);
  return `${head(misfits.length)}: ${counted(reasons)}. ${withoutRoom(misfits, neverPreempts)}`;
}

/** The message of a pod that fits nowhere whatever nodes there are; its end is what the real scheduler says there. Pure. */
export function hopelessMessage(nodes: number, reason: string): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  return `${head(nodes)}: ${reason}. not found`;
}
