import type { Pod } from '../../../view/index.ts';
import { claimFault, type Storage, volumesElsewhere } from './claims.ts';
import { type NamespaceLabels, unwelcome } from './company.ts';
import { type Misfit, ofNode, tooFew } from './fit.ts';
import type { Place } from './places.ts';
import { portsTaken } from './ports.ts';
import { type Budget, makeRoom, type Victims } from './preemption.ts';
import { failureMessage, hopelessMessage } from './refusal.ts';
import { spreadBadly } from './spread.ts';

/** What the scheduler sees of a cluster. */
export interface Sight {
  readonly places: readonly Place[];
  readonly storage: Storage;
  readonly labelsOf: NamespaceLabels;
  /** By which pods are to stay, if others can go instead. */
  readonly budgets: readonly Budget[];
}

/** Where a pod goes, or why it goes nowhere yet, and where others are to go from for it. */
export type Choice =
  | { readonly place: Place }
  | {
      readonly message: string;
      readonly victims?: Victims;
      /** Whether the node that has been named for it is none any more. */
      readonly unnamed?: boolean;
    };

/**
 * Chooses the place that was named for a pod when room was made there, else the one that it fits with the fewest pods; or says why
 * there is none (kube-scheduler). Pure.
 */
export function choose(pod: Pod, sight: Sight): Choice {
  const { places } = sight;
  const hopeless = contradiction(pod) ?? claimFault(pod, sight.storage);
  if (hopeless !== undefined) return { message: hopelessMessage(places.length, hopeless) };
  const named = namedNodes(pod);
  const test = testFor(pod, sight);
  const misfits = places.map(place =>
    named === undefined || named.has(place.node.metadata.name ?? '') ? test(place) : notNamed,
  );
  const fitting = places.filter((_, index) => misfits[index] === undefined);
  const [first] = fitting.toSorted((a, b) => a.pods.length - b.pods.length);
  const place = fitting.find(({ node }) => node.metadata.name === pod.status?.nominatedNodeName) ?? first;
  if (place !== undefined) return { place };
  const refused = places.map((one, index) => ({ place: one, misfit: misfits[index] as Misfit }));
  const { told, ...outcome } = makeRoom(pod, refused, {
    budgets: sight.budgets,
    test: (at, all) => testFor(pod, { ...sight, places: all })(at),
  });
  const refusals = refused.map(({ misfit }) => misfit);
  return { message: failureMessage(refusals, told), ...outcome };
}

/** All that is looked at of a place, in the order of the scheduler's plugins: the first that refuses it is the one that is told. */
function testFor(pod: Pod, { places, storage, labelsOf }: Sight): (place: Place) => Misfit | undefined {
  const tests = [
    ({ node }: Place) => ofNode(pod, node),
    portsTaken(pod),
    ({ node, used }: Place) => tooFew(pod, node, used),
    volumesElsewhere(pod, storage),
    spreadBadly(pod, places),
    unwelcome(pod, places, labelsOf),
  ].filter(test => test !== undefined);
  return place => {
    for (const test of tests) {
      const misfit = test(place);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  };
}

const notNamed: Misfit = { reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"], lasting: true };

/** The nodes that a pod names, where each of its terms names some; undefined: any. */
function namedNodes({ spec }: Pod): ReadonlySet<string> | undefined {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In');
    if (lists.length === 0) return undefined;
    const [first, ...others] = lists.map(({ values = [] }) => values);
    for (const name of first ?? []) if (others.every(list => list.includes(name))) names.add(name);
  }
  return names;
}

/** A pod that names nodes of which none can be meant fits none. */
function contradiction(pod: Pod): string | undefined {
  return namedNodes(pod)?.size === 0 ? 'pod affinity terms conflict' : undefined;
}
