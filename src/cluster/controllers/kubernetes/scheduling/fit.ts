import type { KubeObject } from '../../../meta/index.ts';
import { parseQuantity } from '../../../meta/index.ts';
import type { NodeRequirement, Pod, Toleration } from '../../../view/index.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: { readonly allocatable?: Readonly<Record<string, string>> };
}

/** What pods ask of a node, by resource, in base units. */
export type Amounts = Readonly<Record<string, number>>;

function quantityValue(text: string): number {
  const quantity = parseQuantity(text);
  return quantity === undefined ? 0 : Number(quantity.digits) * 10 ** quantity.scale;
}

/** What a pod asks for: the sum over its containers, or the most of one that runs before them. Pure. */
export function requestsOf({ spec }: Pod): Amounts {
  const sum: Record<string, number> = { pods: 1 };
  for (const { resources } of spec.containers) {
    for (const [name, amount] of Object.entries(resources?.requests ?? {})) {
      sum[name] = (sum[name] ?? 0) + quantityValue(amount);
    }
  }
  for (const { resources } of spec.initContainers ?? []) {
    for (const [name, amount] of Object.entries(resources?.requests ?? {})) {
      sum[name] = Math.max(sum[name] ?? 0, quantityValue(amount));
    }
  }
  return sum;
}

/** Why a pod does not fit a node, in the scheduler's words; empty when it fits. Pure. */
export function misfits(pod: Pod, node: Node, used: Amounts): string[] {
  return [
    ...unschedulable(pod, node),
    ...tainted(pod, node),
    ...unselected(pod, node),
    ...tooFew(pod, node, used),
  ];
}

function unschedulable(pod: Pod, { spec }: Node): string[] {
  if (spec?.unschedulable !== true) return [];
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  return tolerated(pod, taint) ? [] : ['node(s) were unschedulable'];
}

function tainted(pod: Pod, { spec }: Node): string[] {
  const hard = (spec?.taints ?? []).filter(one => one.effect === 'NoSchedule' || one.effect === 'NoExecute');
  const taint = hard.find(one => !tolerated(pod, one));
  if (taint === undefined) return [];
  return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`];
}

function tolerated({ spec }: Pod, taint: Taint): boolean {
  return (spec.tolerations ?? []).some(one => tolerates(one, taint));
}

function tolerates(
  { key = '', operator = 'Equal', value = '', effect = '' }: Toleration,
  taint: Taint,
): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (key !== '' && value === (taint.value ?? ''));
}

function unselected({ spec }: Pod, node: Node): string[] {
  const message = "node(s) didn't match Pod's node affinity/selector";
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  if (!selected) return [message];
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return [];
  const fits = terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields = { 'metadata.name': node.metadata.name ?? '' };
    return matchExpressions.every(one => meets(one, labels)) && matchFields.every(one => meets(one, fields));
  });
  return fits ? [] : [message];
}

function meets(
  { key, operator, values = [] }: NodeRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

/** Annotation of a node that takes pods beyond what they ask for together. */
const overcommits = 'davit.dev/overcommit';

/**
 * A machine of one's own takes what it is given: there processors are shared, memory has to do for each pod alone, and what cannot be
 * shared is counted as anywhere.
 */
function tooFew(pod: Pod, { status, metadata }: Node, used: Amounts): string[] {
  const allocatable = status?.allocatable ?? {};
  const shares = metadata.annotations?.[overcommits] === 'true';
  return Object.entries(requestsOf(pod)).flatMap(([name, asked]) => {
    if (asked === 0 || (shares && name === 'cpu')) return [];
    const there = quantityValue(allocatable[name] ?? '0');
    const alone = shares && (name === 'memory' || name === 'ephemeral-storage');
    if ((alone ? 0 : (used[name] ?? 0)) + asked <= there) return [];
    return [name === 'pods' ? 'Too many pods' : `Insufficient ${name}`];
  });
}

/** The message of a pod that fits nowhere: how many nodes refuse it for which reason. Pure. */
export function failureMessage(reasons: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const one of reasons.flat()) counts.set(one, (counts.get(one) ?? 0) + 1);
  const list = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const head = `0/${reasons.length} nodes are available`;
  if (reasons.length === 0) return 'no nodes available to schedule pods';
  const preemption = `preemption: 0/${reasons.length} nodes are available: ${reasons.length} Preemption is not helpful for scheduling.`;
  return `${head}: ${list.join(', ')}. ${preemption}`;
}
