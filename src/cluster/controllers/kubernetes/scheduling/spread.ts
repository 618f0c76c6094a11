import { type LabelSelector, selectorOf } from '../../../meta/index.ts';
import type { Pod, SpreadConstraint } from '../../../view/index.ts';
import { type Misfit, selectsNode, toleratesNode } from './fit.ts';
import { domainOf, type Place } from './places.ts';

const uneven = "node(s) didn't match pod topology spread constraints";

/** The pods that a constraint is about. */
function selectorIn(
  { labelSelector, matchLabelKeys = [] }: SpreadConstraint,
  { metadata }: Pod,
): LabelSelector {
  const kept = matchLabelKeys.flatMap(key => {
    const value = metadata.labels?.[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  if (kept.length === 0) return selectorOf(labelSelector);
  return selectorOf({
    ...labelSelector,
    matchLabels: { ...labelSelector?.matchLabels, ...Object.fromEntries(kept) },
  });
}

/** Whether what a constraint is about is counted on a node. */
function counts(
  { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: SpreadConstraint,
  pod: Pod,
  { node }: Place,
): boolean {
  if (nodeAffinityPolicy === 'Honor' && !selectsNode(pod, node)) return false;
  return nodeTaintsPolicy === 'Ignore' || toleratesNode(pod, node);
}

/** Whether a place keeps pods spread over parts of the cluster as evenly as a pod asks for (the PodTopologySpread plugin). */
export function spreadBadly(
  pod: Pod,
  places: readonly Place[],
): ((place: Place) => Misfit | undefined) | undefined {
  const hard = (pod.spec.topologySpreadConstraints ?? []).filter(
    one => one.whenUnsatisfiable === 'DoNotSchedule',
  );
  if (hard.length === 0) return undefined;
  // Nodes that lack one of the labels are in no part at all.
  const within = places.filter(place =>
    hard.every(({ topologyKey }) => domainOf(place, topologyKey) !== undefined),
  );
  const tests = hard.map(constraint => skewed(constraint, pod, within));
  return place => tests.map(test => test(place)).find(misfit => misfit !== undefined);
}

function skewed(
  constraint: SpreadConstraint,
  pod: Pod,
  within: readonly Place[],
): (place: Place) => Misfit | undefined {
  const { topologyKey, maxSkew, minDomains = 1 } = constraint;
  const selector = selectorIn(constraint, pod);
  const numbers = new Map<string, number>();
  for (const place of within.filter(one => counts(constraint, pod, one))) {
    const domain = domainOf(place, topologyKey) as string;
    numbers.set(domain, (numbers.get(domain) ?? 0) + countOf(place, selector, pod));
  }
  const least = numbers.size < minDomains || numbers.size === 0 ? 0 : Math.min(...numbers.values());
  const itself = selector.matches(pod.metadata.labels) ? 1 : 0;
  return place => {
    const domain = domainOf(place, topologyKey);
    if (domain === undefined) return { reasons: [`${uneven} (missing required label)`], lasting: true };
    if ((numbers.get(domain) ?? 0) + itself - least <= maxSkew) return undefined;
    return { reasons: [uneven], lasting: false };
  };
}

/** Pods of a namespace that a selector means and that are to stay. */
function countOf({ pods }: Place, selector: LabelSelector, { metadata: { namespace } }: Pod): number {
  if (selector.empty) return 0;
  return pods.filter(
    ({ metadata }) =>
      metadata.namespace === namespace &&
      metadata.deletionTimestamp === undefined &&
      selector.matches(metadata.labels),
  ).length;
}
