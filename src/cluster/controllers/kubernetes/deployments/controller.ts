import { Controller, keyOf, type Outcome } from '../../../client/index.ts';
import { isStatusError, selectorOf } from '../../../meta/index.ts';
import type { Cluster } from '../cluster.ts';
import {
  conditionOf,
  controlledBy,
  controllerOf,
  type Deployment,
  isActive,
  type Pod,
  type ReplicaSet,
  timestamp,
  withCondition,
} from '../objects.ts';
import {
  annotationsFor,
  desiredOf,
  hashLabel,
  newest,
  revisionAnnotation,
  revisionOf,
  sizes,
  templateHash,
} from './revisions.ts';
import { boundsOf, inProportion, isComplete, newSize, type Resize, shrink, sizeOf } from './rollout.ts';
import { statusOf, untilDeadline } from './status.ts';

/** Rolls Deployments out through ReplicaSets (kube-controller-manager's deployment controller). */
export function deploymentController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const deployments = cluster.informer<Deployment>('deployments');
  const sets = cluster.informer<ReplicaSet>('replicasets');
  const rollout = new Rollout(cluster);
  const controller = new Controller({
    name: 'deployment',
    workers: 5,
    onError,
    reconcile: key => rollout.reconcile(key),
  });
  const add = (deployment: Deployment): void => controller.queue.add(keyOf(deployment));
  deployments.on({ onAdd: add, onUpdate: (_, deployment) => add(deployment), onDelete: add });
  const ofSet = (set: ReplicaSet): void => {
    const owner = controllerOf(set);
    if (owner?.kind === 'Deployment') controller.queue.add(`${set.metadata.namespace}/${owner.name}`);
    if (owner !== undefined) return;
    for (const one of deployments.inNamespace(set.metadata.namespace ?? '')) {
      if (selectorOf(one.spec.selector).matches(set.metadata.labels)) add(one);
    }
  };
  sets.on({ onAdd: ofSet, onUpdate: (_, set) => ofSet(set), onDelete: ofSet });
  cluster.informer<Pod>('pods').on({ onDelete: pod => addOfPod(cluster, controller, pod) });
  return controller;
}

/** A Deployment that is recreated waits for the last of its old pods. */
function addOfPod(cluster: Cluster, controller: Controller, pod: Pod): void {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return;
  const set = cluster.informer<ReplicaSet>('replicasets').get(`${pod.metadata.namespace}/${owner.name}`);
  const deployment = set === undefined ? undefined : controllerOf(set);
  if (deployment !== undefined) controller.queue.add(`${pod.metadata.namespace}/${deployment.name}`);
}

class Rollout {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async reconcile(key: string): Promise<Outcome | undefined> {
    const deployment = this.#cluster.informer<Deployment>('deployments').get(key);
    if (deployment === undefined) return undefined;
    const sets = await this.#claimed(deployment);
    if (deployment.metadata.deletionTimestamp !== undefined) {
      return this.#writeStatus(deployment, newest(deployment, sets), sets);
    }
    if (await this.#pauseTold(deployment)) return undefined;
    if (deployment.spec.paused === true || isResized(deployment, sets)) return this.#scale(deployment, sets);
    return deployment.spec.strategy?.type === 'Recreate'
      ? this.#recreate(deployment, sets)
      : this.#roll(deployment, sets);
  }

  /** The ReplicaSets of a Deployment, orphans that match its selector taken over. */
  async #claimed(deployment: Deployment): Promise<ReplicaSet[]> {
    const selector = selectorOf(deployment.spec.selector);
    const { namespace = '', uid, deletionTimestamp } = deployment.metadata;
    const mine: ReplicaSet[] = [];
    for (const set of this.#cluster.informer<ReplicaSet>('replicasets').inNamespace(namespace)) {
      const owner = controllerOf(set);
      if (owner?.uid === uid) mine.push(set);
      else if (
        owner === undefined &&
        deletionTimestamp === undefined &&
        selector.matches(set.metadata.labels)
      ) {
        const ownerReferences = [...(set.metadata.ownerReferences ?? []), controlledBy(deployment)];
        mine.push(await this.#patched(set, { metadata: { uid: set.metadata.uid, ownerReferences } }));
      }
    }
    return mine;
  }

  async #roll(deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Outcome | undefined> {
    const fresh = await this.#newest(deployment, sets, true);
    if (fresh === undefined) return undefined;
    const all = withSet(sets, fresh);
    const size = newSize(deployment, all, sizeOf(fresh));
    if (size !== sizeOf(fresh)) {
      return this.#resizedThenStatus(deployment, fresh, all, [{ set: fresh, replicas: size }]);
    }
    const old = all.filter(set => set.metadata.uid !== fresh.metadata.uid && sizeOf(set) > 0);
    const resizes = shrink(deployment, fresh, old);
    if (resizes.length > 0) return this.#resizedThenStatus(deployment, fresh, all, resizes);
    if (isComplete(deployment, deployment.status ?? {})) await this.#forget(deployment, fresh, all);
    return this.#writeStatus(deployment, fresh, all);
  }

  async #recreate(deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Outcome | undefined> {
    const known = newest(deployment, sets);
    const old = sets.filter(set => set.metadata.uid !== known?.metadata.uid);
    const running = old.filter(set => sizeOf(set) > 0);
    if (running.length > 0) {
      const resizes = running.map(set => ({ set, replicas: 0 }));
      return this.#resizedThenStatus(deployment, known, sets, resizes);
    }
    if (this.#hasPods(old)) return this.#writeStatus(deployment, known, sets);
    const fresh = await this.#newest(deployment, sets, true);
    if (fresh === undefined) return undefined;
    const all = withSet(sets, fresh);
    const wanted = deployment.spec.replicas ?? 1;
    if (sizeOf(fresh) !== wanted) {
      return this.#resizedThenStatus(deployment, fresh, all, [{ set: fresh, replicas: wanted }]);
    }
    if (isComplete(deployment, deployment.status ?? {})) await this.#forget(deployment, fresh, all);
    return this.#writeStatus(deployment, fresh, all);
  }

  #hasPods(sets: readonly ReplicaSet[]): boolean {
    const uids = new Set(sets.map(set => set.metadata.uid));
    const pods = this.#cluster.informer<Pod>('pods');
    return [...pods.values()].some(
      pod =>
        uids.has(controllerOf(pod)?.uid) && (isActive(pod) || pod.metadata.deletionTimestamp !== undefined),
    );
  }

  /** A paused Deployment, or one whose size changed, is only scaled. */
  async #scale(deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Outcome | undefined> {
    const fresh = await this.#newest(deployment, sets, false);
    const all = fresh === undefined ? sets : withSet(sets, fresh);
    const active = all.filter(set => sizeOf(set) > 0);
    const only = active.length <= 1 ? (active[0] ?? fresh ?? latest(all)) : undefined;
    const wanted = deployment.spec.replicas ?? 1;
    const resizes = only === undefined ? inProportion(deployment, all) : [{ set: only, replicas: wanted }];
    const needed = resizes.filter(
      ({ set, replicas }) => sizeOf(set) !== replicas || desiredOf(set) !== wanted,
    );
    if (needed.length > 0) return this.#resizedThenStatus(deployment, fresh, all, needed);
    return this.#writeStatus(deployment, fresh, all);
  }

  /** The ReplicaSet of the present template with the right revision; made when there is none and it may be. */
  async #newest(
    deployment: Deployment,
    sets: readonly ReplicaSet[],
    create: boolean,
  ): Promise<ReplicaSet | undefined> {
    const fresh = newest(deployment, sets);
    const old = sets.filter(set => set.metadata.uid !== fresh?.metadata.uid);
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    const { surge } = boundsOf(deployment);
    if (fresh === undefined) return create ? this.#created(deployment, sets, revision) : undefined;
    const annotations = annotationsFor(deployment, fresh, revision, surge);
    await this.#revisionTold(deployment, annotations[revisionAnnotation] as string);
    if (sameEntries(annotations, fresh.metadata.annotations ?? {})) return fresh;
    return this.#patched(fresh, { metadata: { annotations } });
  }

  async #created(
    deployment: Deployment,
    sets: readonly ReplicaSet[],
    revision: number,
  ): Promise<ReplicaSet | undefined> {
    const { name = '', namespace = '' } = deployment.metadata;
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    const replicas = newSize(deployment, sets, 0);
    const { surge } = boundsOf(deployment);
    const set: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: annotationsFor(deployment, undefined, revision, surge),
        ownerReferences: [controlledBy(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds !== undefined && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
    try {
      const created = await this.#cluster.client<ReplicaSet>('replicasets').create(set);
      await this.#revisionTold(deployment, `${revision}`);
      void this.#cluster.events.record(
        deployment,
        'Normal',
        'ScalingReplicaSet',
        `Scaled up replica set ${created.metadata.name} from 0 to ${replicas}`,
      );
      return created;
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
      await this.#collided(deployment, set);
      return undefined;
    }
  }

  /** Another ReplicaSet has the name: unless it is ours and the cache is behind, the next hash is tried. */
  async #collided(deployment: Deployment, set: ReplicaSet): Promise<void> {
    const { namespace = '', name = '' } = set.metadata;
    const there = await this.#cluster.client<ReplicaSet>('replicasets').get(namespace, name);
    if (controllerOf(there)?.uid === deployment.metadata.uid) return;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    await this.#cluster
      .client('deployments')
      .patch(namespace, deployment.metadata.name ?? '', 'merge', { status: { collisionCount } }, 'status');
  }

  async #revisionTold(deployment: Deployment, revision: string): Promise<void> {
    if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return;
    const { namespace = '', name = '' } = deployment.metadata;
    const patch = { metadata: { annotations: { [revisionAnnotation]: revision } } };
    await this.#cluster.client('deployments').patch(namespace, name, 'merge', patch);
  }

  async #resizedThenStatus(
    deployment: Deployment,
    fresh: ReplicaSet | undefined,
    all: readonly ReplicaSet[],
    resizes: readonly Resize[],
  ): Promise<Outcome | undefined> {
    let sets = all;
    for (const resize of resizes) sets = withSet(sets, await this.#resized(deployment, resize));
    const now = sets.find(set => set.metadata.uid === fresh?.metadata.uid);
    return this.#writeStatus(deployment, now, sets);
  }

  async #resized(deployment: Deployment, { set, replicas }: Resize): Promise<ReplicaSet> {
    const before = sizeOf(set);
    const annotations = sizes(deployment, boundsOf(deployment).surge);
    const { resourceVersion } = set.metadata;
    const patch = { metadata: { resourceVersion, annotations }, spec: { replicas } };
    const patched = await this.#patched(set, patch);
    if (before !== replicas) {
      const direction = replicas > before ? 'up' : 'down';
      const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
      void this.#cluster.events.record(deployment, 'Normal', 'ScalingReplicaSet', message);
    }
    return patched;
  }

  async #patched(set: ReplicaSet, patch: unknown): Promise<ReplicaSet> {
    const { namespace = '', name = '' } = set.metadata;
    return this.#cluster.client<ReplicaSet>('replicasets').patch(namespace, name, 'merge', patch);
  }

  /** Removes the oldest empty ReplicaSets beyond those that are kept for going back. */
  async #forget(deployment: Deployment, fresh: ReplicaSet, all: readonly ReplicaSet[]): Promise<void> {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const empty = all.filter(
      set =>
        set.metadata.uid !== fresh.metadata.uid &&
        sizeOf(set) === 0 &&
        (set.status?.replicas ?? 0) === 0 &&
        set.metadata.deletionTimestamp === undefined,
    );
    const excess = empty
      .toSorted((a, b) => revisionOf(a) - revisionOf(b))
      .slice(0, Math.max(0, empty.length - limit));
    for (const { metadata } of excess) {
      try {
        const { namespace = '', name = '', uid } = metadata;
        await this.#cluster.client('replicasets').delete(namespace, name, { uid, propagation: 'Background' });
      } catch (error) {
        if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
      }
    }
  }

  /** Says once that a rollout is paused or goes on again. */
  async #pauseTold(deployment: Deployment): Promise<boolean> {
    const { spec, status, metadata } = deployment;
    if (spec.progressDeadlineSeconds === undefined) return false;
    const old = conditionOf(status?.conditions, 'Progressing');
    const told = old?.reason === 'DeploymentPaused';
    if (
      told === (spec.paused === true) ||
      (old?.reason === 'ProgressDeadlineExceeded' && spec.paused !== true)
    ) {
      return false;
    }
    const time = timestamp(this.#cluster.now());
    const paused = spec.paused === true;
    const condition = {
      type: 'Progressing',
      status: 'Unknown' as const,
      reason: paused ? 'DeploymentPaused' : 'DeploymentResumed',
      message: paused ? 'Deployment is paused' : 'Deployment is resumed',
      lastUpdateTime: time,
    };
    const conditions = withCondition(status?.conditions, condition, time);
    await this.#cluster
      .client('deployments')
      .patch(metadata.namespace ?? '', metadata.name ?? '', 'merge', { status: { conditions } }, 'status');
    return true;
  }

  async #writeStatus(
    deployment: Deployment,
    fresh: ReplicaSet | undefined,
    all: readonly ReplicaSet[],
  ): Promise<Outcome | undefined> {
    const now = this.#cluster.now();
    const status = statusOf(deployment, fresh, all, now);
    if (!sameEntries(status, deployment.status ?? {})) {
      try {
        await this.#cluster.client<Deployment>('deployments').update({ ...deployment, status }, 'status');
      } catch (error) {
        if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
      }
    }
    const wait = untilDeadline(deployment, status, now);
    return wait === undefined ? undefined : { again: wait };
  }
}

function isResized(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  const wanted = deployment.spec.replicas ?? 1;
  return sets.some(set => sizeOf(set) > 0 && desiredOf(set) !== undefined && desiredOf(set) !== wanted);
}

function withSet(sets: readonly ReplicaSet[], set: ReplicaSet): ReplicaSet[] {
  return [...sets.filter(one => one.metadata.uid !== set.metadata.uid), set];
}

function latest(sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
}

function sameEntries(a: object, b: object): boolean {
  const ordered = (value: object): string =>
    JSON.stringify(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return ordered(a) === ordered(b);
}
