import { Controller, keyOf, type Outcome, splitKey, unlessGone } from '../../../client/index.ts';
import { isStatusError } from '../../../meta/index.ts';
import {
  type Cluster,
  type Condition,
  isActive,
  type Pod,
  timestamp,
  withCondition,
} from '../../../view/index.ts';
import { type Claim, selectedNode, type StorageClass, type Volume } from '../volumes.ts';
import { type Choice, choose, type Sight } from './choice.ts';
import { type Binding, bindingsAt, claimsOf, type Storage, waitingFor } from './claims.ts';
import { type Node, requestsOf } from './fit.ts';
import { type Place, placesOf } from './places.ts';
import { type Budget, priorityOf, type Victims } from './preemption.ts';

export const schedulerName = 'default-scheduler';

/** Nodes of pods that do not say so yet, by their keys. */
interface Meant {
  /** Given a node here, while the cache still shows them without one. */
  readonly assumed: Map<string, string>;
  /** Those that go there once their claims have volumes. */
  readonly held: Map<string, Held>;
}

interface Held {
  readonly node: string;
  /** Milliseconds since 1970, by which the volumes are to be there. */
  readonly until: number;
}

/** Milliseconds that claims may take to get their volumes (kube-scheduler's `bindTimeoutSeconds`). */
const bindingTakes = 600_000;

/** Gives pods a node: the first that they fit with the most room left; says why when there is none (kube-scheduler). */
export function scheduler(cluster: Cluster, onError: (key: string, error: unknown) => void): Controller {
  const pods = cluster.informer<Pod>('pods');
  const nodes = cluster.informer<Node>('nodes');
  const meant: Meant = { assumed: new Map(), held: new Map() };
  const controller = new Controller({
    name: 'scheduler',
    onError,
    reconcile: key => schedule(cluster, meant, key),
  });
  const add = (pod: Pod): void => {
    if (isPlaced(pod)) forget(meant, pod);
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
      if (makesRoom(old, pod)) look();
      else if (!isPlaced(old) || !same(standing(old), standing(pod))) look(minds);
    },
    onDelete: pod => {
      forget(meant, pod);
      look();
    },
  });
  nodes.on({
    onAdd: () => look(),
    onDelete: () => look(stores),
    onUpdate: (old, node) => {
      if (essence(old) !== essence(node)) look();
    },
  });
  cluster
    .informer<Claim>('persistentvolumeclaims')
    .on({ onAdd: () => look(stores), onUpdate: () => look(stores) });
  cluster.informer<Budget>('poddisruptionbudgets');
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

function forget({ assumed, held }: Meant, pod: Pod): void {
  assumed.delete(keyOf(pod));
  held.delete(keyOf(pod));
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

/** Whether a node may have more left than before: the pod has ended, or asks for something else. */
function makesRoom(old: Pod, pod: Pod): boolean {
  return (hasEnded(pod) && !hasEnded(old)) || !same(requestsOf(old), requestsOf(pod));
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

async function schedule(cluster: Cluster, meant: Meant, key: string): Promise<Outcome | undefined> {
  const pod = cluster.informer<Pod>('pods').get(key);
  if (pod === undefined || isPlaced(pod) || !isActive(pod) || meant.assumed.has(key)) return undefined;
  if (((pod.spec['schedulingGates'] ?? []) as readonly unknown[]).length > 0) return undefined;
  const storage = storageOf(cluster);
  const waiting = waitingFor(pod, storage);
  if (await release(cluster, pod, waiting)) return undefined;
  const held = meant.held.get(key);
  if (held !== undefined && waiting.length > 0) {
    const again = held.until - cluster.now();
    const isOnItsWay = waiting.every(claim => isPromised(claim, held.node, storage));
    if (isOnItsWay && again > 0) return { again };
    if (isOnItsWay) await tellUnbound(cluster, pod, 'context deadline exceeded');
  }
  meant.held.delete(key);
  const choice = choose(pod, sightOf(cluster, meant, pod, storage));
  if (!('place' in choice)) {
    await refuse(cluster, pod, choice);
    if (choice.victims !== undefined) await preempt(cluster, pod, choice.victims);
    return undefined;
  }
  const node = nameOf(choice.place);
  const bindings = bindingsAt(pod, choice.place, storage) ?? [];
  if (bindings.length === 0) {
    await bind(cluster, meant.assumed, pod, node);
    return undefined;
  }
  meant.held.set(key, { node, until: cluster.now() + bindingTakes });
  for (const one of bindings) await promise(cluster, one, node);
  return { again: bindingTakes };
}

/** Lets claims go that are to get a volume for a node that is gone; whether there were any. */
async function release(cluster: Cluster, pod: Pod, claims: readonly Claim[]): Promise<boolean> {
  const nodes = cluster.informer<Node>('nodes');
  let isReleased = false;
  for (const { metadata } of claims) {
    const node = metadata.annotations?.[selectedNode];
    if (node === undefined || nodes.get(node) !== undefined) continue;
    if (!isReleased)
      await tellUnbound(cluster, pod, `failed to get node "${node}": node "${node}" not found`);
    isReleased = true;
    const { namespace = '', name = '', resourceVersion } = metadata;
    const patch = { metadata: { resourceVersion, annotations: { [selectedNode]: null } } };
    await unlessGone(() => cluster.client('persistentvolumeclaims').patch(namespace, name, 'merge', patch));
  }
  return isReleased;
}

/** Says why the claims of a pod have got no volumes where it was to go. */
function tellUnbound(cluster: Cluster, pod: Pod, why: string): Promise<void> {
  const message = `running PreBind plugin "VolumeBinding": binding volumes: ${why}`;
  return tellUnplaced(cluster, pod, { reason: 'SchedulerError', message }, pod.status?.nominatedNodeName);
}

function nameOf({ node }: Place): string {
  return node.metadata.name ?? '';
}

/** Whether a claim is on its way to get a volume for a node. */
function isPromised({ metadata }: Claim, node: string, storage: Storage): boolean {
  if (metadata.annotations?.[selectedNode] === node) return true;
  return [...storage.volumes()].some(({ spec }) => spec.claimRef?.uid === metadata.uid);
}

/** Has a claim given its volume: the one that it is to have, or one that is provisioned for a node. */
async function promise(cluster: Cluster, { claim, volume }: Binding, node: string): Promise<void> {
  const { namespace = '', name = '', uid, resourceVersion } = claim.metadata;
  await unlessGone(async () => {
    if (volume === undefined) {
      const annotations = { [selectedNode]: node };
      const patch = { metadata: { resourceVersion, annotations } };
      await cluster.client('persistentvolumeclaims').patch(namespace, name, 'merge', patch);
      return;
    }
    const annotations = { 'pv.kubernetes.io/bound-by-controller': 'yes' };
    const metadata = { resourceVersion: volume.metadata.resourceVersion, annotations };
    const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid };
    const patch = { metadata, spec: { claimRef } };
    await cluster.client('persistentvolumes').patch('', volume.metadata.name ?? '', 'merge', patch);
  });
}

function storageOf(cluster: Cluster): Storage {
  const volumes = cluster.informer<Volume>('persistentvolumes');
  return {
    claim: (namespace, name) => cluster.informer<Claim>('persistentvolumeclaims').get(`${namespace}/${name}`),
    volume: name => volumes.get(name),
    storageClass: name => cluster.informer<StorageClass>('storageclasses').get(name),
    volumes: () => volumes.values(),
  };
}

function sightOf(cluster: Cluster, { assumed, held }: Meant, pod: Pod, storage: Storage): Sight {
  const pods = [...cluster.informer<Pod>('pods').values()];
  return {
    places: placesOf(
      cluster.informer<Node>('nodes').values(),
      pods,
      new Map([
        ...nominated(pods, pod),
        ...[...held].map(([key, { node }]) => [key, node] as const),
        ...assumed,
      ]),
    ),
    storage,
    labelsOf: namespace => cluster.informer('namespaces').get(namespace)?.metadata.labels,
    budgets: [...cluster.informer<Budget>('poddisruptionbudgets').values()],
  };
}

/** Nodes where room is made for other pods, which go before this one. */
function nominated(pods: readonly Pod[], pod: Pod): (readonly [string, string])[] {
  return pods.flatMap(other => {
    const node = other.status?.nominatedNodeName ?? '';
    const isBefore = other !== pod && priorityOf(other) >= priorityOf(pod);
    return node !== '' && isBefore && !isPlaced(other) && isActive(other) ? [[keyOf(other), node]] : [];
  });
}

/** Has pods end so that another fits where they are (the executor of kube-scheduler's preemption). */
async function preempt(cluster: Cluster, pod: Pod, { place, pods }: Victims): Promise<void> {
  const node = nameOf(place);
  // Room was made there for those with less priority, too: they look elsewhere.
  for (const other of cluster.informer<Pod>('pods').values()) {
    const named = other.status?.nominatedNodeName === node && !isPlaced(other);
    if (named && priorityOf(other) < priorityOf(pod)) await nominate(cluster, other, null);
  }
  for (const victim of pods) {
    const { namespace = '', name = '', uid, generation, deletionTimestamp } = victim.metadata;
    if (deletionTimestamp !== undefined) continue;
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: `${schedulerName}: preempting to accommodate a higher priority pod`,
      lastProbeTime: null,
      lastTransitionTime: timestamp(cluster.now()),
      ...(generation !== undefined && { observedGeneration: generation }),
    };
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    await unlessGone(async () => {
      await cluster.client('pods').patch(namespace, name, 'strategic-merge', patch, 'status');
      await cluster.client('pods').delete(namespace, name, { uid });
    });
    const message = `Preempted by pod ${pod.metadata.uid} on node ${node}`;
    void cluster.events.record(victim, 'Normal', 'Preempted', message);
  }
}

/** Names the node where room is made for a pod, or none. */
async function nominate(cluster: Cluster, { metadata }: Pod, node: string | null): Promise<void> {
  const { namespace = '', name = '', uid } = metadata;
  const patch = { metadata: { uid }, status: { nominatedNodeName: node } };
  await unlessGone(() => cluster.client('pods').patch(namespace, name, 'strategic-merge', patch, 'status'));
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

async function refuse(
  cluster: Cluster,
  pod: Pod,
  { message, victims, unnamed = false }: Exclude<Choice, { place: Place }>,
): Promise<void> {
  const kept = unnamed ? undefined : pod.status?.nominatedNodeName;
  const node = victims === undefined ? kept : nameOf(victims.place);
  await tellUnplaced(cluster, pod, { reason: 'Unschedulable', message }, node);
}

/**
 * Says of a pod that it has no node, and why.
 * @param node where room is made for it
 */
async function tellUnplaced(
  cluster: Cluster,
  pod: Pod,
  { reason, message }: { readonly reason: 'Unschedulable' | 'SchedulerError'; readonly message: string },
  node: string | undefined,
): Promise<void> {
  const { namespace, name } = splitKey(keyOf(pod));
  const condition: Condition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastProbeTime: null,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  const conditions = withCondition(pod.status?.conditions, condition, timestamp(cluster.now()));
  void cluster.events.record(pod, 'Warning', 'FailedScheduling', message);
  const named = pod.status?.nominatedNodeName;
  if (node === named && same(conditions, pod.status?.conditions)) return;
  // Only its own: others may have written theirs since.
  const own = conditions.filter(({ type }) => type === condition.type);
  const patch = {
    metadata: { uid: pod.metadata.uid },
    status: { conditions: own, ...(node !== named && { nominatedNodeName: node ?? null }) },
  };
  await unlessGone(() => cluster.client('pods').patch(namespace, name, 'strategic-merge', patch, 'status'));
}
