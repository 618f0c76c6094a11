import { Controller, keyOf, type Outcome } from '../../client/index.ts';
import { isStatusError, type KubeObject, selectorOf, type SelectorObject } from '../../meta/index.ts';
import {
  type Cluster,
  type Condition,
  isActive,
  isReady,
  type Pod,
  timestamp,
  withCondition,
} from '../../view/index.ts';

interface Budget extends KubeObject {
  readonly spec: {
    readonly selector?: SelectorObject;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
}

/** Milliseconds in which a pod that somebody has evicted is to be gone, or else was not evicted. */
const patience = 120_000;

/** The pods that are said to be evicted, with the times of it, and are still there without a sign of going. Pure. */
export function disrupted({ status }: Budget, pods: readonly Pod[], now: number): Record<string, string> {
  const there = new Set(
    pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(pod => pod.metadata.name),
  );
  const said = Object.entries(status?.disruptedPods ?? {});
  return Object.fromEntries(
    said.filter(([name, time]) => there.has(name) && Date.parse(time) + patience > now),
  );
}

/** How many pods of a budget may be evicted now, those not counted that have been. Pure. */
export function allowances(
  { spec }: Budget,
  pods: readonly Pod[],
  evicted: Readonly<Record<string, string>> = {},
): { expectedPods: number; currentHealthy: number; desiredHealthy: number; disruptionsAllowed: number } {
  const active = pods.filter(isActive);
  const expectedPods = active.length;
  const gone = ({ metadata }: Pod): boolean => Object.hasOwn(evicted, metadata.name ?? '');
  const currentHealthy = active.filter(pod => isReady(pod) && !gone(pod)).length;
  const amount = (value: number | string): number =>
    typeof value === 'number' ? value : Math.ceil((Number(value.replace('%', '')) * expectedPods) / 100);
  const desiredHealthy =
    spec.maxUnavailable === undefined
      ? amount(spec.minAvailable ?? 0)
      : Math.max(0, expectedPods - amount(spec.maxUnavailable));
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed };
}

/** Keeps the status of disruption budgets, by which evictions are allowed. */
export function budgetController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const budgets = cluster.informer<Budget>('poddisruptionbudgets');
  const pods = cluster.informer<Pod>('pods');
  const controller = new Controller({
    name: 'disruption',
    onError,
    reconcile: key => settled(cluster, budgets.get(key)),
  });
  const add = (budget: Budget): void => controller.queue.add(keyOf(budget));
  budgets.on({ onAdd: add, onUpdate: (_, budget) => add(budget) });
  const ofPod = ({ metadata }: Pod): void => {
    for (const budget of budgets.inNamespace(metadata.namespace ?? '')) {
      if (selectorOf(budget.spec.selector).matches(metadata.labels)) add(budget);
    }
  };
  pods.on({ onAdd: ofPod, onUpdate: (_, pod) => ofPod(pod), onDelete: ofPod });
  return controller;
}

async function settled(cluster: Cluster, budget: Budget | undefined): Promise<Outcome | undefined> {
  if (budget === undefined || budget.metadata.deletionTimestamp !== undefined) return undefined;
  const selector = selectorOf(budget.spec.selector);
  const { namespace = '', generation } = budget.metadata;
  const pods = cluster
    .informer<Pod>('pods')
    .inNamespace(namespace)
    .filter(pod => selector.matches(pod.metadata.labels));
  const now = cluster.now();
  const evicted = disrupted(budget, pods, now);
  const counts = allowances(budget, pods, evicted);
  const sufficient = counts.disruptionsAllowed > 0;
  const condition: Condition = {
    type: 'DisruptionAllowed',
    status: sufficient ? 'True' : 'False',
    reason: sufficient ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  const conditions = withCondition(budget.status?.conditions, condition, timestamp(now));
  const waiting = Object.values(evicted).map(time => Date.parse(time) + patience - now);
  const outcome = waiting.length === 0 ? undefined : { again: Math.min(...waiting) + 1 };
  const status = {
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(waiting.length > 0 && { disruptedPods: evicted }),
    ...counts,
    conditions,
  };
  const ordered = (value: object): string =>
    JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  if (ordered(status) === ordered(budget.status ?? {})) return outcome;
  try {
    await cluster.client<Budget>('poddisruptionbudgets').update({ ...budget, status }, 'status');
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
  return outcome;
}
