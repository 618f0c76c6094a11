import { Controller, Expectations, keyOf, type Outcome } from '../../../client/index.ts';
import { type KubeObject, selectorOf } from '../../../meta/index.ts';
import {
  type Cluster,
  controllerOf,
  isAvailable,
  isReady,
  keepByController,
  type Pod,
  type ReplicaSet,
} from '../../../view/index.ts';
import { claimed } from '../pods/claims.ts';
import { type Keeper, makePods, messageOf, removePods } from '../pods/upkeep.ts';
import { writeStatus } from '../written.ts';
import type { Form } from './forms.ts';
import { type Plan, plan, podFrom } from './plan.ts';
import { type Failure, statusOf } from './status.ts';

/**
 * Keeps the number of pods that the objects of a kind ask for (kube-controller-manager's controllers of ReplicaSets and
 * ReplicationControllers).
 */
export function replicaController(
  form: Form,
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const sets = cluster.informer(form.plural);
  const pods = cluster.informer<Pod>('pods');
  keepByController(pods);
  const expectations = new Expectations(cluster.now);
  const controller = new Controller({
    name: form.controller,
    workers: 5,
    onError,
    reconcile: key => reconcile(form, cluster, expectations, key),
  });
  const add = (set: KubeObject): void => controller.queue.add(keyOf(set));
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
    return owner?.kind === form.kind ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  };
  pods.on({
    onAdd: pod => {
      const key = ownerKey(pod);
      if (key === undefined) return addOrphansOwners(form, cluster, controller, pod);
      expectations.sawCreation(key);
      controller.queue.add(key);
    },
    onUpdate: (old, pod) => {
      for (const key of new Set([ownerKey(old), ownerKey(pod)]))
        if (key !== undefined) controller.queue.add(key);
      if (pod.metadata.deletionTimestamp !== undefined) sawDeletion(expectations, ownerKey(pod), pod);
      if (ownerKey(pod) === undefined) addOrphansOwners(form, cluster, controller, pod);
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
function addOrphansOwners(form: Form, cluster: Cluster, controller: Controller, pod: Pod): void {
  if (controllerOf(pod) !== undefined) return;
  for (const set of cluster.informer(form.plural).inNamespace(pod.metadata.namespace ?? '')) {
    if (selectorOf(form.read(set).spec.selector).matches(pod.metadata.labels))
      controller.queue.add(keyOf(set));
  }
}

async function reconcile(
  form: Form,
  cluster: Cluster,
  expectations: Expectations,
  key: string,
): Promise<Outcome | undefined> {
  const object = cluster.informer(form.plural).get(key);
  if (object === undefined) return undefined;
  const replicaSet = form.read(object);
  const owned = await claimed(cluster, replicaSet, replicaSet.spec.selector);
  let failure: Failure | undefined;
  const going = replicaSet.metadata.deletionTimestamp !== undefined;
  const unseen = !going && !expectations.satisfied(key);
  if (!going && !unseen) {
    const keeper = { cluster, expectations, key, owner: replicaSet };
    failure = await carryOut(keeper, replicaSet, plan(replicaSet, owned));
  }
  const status = form.statusOf(statusOf(replicaSet, owned, failure, cluster.now()));
  await writeStatus(cluster, form.plural, object, status);
  if (failure !== undefined) throw new Error(failure.message);
  const { minReadySeconds = 0 } = replicaSet.spec;
  const waiting =
    minReadySeconds > 0 &&
    owned.some(pod => isReady(pod) && !isAvailable(pod, minReadySeconds, cluster.now()));
  const times = [
    ...(waiting ? [minReadySeconds * 1000] : []),
    ...(unseen ? [expectations.remaining(key)] : []),
  ];
  return times.length === 0 ? undefined : { again: Math.min(...times) };
}

/** Makes and removes pods; gives what made it fail. */
async function carryOut(
  keeper: Keeper,
  set: ReplicaSet,
  { create, remove }: Plan,
): Promise<Failure | undefined> {
  const pod = podFrom(set, set.spec.template, `${set.metadata.name ?? ''}-`);
  const unmade = await makePods(
    keeper,
    Array.from({ length: create }, () => pod),
  );
  if (unmade !== undefined) return { reason: 'FailedCreate', message: messageOf(unmade) };
  const left = await removePods(keeper, remove);
  return left === undefined ? undefined : { reason: 'FailedDelete', message: messageOf(left) };
}
