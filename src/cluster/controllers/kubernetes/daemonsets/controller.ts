import { Controller, Expectations, keyOf, type Outcome } from '../../../client/index.ts';
import { type KubeObject, sameJson, selectorOf } from '../../../meta/index.ts';
import {
  type Cluster,
  controllerOf,
  isAvailable,
  isReady,
  keepByController,
  type Pod,
} from '../../../view/index.ts';
import { claimed } from '../pods/claims.ts';
import { type Keeper, makePods, removePods } from '../pods/upkeep.ts';
import type { Node } from '../scheduling/fit.ts';
import { revisionsOf } from '../revisions.ts';
import { writeStatus } from '../written.ts';
import { currentHash, forget } from './history.ts';
import type { DaemonSet } from './objects.ts';
import { type Plan, planOf } from './plan.ts';
import { podFor } from './pods.ts';
import { statusOf } from './status.ts';

/** Keeps a pod on every node that is to have one (kube-controller-manager's daemonset controller). */
export function daemonSetController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const sets = cluster.informer<DaemonSet>('daemonsets');
  const nodes = cluster.informer<Node>('nodes');
  const pods = cluster.informer<Pod>('pods');
  cluster.informer('controllerrevisions');
  keepByController(pods);
  const expectations = new Expectations(cluster.now);
  const controller = new Controller({
    name: 'daemonset',
    workers: 2,
    onError,
    reconcile: key => reconcile(cluster, expectations, key),
  });
  const add = (set: KubeObject): void => controller.queue.add(keyOf(set));
  const addAll = (): void => {
    for (const set of sets.values()) add(set);
  };
  sets.on({
    onAdd: add,
    onUpdate: (_, set) => add(set),
    onDelete: set => expectations.forget(keyOf(set)),
  });
  nodes.on({
    onAdd: addAll,
    onUpdate: (old, node) => {
      if (!sameJson(placing(old), placing(node))) addAll();
    },
    onDelete: addAll,
  });
  const ofPod = (pod: Pod): string | undefined => {
    const owner = controllerOf(pod);
    return owner?.kind === 'DaemonSet' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  };
  // A pod without a controller may belong to a set whose selector it matches.
  const addOrphansOwners = (pod: Pod): void => {
    if (controllerOf(pod) !== undefined) return;
    for (const set of sets.inNamespace(pod.metadata.namespace ?? '')) {
      if (selectorOf(set.spec.selector).matches(pod.metadata.labels)) add(set);
    }
  };
  pods.on({
    onAdd: pod => {
      const key = ofPod(pod);
      if (key === undefined) return addOrphansOwners(pod);
      expectations.sawCreation(key);
      if (pod.metadata.deletionTimestamp !== undefined) {
        expectations.sawDeletion(key, pod.metadata.uid ?? '');
      }
      controller.queue.add(key);
    },
    onUpdate: (old, pod) => {
      const key = ofPod(pod);
      for (const one of new Set([ofPod(old), key])) if (one !== undefined) controller.queue.add(one);
      if (key === undefined) return addOrphansOwners(pod);
      if (pod.metadata.deletionTimestamp !== undefined) {
        expectations.sawDeletion(key, pod.metadata.uid ?? '');
      }
    },
    onDelete: pod => {
      const key = ofPod(pod);
      if (key === undefined) return;
      expectations.sawDeletion(key, pod.metadata.uid ?? '');
      controller.queue.add(key);
    },
  });
  return controller;
}

/** What of a node decides which pods it has. */
function placing({ metadata, spec }: Node): unknown {
  return { labels: metadata.labels, spec };
}

/** Makes of one set what is desired, as far as the caches are to be believed. */
export async function reconcile(
  cluster: Cluster,
  expectations: Expectations,
  key: string,
): Promise<Outcome | undefined> {
  const set = cluster.informer<DaemonSet>('daemonsets').get(key);
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return undefined;
  const pods = await claimed(cluster, set, set.spec.selector);
  const nodes = [...cluster.informer<Node>('nodes').values()];
  const revisions = await revisionsOf(cluster, set);
  const hash = await currentHash(cluster, set, revisions);
  let failure: unknown;
  const unseen = !expectations.satisfied(key);
  if (!unseen) {
    const plan = planOf(set, nodes, pods, hash, cluster.now());
    failure = await carryOut({ cluster, expectations, key, owner: set }, set, plan, hash);
  }
  await forget(cluster, set, revisions, pods, hash);
  await writeStatus(cluster, 'daemonsets', set, statusOf(set, nodes, pods, hash, cluster.now()));
  if (failure !== undefined) throw failure;
  const { minReadySeconds = 0 } = set.spec;
  const waiting = pods.some(pod => isReady(pod) && !isAvailable(pod, minReadySeconds, cluster.now()));
  const times = [
    ...(waiting ? [minReadySeconds * 1000] : []),
    ...(unseen ? [expectations.remaining(key)] : []),
  ];
  return times.length === 0 ? undefined : { again: Math.min(...times) };
}

/** Makes and removes pods; gives an error. */
async function carryOut(
  keeper: Keeper,
  set: DaemonSet,
  { create, remove, ended }: Plan,
  hash: string,
): Promise<unknown> {
  const fresh = create.map(node => podFor(set, node, hash));
  const unmade = await makePods(keeper, fresh, true);
  const left = await removePods(keeper, remove, pod => {
    if (ended.includes(pod)) void keeper.cluster.events.record(set, ...toldOf(pod));
  });
  return left ?? unmade;
}

/** The event that tells of a pod which has ended by itself. Pure. */
export function toldOf({ metadata, spec, status }: Pod): ['Normal' | 'Warning', string, string] {
  const found = `daemon pod ${metadata.namespace ?? ''}/${metadata.name ?? ''} on node ${spec.nodeName ?? ''}`;
  return status?.phase === 'Succeeded'
    ? ['Normal', 'SucceededDaemonPod', `Found succeeded ${found}, will try to delete it`]
    : ['Warning', 'FailedDaemonPod', `Found failed ${found}, will try to kill it`];
}
