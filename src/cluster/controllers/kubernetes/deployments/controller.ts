import { Controller, keyOf, type Outcome, unlessGone } from '../../../client/index.ts';
import { isEnding, isStatusError, selectorOf, sameJson } from '../../../meta/index.ts';
import {
  type Cluster,
  conditionOf,
  controlledBy,
  controllerOf,
  type Deployment,
  type Pod,
  type ReplicaSet,
  claimable,
  keepByController,
} from '../../../view/index.ts';
import {
  annotationsFor,
  compareRevisions,
  desiredOf,
  hashLabel,
  newest,
  nextRevision,
  revisionAnnotation,
  revisionOf,
  sameTemplate,
  sizes,
  templateHash,
} from './revisions.ts';
import {
  boundsOf,
  inProportion,
  isComplete,
  isSaturated,
  newSize,
  type Resize,
  shrink,
  sizeOf,
} from './rollout.ts';
import { countedStatus, hasDeadline, progress, put, rolloutStatus, untilDeadline } from './status.ts';
import { writeStatus } from '../written.ts';

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
  keepByController(sets);
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

/** A Deployment as it is after a step, with its ReplicaSets: the newest apart. */
interface Found {
  readonly deployment: Deployment;
  readonly fresh: ReplicaSet | undefined;
  readonly all: readonly ReplicaSet[];
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
      return this.#count({ deployment, fresh: newest(deployment, sets), all: sets });
    }
    if (await this.#pauseTold(deployment)) return undefined;
    if (deployment.spec.paused === true || isResized(deployment, sets)) return this.#scale(deployment, sets);
    return deployment.spec.strategy?.type === 'Recreate'
      ? this.#recreate(deployment, sets)
      : this.#roll(deployment, sets);
  }

  /** The ReplicaSets of a Deployment: orphans that match its selector are taken over, those that no longer do are let go. */
  async #claimed(deployment: Deployment): Promise<ReplicaSet[]> {
    const selector = selectorOf(deployment.spec.selector);
    const { uid, deletionTimestamp } = deployment.metadata;
    const mine: ReplicaSet[] = [];
    for (const set of claimable(this.#cluster.informer<ReplicaSet>('replicasets'), deployment)) {
      const owner = controllerOf(set);
      const matches = selector.matches(set.metadata.labels);
      if (owner !== undefined && owner.uid !== uid) continue;
      if (owner !== undefined && matches) mine.push(set);
      else if (deletionTimestamp !== undefined) continue;
      else if (owner !== undefined) await this.#owned(set, others(set, uid));
      else if (matches && set.metadata.deletionTimestamp === undefined) {
        const owners = [...(set.metadata.ownerReferences ?? []), controlledBy(deployment)];
        mine.push(await this.#owned(set, owners));
      }
    }
    return mine;
  }

  async #owned(set: ReplicaSet, ownerReferences: readonly unknown[]): Promise<ReplicaSet> {
    const { uid, resourceVersion } = set.metadata;
    return this.#patched(set, { metadata: { uid, resourceVersion, ownerReferences } });
  }

  async #roll(deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Outcome | undefined> {
    const found = await this.#newest(deployment, sets, true);
    const { fresh, all } = found;
    if (fresh === undefined) return undefined;
    const size = newSize(found.deployment, all, sizeOf(fresh));
    if (size !== sizeOf(fresh)) return this.#resizedThenStatus(found, [{ set: fresh, replicas: size }]);
    const old = all.filter(set => set.metadata.uid !== fresh.metadata.uid && sizeOf(set) > 0);
    const resizes = shrink(found.deployment, fresh, old);
    if (resizes.length > 0) return this.#resizedThenStatus(found, resizes);
    if (isComplete(found.deployment, found.deployment.status ?? {})) await this.#forget(found);
    return this.#writeStatus(found);
  }

  async #recreate(deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Outcome | undefined> {
    const known = await this.#newest(deployment, sets, false);
    const old = sets.filter(set => set.metadata.uid !== known.fresh?.metadata.uid);
    const running = old.filter(set => sizeOf(set) > 0);
    if (running.length > 0) {
      return this.#resizedThenStatus(
        known,
        running.map(set => ({ set, replicas: 0 })),
      );
    }
    if (this.#hasPods(old)) return this.#writeStatus(known);
    const found = known.fresh === undefined ? await this.#newest(known.deployment, sets, true) : known;
    const { fresh } = found;
    if (fresh === undefined) return undefined;
    const wanted = deployment.spec.replicas ?? 1;
    if (sizeOf(fresh) !== wanted) return this.#resizedThenStatus(found, [{ set: fresh, replicas: wanted }]);
    if (isComplete(found.deployment, found.deployment.status ?? {})) await this.#forget(found);
    return this.#writeStatus(found);
  }

  /** Whether pods of these sets are there, or on their way out, or thought to be. */
  #hasPods(sets: readonly ReplicaSet[]): boolean {
    if (sets.some(set => (set.status?.replicas ?? 0) > 0)) return true;
    const uids = new Set(sets.map(set => set.metadata.uid));
    const pods = this.#cluster.informer<Pod>('pods');
    return [...pods.values()].some(
      pod =>
        uids.has(controllerOf(pod)?.uid) &&
        pod.status?.phase !== 'Failed' &&
        pod.status?.phase !== 'Succeeded',
    );
  }

  /** A paused Deployment, or one whose size changed, is only scaled. */
  async #scale(deployment: Deployment, sets: readonly ReplicaSet[]): Promise<Outcome | undefined> {
    const found = await this.#newest(deployment, sets, false);
    const wanted = deployment.spec.replicas ?? 1;
    const needed = scaled(found).filter(
      ({ set, replicas }) => sizeOf(set) !== replicas || desiredOf(set) !== wanted,
    );
    const { all, fresh } = found;
    const settled = { ...found, all: await this.#resizedAll(found, needed) };
    if (needed.length === 0 && deployment.spec.paused === true) await this.#forget({ ...found, all });
    return this.#count({ ...settled, fresh: sameSet(settled.all, fresh) });
  }

  /** The ReplicaSet of the present template with the right revision; made when there is none and it may be. */
  async #newest(deployment: Deployment, sets: readonly ReplicaSet[], create: boolean): Promise<Found> {
    const known = newest(deployment, sets);
    const old = sets.filter(set => set.metadata.uid !== known?.metadata.uid);
    const revision = nextRevision(old);
    if (known === undefined) {
      if (create) return this.#created(deployment, sets, revision);
      return { deployment, fresh: undefined, all: sets };
    }
    const fresh = await this.#renewed(deployment, known, revision);
    const told = await this.#told(deployment, `${revisionOf(fresh)}`, fresh.metadata.name ?? '');
    return { deployment: told, fresh, all: withSet(sets, fresh) };
  }

  /** The newest ReplicaSet with what its Deployment says of it beside the template. */
  async #renewed(deployment: Deployment, known: ReplicaSet, revision: bigint): Promise<ReplicaSet> {
    const annotations = annotationsFor(deployment, known, revision, boundsOf(deployment).surge);
    const { minReadySeconds = 0 } = deployment.spec;
    const sameWait = (known.spec.minReadySeconds ?? 0) === minReadySeconds;
    if (sameWait && sameJson(annotations, known.metadata.annotations ?? {})) return known;
    const { resourceVersion } = known.metadata;
    const patch = {
      metadata: { resourceVersion, annotations },
      ...(!sameWait && { spec: { minReadySeconds } }),
    };
    return this.#patched(known, patch);
  }

  /** A Deployment that says its revision, and that its ReplicaSet was found when nothing was said of progress yet. */
  async #told(deployment: Deployment, revision: string, name: string): Promise<Deployment> {
    const silent = conditionOf(deployment.status?.conditions, 'Progressing') === undefined;
    if (!silent || !hasDeadline(deployment)) return this.#says(deployment, revision, undefined);
    const message = `Found new replica set ${JSON.stringify(name)}`;
    return this.#says(deployment, revision, progress('True', 'FoundNewReplicaSet', message));
  }

  async #says(
    deployment: Deployment,
    revision: string,
    condition: ReturnType<typeof progress> | undefined,
  ): Promise<Deployment> {
    const { metadata, status } = deployment;
    const known = metadata.annotations?.[revisionAnnotation] === revision;
    if (known && condition === undefined) return deployment;
    const annotations = { ...metadata.annotations, [revisionAnnotation]: revision };
    const conditions =
      condition === undefined ? status?.conditions : put(status?.conditions, condition, this.#cluster.now());
    return this.#cluster.client<Deployment>('deployments').update(
      {
        ...deployment,
        metadata: { ...metadata, annotations },
        status: { ...status, ...(conditions !== undefined && { conditions }) },
      },
      'status',
    );
  }

  async #created(deployment: Deployment, sets: readonly ReplicaSet[], revision: bigint): Promise<Found> {
    const set = this.#setFor(deployment, sets, revision);
    const none = { deployment, fresh: undefined, all: sets };
    try {
      const created = await this.#cluster.client<ReplicaSet>('replicasets').create(set);
      const name = created.metadata.name ?? '';
      const message = `Created new replica set ${JSON.stringify(name)}`;
      if (sizeOf(created) > 0) this.#scaledEvent(deployment, 'up', name, 0, sizeOf(created));
      const condition = hasDeadline(deployment)
        ? progress('True', 'NewReplicaSetCreated', message)
        : undefined;
      const told = await this.#says(deployment, `${revision}`, condition);
      return { deployment: told, fresh: created, all: withSet(sets, created) };
    } catch (error) {
      if (!isStatusError(error) || error.reason === 'Conflict') throw error;
      if (isEnding(error)) return none;
      if (error.reason !== 'AlreadyExists') await this.#failedToCreate(deployment, set, error.message);
      if (error.reason !== 'AlreadyExists') throw error;
      await this.#collided(deployment, set);
      return none;
    }
  }

  #setFor(deployment: Deployment, sets: readonly ReplicaSet[], revision: bigint): ReplicaSet {
    const { name = '', namespace = '' } = deployment.metadata;
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name.slice(0, longestName - hash.length - 1)}-${hash}`,
        namespace,
        labels,
        annotations: annotationsFor(deployment, undefined, revision, boundsOf(deployment).surge),
        ownerReferences: [controlledBy(deployment)],
      },
      spec: {
        replicas: newSize(deployment, sets, 0),
        ...(minReadySeconds !== undefined && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
  }

  async #failedToCreate(deployment: Deployment, set: ReplicaSet, why: string): Promise<void> {
    const reason = 'ReplicaSetCreateError';
    const message = `Failed to create new replica set ${JSON.stringify(set.metadata.name)}: ${why}`;
    void this.#cluster.events.record(deployment, 'Warning', reason, message);
    if (!hasDeadline(deployment)) return;
    const conditions = put(
      deployment.status?.conditions,
      progress('False', reason, message),
      this.#cluster.now(),
    );
    await writeStatus(this.#cluster, 'deployments', deployment, { ...deployment.status, conditions });
  }

  /** Another ReplicaSet has the name: unless it is ours and the cache is behind, the next hash is tried. */
  async #collided(deployment: Deployment, set: ReplicaSet): Promise<void> {
    const { namespace = '', name = '' } = set.metadata;
    const there = await this.#cluster.client<ReplicaSet>('replicasets').get(namespace, name);
    const ours = controllerOf(there)?.uid === deployment.metadata.uid;
    if (ours && sameTemplate(there.spec.template, deployment.spec.template)) return;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    await writeStatus(this.#cluster, 'deployments', deployment, { ...deployment.status, collisionCount });
  }

  async #resizedThenStatus(found: Found, resizes: readonly Resize[]): Promise<Outcome | undefined> {
    const all = await this.#resizedAll(found, resizes);
    return this.#writeStatus({ ...found, all, fresh: sameSet(all, found.fresh) });
  }

  async #resizedAll({ deployment, all }: Found, resizes: readonly Resize[]): Promise<readonly ReplicaSet[]> {
    let sets = all;
    for (const resize of resizes) sets = withSet(sets, await this.#resized(deployment, resize));
    return sets;
  }

  async #resized(deployment: Deployment, { set, replicas }: Resize): Promise<ReplicaSet> {
    const before = sizeOf(set);
    const annotations = sizes(deployment, boundsOf(deployment).surge);
    const { resourceVersion, name = '' } = set.metadata;
    const patch = { metadata: { resourceVersion, annotations }, spec: { replicas } };
    const patched = await this.#patched(set, patch);
    if (before !== replicas) {
      this.#scaledEvent(deployment, replicas > before ? 'up' : 'down', name, before, replicas);
    }
    return patched;
  }

  #scaledEvent(deployment: Deployment, way: 'up' | 'down', name: string, from: number, to: number): void {
    const message = `Scaled ${way} replica set ${name} from ${from} to ${to}`;
    void this.#cluster.events.record(deployment, 'Normal', 'ScalingReplicaSet', message);
  }

  async #patched(set: ReplicaSet, patch: unknown): Promise<ReplicaSet> {
    const { namespace = '', name = '' } = set.metadata;
    return this.#cluster.client<ReplicaSet>('replicasets').patch(namespace, name, 'merge', patch);
  }

  /** Removes the oldest empty ReplicaSets beyond those that are kept for going back. */
  async #forget({ deployment, fresh, all }: Found): Promise<void> {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const old = all
      .filter(
        ({ metadata }) => metadata.uid !== fresh?.metadata.uid && metadata.deletionTimestamp === undefined,
      )
      .toSorted(compareRevisions);
    for (const set of old.slice(0, Math.max(0, old.length - limit)).filter(isIdle)) {
      const { namespace = '', name = '', uid } = set.metadata;
      await unlessGone(() =>
        this.#cluster.client('replicasets').delete(namespace, name, { uid, propagation: 'Background' }),
      );
    }
  }

  /** Says once that a rollout is paused or goes on again. */
  async #pauseTold(deployment: Deployment): Promise<boolean> {
    const { spec, status } = deployment;
    if (!hasDeadline(deployment)) return false;
    const old = conditionOf(status?.conditions, 'Progressing');
    if (old?.reason === 'ProgressDeadlineExceeded') return false;
    const paused = spec.paused === true;
    if ((old?.reason === 'DeploymentPaused') === paused) return false;
    const condition = paused
      ? progress('Unknown', 'DeploymentPaused', 'Deployment is paused')
      : progress('Unknown', 'DeploymentResumed', 'Deployment is resumed');
    const conditions = put(status?.conditions, condition, this.#cluster.now());
    await writeStatus(this.#cluster, 'deployments', deployment, { ...status, conditions });
    return true;
  }

  /** Tells the numbers alone: while nothing is rolled out there is no progress to speak of. */
  async #count({ deployment, fresh, all }: Found): Promise<undefined> {
    await writeStatus(
      this.#cluster,
      'deployments',
      deployment,
      countedStatus(deployment, fresh, all, this.#cluster.now()),
    );
    return undefined;
  }

  async #writeStatus({ deployment, fresh, all }: Found): Promise<Outcome | undefined> {
    const now = this.#cluster.now();
    const status = rolloutStatus(deployment, fresh, all, now);
    await writeStatus(this.#cluster, 'deployments', deployment, status);
    const wait = untilDeadline(deployment, status, now);
    return wait === undefined ? undefined : { again: wait };
  }
}

/** Characters of a name at most. */
const longestName = 253;

/** The sizes that ReplicaSets are to have while nothing is rolled out. */
function scaled({ deployment, fresh, all }: Found): Resize[] {
  const wanted = deployment.spec.replicas ?? 1;
  const active = all.filter(set => sizeOf(set) > 0);
  if (active.length <= 1) {
    const only = active[0] ?? fresh ?? latest(all);
    return only === undefined ? [] : [{ set: only, replicas: wanted }];
  }
  if (isSaturated(deployment, fresh)) {
    return active.filter(set => set.metadata.uid !== fresh?.metadata.uid).map(set => ({ set, replicas: 0 }));
  }
  return deployment.spec.strategy?.type === 'Recreate' ? [] : inProportion(deployment, all);
}

/** Whether a set has no pods and its controller has seen what it is to have. */
function isIdle(set: ReplicaSet): boolean {
  const { replicas = 0, observedGeneration = 0 } = set.status ?? {};
  return sizeOf(set) === 0 && replicas === 0 && (set.metadata.generation ?? 0) <= observedGeneration;
}

function others({ metadata }: ReplicaSet, uid: string | undefined): readonly unknown[] {
  return (metadata.ownerReferences ?? []).filter(owner => owner.uid !== uid);
}

function sameSet(sets: readonly ReplicaSet[], set: ReplicaSet | undefined): ReplicaSet | undefined {
  return sets.find(one => one.metadata.uid === set?.metadata.uid);
}

function isResized(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  const wanted = deployment.spec.replicas ?? 1;
  return sets.some(set => sizeOf(set) > 0 && desiredOf(set) !== undefined && desiredOf(set) !== wanted);
}

function withSet(sets: readonly ReplicaSet[], set: ReplicaSet): ReplicaSet[] {
  return [...sets.filter(one => one.metadata.uid !== set.metadata.uid), set];
}

function latest(sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const born = ({ metadata }: ReplicaSet): string => metadata.creationTimestamp ?? '';
  return sets.toSorted((a, b) =>
    born(a) < born(b) ? 1 : born(a) > born(b) ? -1 : compareRevisions(b, a),
  )[0];
}
