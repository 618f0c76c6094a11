import { Controller, keyOf, splitKey } from '../../../client/index.ts';
import { isStatusError } from '../../../meta/index.ts';
import {
  type Cluster,
  type Condition,
  isActive,
  type Pod,
  timestamp,
  withCondition,
} from '../../../view/index.ts';
import { type Amounts, failureMessage, misfits, type Node, requestsOf } from './fit.ts';

export const schedulerName = 'default-scheduler';

/** Gives pods a node: the first that they fit with the most room left; says why when there is none (kube-scheduler). */
export function scheduler(cluster: Cluster, onError: (key: string, error: unknown) => void): Controller {
  const pods = cluster.informer<Pod>('pods');
  const nodes = cluster.informer<Node>('nodes');
  /** Pods given a node here that the cache still shows without one. */
  const assumed = new Map<string, string>();
  const controller = new Controller({
    name: 'scheduler',
    onError,
    reconcile: key => schedule(cluster, assumed, key),
  });
  const add = (pod: Pod): void => {
    const { nodeName = '', schedulerName: named = schedulerName } = pod.spec;
    if (nodeName !== '') assumed.delete(keyOf(pod));
    else if (named === schedulerName && isActive(pod)) controller.queue.add(keyOf(pod));
  };
  pods.on({
    onAdd: add,
    onUpdate: (old, pod) => {
      if (old.spec.nodeName !== pod.spec.nodeName || JSON.stringify(old.spec) !== JSON.stringify(pod.spec))
        add(pod);
    },
    onDelete: pod => {
      assumed.delete(keyOf(pod));
      addWaiting(cluster, controller);
    },
  });
  nodes.on({
    onAdd: () => addWaiting(cluster, controller),
    onUpdate: (old, node) => {
      if (essence(old) !== essence(node)) addWaiting(cluster, controller);
    },
  });
  return controller;
}

function essence({ spec, status, metadata }: Node): string {
  return JSON.stringify([spec, status?.allocatable, metadata.labels]);
}

function addWaiting(cluster: Cluster, controller: Controller): void {
  for (const pod of cluster.informer<Pod>('pods').values()) {
    if ((pod.spec.nodeName ?? '') === '' && isActive(pod)) controller.queue.add(keyOf(pod));
  }
}

async function schedule(cluster: Cluster, assumed: Map<string, string>, key: string): Promise<void> {
  const pod = cluster.informer<Pod>('pods').get(key);
  if (pod === undefined || (pod.spec.nodeName ?? '') !== '' || !isActive(pod) || assumed.has(key)) return;
  if (((pod.spec['schedulingGates'] ?? []) as readonly unknown[]).length > 0) return;
  const nodes = [...cluster.informer<Node>('nodes').values()];
  const used = usedOf(cluster, assumed);
  const verdicts = nodes.map(node => misfits(pod, node, used.get(node.metadata.name ?? '') ?? {}));
  const fitting = nodes.filter((_, index) => verdicts[index]?.length === 0);
  const chosen = fitting.toSorted((a, b) => load(a, used) - load(b, used))[0];
  if (chosen === undefined) await refuse(cluster, pod, failureMessage(verdicts));
  else await bind(cluster, assumed, pod, chosen.metadata.name ?? '');
}

function load(node: Node, used: ReadonlyMap<string, Amounts>): number {
  return used.get(node.metadata.name ?? '')?.['pods'] ?? 0;
}

function usedOf(cluster: Cluster, assumed: ReadonlyMap<string, string>): Map<string, Amounts> {
  const used = new Map<string, Record<string, number>>();
  for (const pod of cluster.informer<Pod>('pods').values()) {
    const node = pod.spec.nodeName ?? assumed.get(keyOf(pod)) ?? '';
    const { phase } = pod.status ?? {};
    if (node === '' || phase === 'Succeeded' || phase === 'Failed') continue;
    const sums = used.get(node) ?? {};
    for (const [name, amount] of Object.entries(requestsOf(pod))) sums[name] = (sums[name] ?? 0) + amount;
    used.set(node, sums);
  }
  return used;
}

async function bind(cluster: Cluster, assumed: Map<string, string>, pod: Pod, node: string): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata;
  assumed.set(keyOf(pod), node);
  try {
    await cluster.client('pods').createBelow(namespace, name, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { kind: 'Node', name: node },
    });
  } catch (error) {
    assumed.delete(keyOf(pod));
    if (isStatusError(error) && error.reason === 'NotFound') return;
    throw error;
  }
  const message = `Successfully assigned ${namespace}/${name} to ${node}`;
  void cluster.events.record(pod, 'Normal', 'Scheduled', message);
}

async function refuse(cluster: Cluster, pod: Pod, message: string): Promise<void> {
  const { namespace, name } = splitKey(keyOf(pod));
  const condition: Condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  const conditions = withCondition(pod.status?.conditions, condition, timestamp(cluster.now()));
  void cluster.events.record(pod, 'Warning', 'FailedScheduling', message);
  if (JSON.stringify(conditions) === JSON.stringify(pod.status?.conditions)) return;
  try {
    await cluster.client('pods').patch(namespace, name, 'merge', { status: { conditions } }, 'status');
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}
