import { keyOf } from '../../../client/index.ts';
import type { Pod } from '../../../view/index.ts';
import { type Amounts, type Node, requestsOf } from './fit.ts';

/** A node, and the pods that are there or about to be. */
export interface Place {
  readonly node: Node;
  readonly pods: readonly Pod[];
  /** What these pods ask for together. */
  readonly used: Amounts;
}

/** The value of a label of a place's node: which part of the cluster it is in. */
export function domainOf({ node }: Place, key: string): string | undefined {
  return node.metadata.labels?.[key];
}

/**
 * Nodes with their pods; those that have ended are nowhere.
 * @param assumed Nodes of pods that do not say it yet, by key.
 */
export function placesOf(
  nodes: Iterable<Node>,
  pods: Iterable<Pod>,
  assumed: ReadonlyMap<string, string>,
): Place[] {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') continue;
    const node = (pod.spec.nodeName ?? '') || assumed.get(keyOf(pod));
    if (node === undefined) continue;
    const there = byNode.get(node);
    if (there === undefined) byNode.set(node, [pod]);
    else there.push(pod);
  }
  return [...nodes].map(node => {
    const there = byNode.get(node.metadata.name ?? '') ?? [];
    return { node, pods: there, used: sumOf(there) };
  });
}

/** A place that some of its pods have left. */
export function withOnly({ node }: Place, pods: readonly Pod[]): Place {
  return { node, pods, used: sumOf(pods) };
}

function sumOf(pods: readonly Pod[]): Amounts {
  const sums: Record<string, number> = {};
  for (const pod of pods) {
    for (const [name, amount] of Object.entries(requestsOf(pod))) sums[name] = (sums[name] ?? 0) + amount;
  }
  return sums;
}
