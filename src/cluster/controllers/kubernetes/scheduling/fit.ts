import { type KubeObject, parseQuantity, quantityIn } from '../../../meta/index.ts';
import { podRequests } from '../../../usage/index.ts';
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

/** Why a pod does not fit a node, in the scheduler's words. */
export interface Misfit {
  readonly reasons: readonly string[];
  /** Whether it stays so whatever pods leave the node. */
  readonly lasting: boolean;
}

/** Processors are counted in thousandths, everything else in whole units. */
const thousandths = -3;

function quantityValue(text: string): number {
  const quantity = parseQuantity(text);
  return quantity === undefined ? 0 : Number(quantityIn(quantity, thousandths)) / 1000;
}

/** What pods ask for that are looked at again and again. */
const asked = new WeakMap<Pod, Amounts>();

/** What a pod asks for: by its containers, at its start, as a whole and by itself. Pure. */
export function requestsOf(pod: Pod): Amounts {
  const known = asked.get(pod);
  if (known !== undefined) return known;
  const amounts: Record<string, number> = { pods: 1 };
  for (const [name, amount] of podRequests(pod, { observed: true })) {
    amounts[name] =
      Number(quantityIn(amount, name === 'cpu' ? thousandths : 0)) / (name === 'cpu' ? 1000 : 1);
  }
  asked.set(pod, amounts);
  return amounts;
}

/** Why a pod does not fit a node by what the node is and has left; empty when it does. Pure. */
export function misfits(pod: Pod, node: Node, used: Amounts): readonly string[] {
  return (ofNode(pod, node) ?? tooFew(pod, node, used))?.reasons ?? [];
}

/** Why a pod does not fit a node by what the node is: the first reason, as the scheduler looks for no other. Pure. */
export function ofNode(pod: Pod, node: Node): Misfit | undefined {
  const reason = unschedulable(pod, node) ?? tainted(pod, node) ?? unselected(pod, node);
  return reason === undefined ? undefined : { reasons: [reason], lasting: true };
}

function unschedulable(pod: Pod, { spec }: Node): string | undefined {
  if (spec?.unschedulable !== true) return undefined;
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  return tolerated(pod, taint) ? undefined : 'node(s) were unschedulable';
}

function tainted(pod: Pod, node: Node): string | undefined {
  return toleratesNode(pod, node) ? undefined : 'node(s) had untolerated taint(s)';
}

/** Whether a pod tolerates all taints that keep pods from a node. */
export function toleratesNode(pod: Pod, { spec }: Node): boolean {
  const hard = (spec?.taints ?? []).filter(one => one.effect === 'NoSchedule' || one.effect === 'NoExecute');
  return hard.every(one => tolerated(pod, one));
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

function unselected(pod: Pod, node: Node): string | undefined {
  return selectsNode(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

/** Whether a node is one of those that a pod asks for. */
export function selectsNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || matchesTerms(terms, node);
}

export interface NodeTerm {
  readonly matchExpressions?: readonly NodeRequirement[];
  readonly matchFields?: readonly NodeRequirement[];
}

/** Whether a node meets one of several terms; one that says nothing means no node. */
export function matchesTerms(terms: readonly NodeTerm[], { metadata }: Node): boolean {
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields = { 'metadata.name': metadata.name ?? '' };
    const labels = metadata.labels ?? {};
    return matchExpressions.every(one => meets(one, labels)) && matchFields.every(one => meets(one, fields));
  });
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
 * shared is counted as anywhere. Pure.
 */
export function tooFew(pod: Pod, { status, metadata }: Node, used: Amounts): Misfit | undefined {
  const allocatable = status?.allocatable ?? {};
  const shares = metadata.annotations?.[overcommits] === 'true';
  const lacking = Object.entries(requestsOf(pod)).flatMap(([name, asked]) => {
    if (asked === 0 || (shares && name === 'cpu')) return [];
    const there = quantityValue(allocatable[name] ?? '0');
    const alone = shares && (name === 'memory' || name === 'ephemeral-storage');
    if (atMost((alone ? 0 : (used[name] ?? 0)) + asked, there)) return [];
    const reason = name === 'pods' ? 'Too many pods' : `Insufficient ${name}`;
    return [{ reason, never: name !== 'pods' && !atMost(asked, there) }];
  });
  if (lacking.length === 0) return undefined;
  return { reasons: lacking.map(one => one.reason), lasting: lacking.some(one => one.never) };
}

/** Sums of decimal parts are not exact. */
function atMost(amount: number, bound: number): boolean {
  return Math.round(amount * 1000) <= Math.round(bound * 1000);
}
