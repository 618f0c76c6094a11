import { type KubeObject, selectorOf, type SelectorObject } from '../../../meta/index.ts';
import { conditionOf, type Pod } from '../../../view/index.ts';
import type { Misfit } from './fit.ts';
import { type Place, withOnly } from './places.ts';
import { withoutRoom } from './refusal.ts';

/** A disruption budget, as far as the scheduler looks at it. */
export interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: SelectorObject };
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

/** Pods that are to go from a place so that another fits it. */
export interface Victims {
  readonly place: Place;
  /** The most important first. */
  readonly pods: readonly Pod[];
}

/** What has come of looking for room. */
interface Room {
  /** In the words of the scheduler. */
  readonly told: string;
  readonly victims?: Victims;
  /** Whether a node that was named for the pod before is none any more. */
  readonly unnamed?: boolean;
}

interface Surroundings {
  readonly budgets: readonly Budget[];
  /** What of a place refuses the pod, all places being as given. */
  readonly test: (place: Place, places: readonly Place[]) => Misfit | undefined;
}

interface Refused {
  readonly place: Place;
  readonly misfit: Misfit;
}

interface Candidate extends Victims {
  /** How many of them budgets want to stay. */
  readonly violations: number;
}

const unhelpful = 'Preemption is not helpful for scheduling';
const nobody = 'No preemption victims found for incoming pod';

export function priorityOf({ spec }: Pod): number {
  return (spec['priority'] as number | undefined) ?? 0;
}

/** Finds a place that a pod would fit without some pods of less priority (kube-scheduler's DefaultPreemption). Pure. */
export function makeRoom(pod: Pod, refused: readonly Refused[], around: Surroundings): Room {
  const ineligible = ineligibility(pod, refused);
  if (ineligible !== undefined) return { told: ineligible };
  const places = refused.map(({ place }) => place);
  const found = refused.map(({ place, misfit }) =>
    misfit.lasting ? [unhelpful] : candidateAt(pod, place, places, around),
  );
  const candidates = found.flatMap(one => (isReasons(one) ? [] : [one]));
  const best = bestOf(candidates);
  if (best === undefined) return { told: withoutRoom(found.filter(isReasons)), unnamed: true };
  const { place, pods } = best;
  const node = place.node.metadata.name ?? '';
  const told = `found a potential placement for pod on node ${node}, preempting ${pods.length} victims`;
  return { told, victims: { place, pods } };
}

function isReasons(found: Candidate | readonly string[]): found is readonly string[] {
  return Array.isArray(found);
}

/** Why a pod may not have others end for it; undefined when it may. */
function ineligibility(pod: Pod, refused: readonly Refused[]): string | undefined {
  if (pod.spec['preemptionPolicy'] === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const named = refused.find(({ place }) => place.node.metadata.name === pod.status?.nominatedNodeName);
  if (named === undefined || named.misfit.lasting) return undefined;
  const leaving = named.place.pods.some(one => priorityOf(one) < priorityOf(pod) && isPreempted(one));
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** Whether a pod is ending for another one. */
function isPreempted({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  const { status: is, reason } = conditionOf(status?.conditions, 'DisruptionTarget') ?? {};
  return is === 'True' && reason === 'PreemptionByScheduler';
}

/** The fewest and least important pods that are to go from a place, or why that does not help. */
function candidateAt(
  pod: Pod,
  place: Place,
  places: readonly Place[],
  { budgets, test }: Surroundings,
): Candidate | readonly string[] {
  const possible = place.pods.filter(one => priorityOf(one) < priorityOf(pod)).toSorted(byImportance);
  if (possible.length === 0) return [nobody];
  const gone = new Set(possible);
  const misfit = (): Misfit | undefined => {
    const left = withOnly(
      place,
      place.pods.filter(one => !gone.has(one)),
    );
    return test(
      left,
      places.map(one => (one === place ? left : one)),
    );
  };
  const still = misfit();
  if (still !== undefined) return still.reasons;
  const violating = violatingIn(possible, budgets);
  // Those that budgets want to stay are the first to be spared.
  for (const one of [...violating, ...possible.filter(other => !violating.has(other))]) {
    gone.delete(one);
    if (misfit() !== undefined) gone.add(one);
  }
  const pods = possible.filter(one => gone.has(one));
  return { place, pods, violations: pods.filter(one => violating.has(one)).length };
}

/** Those of pods whose end their budgets do not allow any more. */
function violatingIn(pods: readonly Pod[], budgets: readonly Budget[]): Set<Pod> {
  const left = new Map(budgets.map(budget => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const violating = new Set<Pod>();
  for (const pod of pods) {
    for (const budget of budgets.filter(one => isMeant(pod, one))) {
      const rest = (left.get(budget) ?? 0) - 1;
      left.set(budget, rest);
      if (rest >= 0) continue;
      violating.add(pod);
      break;
    }
  }
  return violating;
}

/** Whether a budget counts a pod that has not been evicted yet. */
function isMeant({ metadata }: Pod, { metadata: own, spec, status }: Budget): boolean {
  if (own.namespace !== metadata.namespace || Object.keys(metadata.labels ?? {}).length === 0) return false;
  if (Object.hasOwn(status?.disruptedPods ?? {}, metadata.name ?? '')) return false;
  const selector = selectorOf(spec?.selector);
  return !selector.empty && selector.matches(metadata.labels);
}

/** The pod with more priority first, of two with the same the one that has been there longer. */
function byImportance(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || startOf(a) - startOf(b);
}

/** Milliseconds since 1970; a pod that has not started will do so later than any. */
function startOf({ status }: Pod): number {
  return status?.startTime === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(status.startTime);
}

/** Priorities are made positive, so that many pods weigh more than few. */
const lift = 2 ** 31;

/** What makes a candidate worse, what counts most first. */
const costs: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ pods }) => priorityOf(pods[0] as Pod),
  ({ pods }) => pods.reduce((sum, one) => sum + priorityOf(one) + lift, 0),
  ({ pods }) => pods.length,
  ({ pods }) => {
    const [first] = pods as readonly [Pod];
    const most = pods.filter(one => priorityOf(one) === priorityOf(first));
    return -Math.min(...most.map(startOf));
  },
];

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const cost of costs) {
    if (left.length < 2) break;
    const least = Math.min(...left.map(cost));
    left = left.filter(one => cost(one) === least);
  }
  return left[0];
}
