import { Controller, keyOf, splitKey, unlessGone } from '../../../client/index.ts';
import { isStatusError } from '../../../meta/index.ts';
import {
  type Cluster,
  type Condition,
  isActive,
  type Pod,
  timestamp,
  withCondition,
} from '../../../view/index.ts';
import type { Claim, Volume } from '../volumes.ts';
import { choose, type Sight } from './choice.ts';
import { claimsOf, type StorageClass } from './claims.ts';
import type { Node } from './fit.ts';
import { placesOf } from './places.ts';

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
    if (isPlaced(pod)) assumed.delete(keyOf(pod));
    else if (isOurs(pod) && isActive(pod)) controller.queue.add(keyOf(pod));
  };
  const look = (concerned?: (pod: Pod) => boolean): void => addWaiting(cluster, controller, concerned);
  pods.on({
    onAdd: pod => {
      add(pod);
      if (isPlaced(pod)) look(minds);
    },
    onUpdate: (old, pod) => {
      if (JSON.stringify(old.spec) !== JSON.stringify(pod.spec)) add(pod);
      if (!isPlaced(pod)) return;
      if (hasEnded(pod) && !hasEnded(old)) look();
      else if (!isPlaced(old) || !same(standing(old), standing(pod))) look(minds);
    },
    onDelete: pod => {
      assumed.delete(keyOf(pod));
      look();
    },
  });
  nodes.on({
    onAdd: () => look(),
    onUpdate: (old, node) => {
      if (essence(old) !== essence(node)) look();
    },
  });
  cluster
    .informer<Claim>('persistentvolumeclaims')
    .on({ onAdd: () => look(stores), onUpdate: () => look(stores) });
  cluster
    .informer<Volume>('persistentvolumes')
    .on({ onAdd: () => look(stores), onUpdate: () => look(stores) });
  cluster.informer<StorageClass>('storageclasses').on({ onAdd: () => look(stores) });
  cluster.informer('namespaces').on({
    onUpdate: (old, namespace) => {
      if (!same(old.metadata.labels, namespace.metadata.labels)) look(minds);
    },
  });
  return controller;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isPlaced({ spec }: Pod): boolean {
  return (spec.nodeName ?? '') !== '';
}

/** What counts of a pod where others are spread: the time by which it goes is no matter. */
function standing({ metadata: { labels, deletionTimestamp } }: Pod): readonly unknown[] {
  return [labels, deletionTimestamp === undefined];
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether it matters to a pod which others are where. */
function minds({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return (
    podAffinity !== undefined || podAntiAffinity !== undefined || spec.topologySpreadConstraints !== undefined
  );
}

/** Whether it matters to a pod what storage there is. */
function stores(pod: Pod): boolean {
  return claimsOf(pod).length > 0;
}

function essence({ spec, status, metadata }: Node): string {
  return JSON.stringify([spec, status?.allocatable, metadata.labels]);
}

function addWaiting(
  cluster: Cluster,
  controller: Controller,
  concerned: (pod: Pod) => boolean = () => true,
): void {
  for (const pod of cluster.informer<Pod>('pods').values()) {
    if (isOurs(pod) && !isPlaced(pod) && isActive(pod) && concerned(pod)) controller.queue.add(keyOf(pod));
  }
}

function isOurs({ spec }: Pod): boolean {
  return (spec.schedulerName ?? schedulerName) === schedulerName;
}

async function schedule(cluster: Cluster, assumed: Map<string, string>, key: string): Promise<void> {
  const pod = cluster.informer<Pod>('pods').get(key);
  if (pod === undefined || isPlaced(pod) || !isActive(pod) || assumed.has(key)) return;
  if (((pod.spec['schedulingGates'] ?? []) as readonly unknown[]).length > 0) return;
  const choice = choose(pod, sightOf(cluster, assumed));
  if ('message' in choice) await refuse(cluster, pod, choice.message);
  else await bind(cluster, assumed, pod, choice.place.node.metadata.name ?? '');
}

function sightOf(cluster: Cluster, assumed: ReadonlyMap<string, string>): Sight {
  const volumes = cluster.informer<Volume>('persistentvolumes');
  return {
    places: placesOf(
      cluster.informer<Node>('nodes').values(),
      cluster.informer<Pod>('pods').values(),
      assumed,
    ),
    storage: {
      claim: (namespace, name) =>
        cluster.informer<Claim>('persistentvolumeclaims').get(`${namespace}/${name}`),
      volume: name => volumes.get(name),
      storageClass: name => cluster.informer<StorageClass>('storageclasses').get(name),
      volumes: () => volumes.values(),
    },
    labelsOf: namespace => cluster.informer('namespaces').get(namespace)?.metadata.labels,
  };
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
  // Only its own: others may have written theirs since.
  const own = conditions.filter(({ type }) => type === condition.type);
  const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions: own } };
  await unlessGone(() => cluster.client('pods').patch(namespace, name, 'strategic-merge', patch, 'status'));
}
