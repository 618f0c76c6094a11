import { Controller, Expectations, keyOf, type Outcome, splitKey } from '../../client/index.ts';
import { isStatusError, type KubeObject, selectorOf, sameJson } from '../../meta/index.ts';
import {
  type Cluster,
  type Condition,
  controlledBy,
  controllerOf,
  isActive,
  isAvailable,
  isReady,
  type Pod,
  type ReplicaSet,
  timestamp,
  claimable,
  keepByController,
} from '../../view/index.ts';

/** Pods made or removed in one go. */
const burst = 500;

/** What is to be done to have the right number of pods. */
export interface Plan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** Compares the pods there are with those wanted. Pure. */
export function plan(replicaSet: ReplicaSet, pods: readonly Pod[]): Plan {
  const wanted = replicaSet.spec.replicas ?? 1;
  const active = pods.filter(isActive);
  const missing = wanted - active.length;
  if (missing >= 0) return { create: Math.min(missing, burst), remove: [] };
  const order = active.toSorted((a, b) => rank(a) - rank(b) || newer(a, b));
  return { create: 0, remove: order.slice(0, Math.min(-missing, burst)) };
}

/** Which pods go first: those without a node, then pending ones, those not ready, those cheap to delete, restarted ones. */
function rank(pod: Pod): number {
  const { spec, status, metadata } = pod;
  if ((spec.nodeName ?? '') === '') return 0;
  if (status?.phase === 'Pending' || status?.phase === undefined) return 1;
  if (status.phase === 'Unknown') return 2;
  if (!isReady(pod)) return 3;
  const cost = Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  const restarts = (status.containerStatuses ?? []).reduce((sum, one) => sum + (one.restartCount ?? 0), 0);
  return 4 + (Number.isFinite(cost) ? cost / 2 ** 31 + 1 : 1) - Math.min(restarts, 1e6) / 1e7;
}

function newer(a: Pod, b: Pod): number {
  const left = a.metadata.creationTimestamp ?? '';
  const right = b.metadata.creationTimestamp ?? '';
  return left < right ? 1 : left > right ? -1 : 0;
}

/** The pod that a controller makes from a template. */
export function podFrom(
  owner: KubeObject,
  template: ReplicaSet['spec']['template'],
  prefix: string,
): KubeObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: prefix,
      namespace: owner.metadata.namespace ?? '',
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(finalizers !== undefined && { finalizers }),
      ownerReferences: [controlledBy(owner)],
    },
    spec: template.spec,
  };
}

/** Why pods could not be made or removed. */
export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

/** The status that a ReplicaSet is to have. Pure. */
export function statusOf(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  failure: Failure | undefined,
  now: number,
): NonNullable<ReplicaSet['status']> {
  const { spec, metadata, status } = replicaSet;
  const active = pods.filter(isActive);
  const labels = selectorOf({ matchLabels: spec.template.metadata?.labels ?? {} });
  const count = (test: (pod: Pod) => boolean): number => active.filter(test).length;
  const conditions = withFailure(status?.conditions ?? [], failure, now);
  const ready = count(isReady);
  const available = count(pod => isAvailable(pod, spec.minReadySeconds ?? 0, now));
  const labelled = count(pod => labels.matches(pod.metadata.labels));
  return {
    replicas: active.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    terminatingReplicas: pods.filter(isTerminating).length,
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** What makes pods fail is told once, until it no longer does. */
function withFailure(
  conditions: readonly Condition[],
  failure: Failure | undefined,
  now: number,
): readonly Condition[] {
  if (failure === undefined) return conditions.filter(one => one.type !== 'ReplicaFailure');
  if (conditions.some(one => one.type === 'ReplicaFailure')) return conditions;
  const { reason, message } = failure;
  const lastTransitionTime = timestamp(now);
  return [...conditions, { type: 'ReplicaFailure', status: 'True', lastTransitionTime, reason, message }];
}

function isTerminating({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
  );
}

/** Keeps the number of pods that ReplicaSets ask for (kube-controller-manager's replicaset controller). */
export function replicaSetController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const sets = cluster.informer<ReplicaSet>('replicasets');
  const pods = cluster.informer<Pod>('pods');
  keepByController(pods);
  const expectations = new Expectations(cluster.now);
  const controller = new Controller({
    name: 'replicaset',
    workers: 5,
    onError,
    reconcile: key => reconcile(cluster, expectations, key),
  });
  const add = (set: ReplicaSet): void => controller.queue.add(keyOf(set));
  sets.on({
    onAdd: add,
    onUpdate: (_, set) => add(set),
    onDelete: set => {
      expectations.forget(keyOf(set));
      add(set);
    },
  });
  const ownerKey = (pod: Pod): string | undefined => {
    const owner = controllerOf(pod);
    return owner?.kind === 'ReplicaSet' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  };
  pods.on({
    onAdd: pod => {
      const key = ownerKey(pod);
      if (key === undefined) return addOrphansOwners(cluster, controller, pod);
      expectations.sawCreation(key);
      controller.queue.add(key);
    },
    onUpdate: (old, pod) => {
      for (const key of new Set([ownerKey(old), ownerKey(pod)]))
        if (key !== undefined) controller.queue.add(key);
      if (pod.metadata.deletionTimestamp !== undefined) sawDeletion(expectations, ownerKey(pod), pod);
      if (ownerKey(pod) === undefined) addOrphansOwners(cluster, controller, pod);
    },
    onDelete: pod => {
      const key = ownerKey(pod);
      sawDeletion(expectations, key, pod);
      if (key !== undefined) controller.queue.add(key);
    },
  });
  return controller;
}

function sawDeletion(expectations: Expectations, key: string | undefined, pod: Pod): void {
  if (key !== undefined) expectations.sawDeletion(key, pod.metadata.uid ?? '');
}

/** A pod without a controller may belong to a set whose selector it matches. */
function addOrphansOwners(cluster: Cluster, controller: Controller, pod: Pod): void {
  if (controllerOf(pod) !== undefined) return;
  for (const set of cluster.informer<ReplicaSet>('replicasets').inNamespace(pod.metadata.namespace ?? '')) {
    if (selectorOf(set.spec.selector).matches(pod.metadata.labels)) controller.queue.add(keyOf(set));
  }
}

async function reconcile(
  cluster: Cluster,
  expectations: Expectations,
  key: string,
): Promise<Outcome | undefined> {
  const replicaSet = cluster.informer<ReplicaSet>('replicasets').get(key);
  if (replicaSet === undefined) return undefined;
  const owned = await claimed(cluster, replicaSet);
  let failure: Failure | undefined;
  if (replicaSet.metadata.deletionTimestamp === undefined && expectations.satisfied(key)) {
    failure = await carryOut(cluster, expectations, key, replicaSet, plan(replicaSet, owned));
  }
  await writeStatus(cluster, key, replicaSet, statusOf(replicaSet, owned, failure, cluster.now()));
  if (failure !== undefined) throw new Error(failure.message);
  const { minReadySeconds = 0 } = replicaSet.spec;
  const waiting =
    minReadySeconds > 0 &&
    owned.some(pod => isReady(pod) && !isAvailable(pod, minReadySeconds, cluster.now()));
  return waiting ? { again: minReadySeconds * 1000 } : undefined;
}

/** The pods of a set; those that match and belong to nobody are taken over, those that no longer match are let go. */
async function claimed(cluster: Cluster, set: ReplicaSet): Promise<Pod[]> {
  const selector = selectorOf(set.spec.selector);
  const { uid, deletionTimestamp } = set.metadata;
  const mine: Pod[] = [];
  for (const pod of claimable(cluster.informer<Pod>('pods'), set)) {
    const owner = controllerOf(pod);
    const matches = selector.matches(pod.metadata.labels);
    if (owner !== undefined && owner.uid !== uid) continue;
    if (owner !== undefined && matches) mine.push(pod);
    else if (deletionTimestamp !== undefined) continue;
    else if (owner !== undefined) await release(cluster, set, pod);
    else if (matches && isActive(pod) && (await adopt(cluster, set, pod))) mine.push(pod);
  }
  return mine;
}

async function adopt(cluster: Cluster, set: ReplicaSet, pod: Pod): Promise<boolean> {
  const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controlledBy(set)];
  return patched(cluster, pod, { ownerReferences });
}

async function release(cluster: Cluster, set: ReplicaSet, pod: Pod): Promise<void> {
  const others = (pod.metadata.ownerReferences ?? []).filter(owner => owner.uid !== set.metadata.uid);
  await patched(cluster, pod, { ownerReferences: others });
}

async function patched(cluster: Cluster, pod: Pod, changes: object): Promise<boolean> {
  const { namespace = '', name = '', uid, resourceVersion } = pod.metadata;
  try {
    const patch = { metadata: { uid, resourceVersion, ...changes } };
    await cluster.client('pods').patch(namespace, name, 'merge', patch);
    return true;
  } catch (error) {
    if (isStatusError(error) && error.reason === 'NotFound') return false;
    throw error;
  }
}

/** Makes and removes pods; gives what made it fail. */
async function carryOut(
  cluster: Cluster,
  expectations: Expectations,
  key: string,
  set: ReplicaSet,
  { create, remove }: Plan,
): Promise<Failure | undefined> {
  const { name = '' } = set.metadata;
  const pod = podFrom(set, set.spec.template, `${name}-`);
  expectations.expectCreations(key, create);
  for (let made = 0; made < create; made++) {
    try {
      const created = await cluster.client('pods').create(pod);
      void cluster.events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    } catch (error) {
      for (let left = made; left < create; left++) expectations.sawCreation(key);
      if (isEnding(error)) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      void cluster.events.record(set, 'Warning', 'FailedCreate', `Error creating: ${message}`);
      return { reason: 'FailedCreate', message };
    }
  }
  expectations.expectDeletions(
    key,
    remove.map(one => one.metadata.uid ?? ''),
  );
  let failure: Failure | undefined;
  for (const one of remove) {
    const message = await removed(cluster, expectations, key, set, one);
    if (message !== undefined) failure = { reason: 'FailedDelete', message };
  }
  return failure;
}

function isEnding(error: unknown): boolean {
  return isStatusError(error) && error.message.includes('because it is being terminated');
}

async function removed(
  cluster: Cluster,
  expectations: Expectations,
  key: string,
  set: ReplicaSet,
  pod: Pod,
): Promise<string | undefined> {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  try {
    await cluster.client('pods').delete(namespace, name, { uid });
    void cluster.events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    return undefined;
  } catch (error) {
    expectations.sawDeletion(key, uid);
    if (isStatusError(error) && error.reason === 'NotFound') return undefined;
    const message = error instanceof Error ? error.message : String(error);
    void cluster.events.record(set, 'Warning', 'FailedDelete', `Error deleting: ${message}`);
    return message;
  }
}

async function writeStatus(
  cluster: Cluster,
  key: string,
  set: ReplicaSet,
  status: NonNullable<ReplicaSet['status']>,
): Promise<void> {
  if (sameJson(set.status ?? {}, status)) return;
  const { namespace, name } = splitKey(key);
  try {
    const { resourceVersion } = set.metadata;
    const object = { ...set, metadata: { ...set.metadata, namespace, name, resourceVersion }, status };
    await cluster.client<ReplicaSet>('replicasets').update(object as ReplicaSet, 'status');
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}
