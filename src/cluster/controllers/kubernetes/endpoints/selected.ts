import type { Informer } from '../../../client/index.ts';
import { selectorOf } from '../../../meta/index.ts';
import type { Pod } from '../../../view/index.ts';
import type { Service } from './slices.ts';

type Labels = Readonly<Record<string, string>>;

/** Which pods services select, and the other way round, without a look at all of either. */
export class Selected {
  readonly #services: Informer<Service>;
  readonly #pods: Informer<Pod>;

  /** To be made before the informers start. */
  constructor(services: Informer<Service>, pods: Informer<Pod>) {
    this.#services = services;
    this.#pods = pods;
    services.index('telling label', ({ metadata, spec }) => {
      const label = tellingOf(spec.selector);
      return label === undefined ? [] : [`${metadata.namespace} ${label}`];
    });
    pods.index('label', ({ metadata }) =>
      Object.entries(metadata.labels ?? {}).map(label => `${metadata.namespace} ${label.join('=')}`),
    );
  }

  podsOf({ metadata, spec: { selector } }: Service): Pod[] {
    const label = tellingOf(selector);
    if (selector === undefined || label === undefined) return [];
    const { matches } = matcherOf(selector);
    return this.#pods.by('label', `${metadata.namespace} ${label}`).filter(matches);
  }

  servicesOf(pod: Pod): Service[] {
    const { namespace, labels = {} } = pod.metadata;
    return Object.entries(labels).flatMap(label =>
      this.#services
        .by('telling label', `${namespace} ${label.join('=')}`)
        .filter(({ spec: { selector = {} } }) => matcherOf(selector).matches(pod)),
    );
  }
}

function matcherOf(matchLabels: Labels): { readonly matches: (pod: Pod) => boolean } {
  const selector = selectorOf({ matchLabels });
  return { matches: pod => selector.matches(pod.metadata.labels) };
}

/** The label of a selector that fewest have, most probably: the longest. Pure. */
export function tellingOf(selector: Labels | undefined): string | undefined {
  const all = Object.entries(selector ?? {}).map(label => label.join('='));
  return all.toSorted((a, b) => b.length - a.length)[0];
}
