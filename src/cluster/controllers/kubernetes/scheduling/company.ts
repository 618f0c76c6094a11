import { type LabelSelector, type Labels, selectorOf } from '../../../meta/index.ts';
import type { Pod, PodAffinityTerm } from '../../../view/index.ts';
import type { Misfit } from './fit.ts';
import { domainOf, type Place } from './places.ts';

/** Labels of a namespace. */
export type NamespaceLabels = (namespace: string) => Labels;

interface Term {
  readonly key: string;
  means(pod: Pod, labelsOf: NamespaceLabels): boolean;
}

type Side = 'podAffinity' | 'podAntiAffinity';

/** Every pod is looked at for each that is placed: what it says is read once. */
const known: Readonly<Record<Side, WeakMap<Pod, readonly Term[]>>> = {
  podAffinity: new WeakMap(),
  podAntiAffinity: new WeakMap(),
};

/** What a pod requires of the pods that are where it goes, or demands of those that come to where it is. */
function termsOf(pod: Pod, side: Side): readonly Term[] {
  const read = known[side].get(pod);
  if (read !== undefined) return read;
  const required = pod.spec.affinity?.[side]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = required.map(term => termOf(pod, term));
  known[side].set(pod, terms);
  return terms;
}

function termOf(owner: Pod, term: PodAffinityTerm): Term {
  const selector = selectorOf(term.labelSelector);
  const among = namespacesOf(owner, term);
  return {
    key: term.topologyKey,
    means: ({ metadata }, labelsOf) =>
      among(metadata.namespace ?? '', labelsOf) && selector.matches(metadata.labels),
  };
}

function namespacesOf(
  { metadata }: Pod,
  { namespaces = [], namespaceSelector }: PodAffinityTerm,
): (namespace: string, labelsOf: NamespaceLabels) => boolean {
  if (namespaces.length === 0 && namespaceSelector === undefined) return one => one === metadata.namespace;
  const selector: LabelSelector = selectorOf(namespaceSelector);
  return (one, labelsOf) => namespaces.includes(one) || selector.matches(labelsOf(one));
}

/** Parts of the cluster in which something is, each by the label that tells it from others. */
class Domains {
  readonly #known = new Set<string>();

  get empty(): boolean {
    return this.#known.size === 0;
  }

  add(place: Place, key: string): void {
    const value = domainOf(place, key);
    if (value !== undefined) this.#known.add(`${key}=${value}`);
  }

  has(place: Place, key: string): boolean {
    const value = domainOf(place, key);
    return value !== undefined && this.#known.has(`${key}=${value}`);
  }
}

/** Whether a pod may be where others are, by what it and they ask of each other (the InterPodAffinity plugin). */
export function unwelcome(
  pod: Pod,
  places: readonly Place[],
  labelsOf: NamespaceLabels,
): ((place: Place) => Misfit | undefined) | undefined {
  const near = termsOf(pod, 'podAffinity');
  const far = termsOf(pod, 'podAntiAffinity');
  const [wanted, shunned, shunning] = [new Domains(), new Domains(), new Domains()];
  const keys = new Set<string>();
  for (const place of places) {
    for (const other of place.pods) {
      if (near.length > 0 && near.every(term => term.means(other, labelsOf)))
        for (const { key } of near) wanted.add(place, key);
      for (const term of far) if (term.means(other, labelsOf)) shunned.add(place, term.key);
      for (const term of termsOf(other, 'podAntiAffinity')) {
        if (!term.means(pod, labelsOf)) continue;
        shunning.add(place, term.key);
        keys.add(term.key);
      }
    }
  }
  if (near.length + far.length + keys.size === 0) return undefined;
  // The first of several that want to be together has nobody to join.
  const first = wanted.empty && near.every(term => term.means(pod, labelsOf));
  const joins = (place: Place): boolean =>
    near.every(({ key }) => (first ? domainOf(place, key) !== undefined : wanted.has(place, key)));
  return place => {
    if (!joins(place)) return { reasons: ["node(s) didn't match pod affinity rules"], lasting: true };
    if (far.some(({ key }) => shunned.has(place, key))) {
      return { reasons: ["node(s) didn't match pod anti-affinity rules"], lasting: false };
    }
    if ([...keys].some(key => shunning.has(place, key))) {
      return { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], lasting: false };
    }
    return undefined;
  };
}
