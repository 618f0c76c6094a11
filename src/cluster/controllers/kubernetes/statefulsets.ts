import { createHash } from 'node:crypto';
import { Controller, keyOf, unlessGone, unlessThere } from '../../client/index.ts';
import type { KubeObject, SelectorObject } from '../../meta/index.ts';
import {
  type Cluster,
  controlledBy,
  controllerOf,
  isActive,
  isAvailable,
  isReady,
  keepByController,
  type Pod,
  type PodTemplate,
} from '../../view/index.ts';
import { claimed } from './pods/claims.ts';
import { asOwner, isLeft, podsOf, type RetentionPolicy, settleOwners } from './retention.ts';
import { type ControllerRevision, revisionsOf } from './revisions.ts';
import { writeStatus } from './written.ts';

export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly selector: SelectorObject;
    readonly template: PodTemplate;
    readonly podManagementPolicy?: 'OrderedReady' | 'Parallel';
    readonly minReadySeconds?: number;
    readonly ordinals?: { readonly start?: number };
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete';
      readonly rollingUpdate?: { readonly partition?: number };
    };
    readonly volumeClaimTemplates?: readonly KubeObject[];
    readonly persistentVolumeClaimRetentionPolicy?: RetentionPolicy;
  };
  readonly status?: StatefulStatus;
}

interface StatefulStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
}

const revisionLabel = 'controller-revision-hash';
const nameLabel = 'statefulset.kubernetes.io/pod-name';
const indexLabel = 'apps.kubernetes.io/pod-index';

export interface StatefulPlan {
  /** Ordinals of pods to be made, with the revision they are of. */
  readonly create: readonly { readonly ordinal: number; readonly update: boolean }[];
  readonly remove: readonly Pod[];
}

export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const text = (pod.metadata.name ?? '').slice((set.metadata.name ?? '').length + 1);
  return /^\d+$/.test(text) ? Number(text) : -1;
}

/** Whether a pod is named as one of a set's. */
function isMember(set: StatefulSet, pod: Pod): boolean {
  return pod.metadata.name === `${set.metadata.name ?? ''}-${ordinalOf(set, pod)}`;
}

/** What is to be done next: one step at a time in order, or all at once when pods are managed in parallel. Pure. */
export function planOf(set: StatefulSet, pods: readonly Pod[], update: string, now: number): StatefulPlan {
  const { replicas = 1, ordinals, podManagementPolicy, minReadySeconds = 0 } = set.spec;
  const start = ordinals?.start ?? 0;
  const byOrdinal = new Map(pods.map(pod => [ordinalOf(set, pod), pod]));
  const parallel = podManagementPolicy === 'Parallel';
  const create: { ordinal: number; update: boolean }[] = [];
  const remove: Pod[] = [];
  for (let ordinal = start; ordinal < start + replicas; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    const ended = pod !== undefined && ['Failed', 'Succeeded'].includes(pod.status?.phase ?? '');
    if (ended && pod.metadata.deletionTimestamp === undefined) remove.push(pod);
    else if (pod === undefined) create.push({ ordinal, update: usesUpdate(set, ordinal) });
    const settled = pod !== undefined && !ended && isActive(pod) && isAvailable(pod, minReadySeconds, now);
    if (!settled && !parallel) return { create, remove };
  }
  const excess = pods
    .filter(pod => ordinalOf(set, pod) >= start + replicas || ordinalOf(set, pod) < start)
    .toSorted((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  if (parallel) remove.push(...excess.filter(isLive));
  else if (excess.length > 0) return { create, remove: excess.slice(0, 1).filter(isLive) };
  if (create.length > 0 || remove.length > 0) return { create, remove };
  return { create, remove: outdated(set, byOrdinal, update, now) };
}

function isLive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined;
}

function usesUpdate({ spec }: StatefulSet, ordinal: number): boolean {
  if (spec.updateStrategy?.type === 'OnDelete') return true;
  return ordinal >= (spec.updateStrategy?.rollingUpdate?.partition ?? 0);
}

/** The next pod of an old revision to go, from the last ordinal down, each after its successor is ready. */
function outdated(set: StatefulSet, byOrdinal: ReadonlyMap<number, Pod>, update: string, now: number): Pod[] {
  if (set.spec.updateStrategy?.type === 'OnDelete') return [];
  const { replicas = 1, ordinals, minReadySeconds = 0 } = set.spec;
  const start = ordinals?.start ?? 0;
  for (let ordinal = start + replicas - 1; ordinal >= start; ordinal--) {
    if (!usesUpdate(set, ordinal)) return [];
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return [];
    if (pod.metadata.labels?.[revisionLabel] !== update) return isLive(pod) ? [pod] : [];
    if (!isAvailable(pod, minReadySeconds, now)) return [];
  }
  return [];
}

/** Runs pods with lasting names and volumes (kube-controller-manager's statefulset controller). */
export function statefulSetController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const sets = cluster.informer<StatefulSet>('statefulsets');
  cluster.informer('controllerrevisions');
  const claims = cluster.informer('persistentvolumeclaims');
  keepByController(cluster.informer<Pod>('pods'));
  const controller = new Controller({
    name: 'statefulset',
    workers: 2,
    onError,
    reconcile: key => reconcile(cluster, key),
  });
  const add = (set: StatefulSet): void => controller.queue.add(keyOf(set));
  sets.on({ onAdd: add, onUpdate: (_, set) => add(set), onDelete: add });
  const ofPod = (pod: Pod): void => {
    const owner = controllerOf(pod);
    if (owner?.kind === 'StatefulSet') controller.queue.add(`${pod.metadata.namespace}/${owner.name}`);
  };
  cluster.informer<Pod>('pods').on({ onAdd: ofPod, onUpdate: (_, pod) => ofPod(pod), onDelete: ofPod });
  // A pod that waits for the claim of an earlier one of its name to go, or to be left by it, can be made now.
  const freed = (claim: KubeObject, kept: readonly string[] = []): void => {
    for (const pod of podsOf(claim)) {
      if (kept.includes(pod)) continue;
      controller.queue.add(`${claim.metadata.namespace}/${pod.replace(/-\d+$/, '')}`);
    }
  };
  claims.on({ onUpdate: (old, claim) => freed(old, podsOf(claim)), onDelete: claim => freed(claim) });
  return controller;
}

async function reconcile(cluster: Cluster, key: string): Promise<void> {
  const set = cluster.informer<StatefulSet>('statefulsets').get(key);
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
  const pods = await claimed(cluster, set, set.spec.selector, pod => isMember(set, pod));
  const { current, update } = await revisions(cluster, set);
  const plan = planOf(set, pods, update.name, cluster.now());
  for (const pod of pods) await settleClaims(cluster, set, pod);
  await carryOut(cluster, set, plan, current, update);
  const status = statusOf(set, pods, current.name, update.name, cluster.now());
  await writeStatus(cluster, 'statefulsets', set, status);
}

async function settleClaims(cluster: Cluster, set: StatefulSet, pod: Pod): Promise<void> {
  const { replicas = 1, ordinals, persistentVolumeClaimRetentionPolicy: policy = {} } = set.spec;
  const ordinal = ordinalOf(set, pod);
  const start = ordinals?.start ?? 0;
  const excess = ordinal < start || ordinal >= start + replicas;
  const owner = { ...set, apiVersion: 'apps/v1', kind: 'StatefulSet' };
  await settleOwners(cluster, claimsFor(set, ordinal), { set: owner, policy, pod: asOwner(pod), excess });
}

interface Revision {
  readonly name: string;
  readonly template: PodTemplate;
}

interface TemplateRevision extends ControllerRevision {
  readonly data?: { readonly spec?: { readonly template?: PodTemplate } };
}

/** The revision of the present template, made when it is new, and the one that pods were of before. */
async function revisions(
  cluster: Cluster,
  set: StatefulSet,
): Promise<{ current: Revision; update: Revision }> {
  const { name = '', namespace = '' } = set.metadata;
  const mine = (await revisionsOf(cluster, set)) as readonly TemplateRevision[];
  const { template } = set.spec;
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
  const updateName = `${name}-${hash}`;
  const known = mine.find(one => one.metadata.name === updateName);
  const latest = mine.at(-1)?.revision ?? 0;
  if (known === undefined) {
    await unlessThere(() =>
      cluster.client('controllerrevisions').create(revisionObject(set, updateName, latest + 1)),
    );
  } else if (known.revision !== latest) {
    await cluster
      .client('controllerrevisions')
      .patch(namespace, updateName, 'merge', { revision: latest + 1 });
  }
  const update = { name: updateName, template };
  const before = mine.find(one => one.metadata.name === set.status?.currentRevision);
  const oldTemplate = before?.data?.spec?.template;
  if (before === undefined || oldTemplate === undefined) return { current: update, update };
  return { current: { name: before.metadata.name ?? '', template: oldTemplate }, update };
}

function revisionObject(set: StatefulSet, name: string, revision: number): TemplateRevision {
  const { namespace = '' } = set.metadata;
  const labels = set.spec.template.metadata?.labels;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace,
      ...(labels !== undefined && { labels }),
      ownerReferences: [controlledBy(set)],
    },
    data: { spec: { template: set.spec.template } },
    revision,
  };
}

async function carryOut(
  cluster: Cluster,
  set: StatefulSet,
  { create, remove }: StatefulPlan,
  current: Revision,
  update: Revision,
): Promise<void> {
  for (const { metadata } of remove) {
    const { namespace = '', name = '', uid } = metadata;
    await unlessGone(() => cluster.client('pods').delete(namespace, name, { uid }));
    const message = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    void cluster.events.record(set, 'Normal', 'SuccessfulDelete', message);
  }
  for (const { ordinal, update: fresh } of create) {
    const pod = podFor(set, ordinal, fresh ? update : current);
    if (mustWait(cluster, set, ordinal, pod.metadata.name ?? '')) continue;
    for (const claim of claimsFor(set, ordinal)) {
      const place = `${claim.metadata.namespace}/${claim.metadata.name}`;
      if (cluster.informer('persistentvolumeclaims').get(place) !== undefined) continue;
      await unlessThere(() => cluster.client('persistentvolumeclaims').create(claim));
    }
    await unlessThere(() => cluster.client('pods').create(pod));
    const message = `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
    void cluster.events.record(set, 'Normal', 'SuccessfulCreate', message);
  }
}

/** Whether a claim of an ordinal goes with an earlier pod, and has not gone yet. */
function mustWait(cluster: Cluster, set: StatefulSet, ordinal: number, pod: string): boolean {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return false;
  return claimsFor(set, ordinal).some(({ metadata: { namespace, name } }) =>
    isLeft(cluster.informer('persistentvolumeclaims').get(`${namespace}/${name}`), pod),
  );
}

/** The pod of an ordinal. Pure. */
export function podFor(set: StatefulSet, ordinal: number, { name: revision, template }: Revision): Pod {
  const { name = '', namespace = '' } = set.metadata;
  const podName = `${name}-${ordinal}`;
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => ({
    name: metadata.name ?? '',
    persistentVolumeClaim: { claimName: `${metadata.name}-${podName}` },
  }));
  const named = new Set(claims.map(one => one.name));
  const volumes = [...claims, ...(template.spec.volumes ?? []).filter(one => !named.has(one.name))];
  const labels = {
    ...template.metadata?.labels,
    [indexLabel]: `${ordinal}`,
    [revisionLabel]: revision,
    [nameLabel]: podName,
  };
  const annotations = template.metadata?.annotations;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      namespace,
      labels,
      ...(annotations !== undefined && { annotations }),
      ownerReferences: [controlledBy(set)],
    },
    spec: {
      ...template.spec,
      hostname: podName,
      ...(set.spec.serviceName !== undefined && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

/** The claims of an ordinal. Pure. */
export function claimsFor(set: StatefulSet, ordinal: number): KubeObject[] {
  const { name = '', namespace = '' } = set.metadata;
  const labels = set.spec.selector.matchLabels;
  return (set.spec.volumeClaimTemplates ?? []).map(claim => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: `${claim.metadata.name}-${name}-${ordinal}`,
      namespace,
      labels: { ...claim.metadata.labels, ...labels },
      ...(claim.metadata.annotations !== undefined && { annotations: claim.metadata.annotations }),
    },
    spec: claim['spec'],
  }));
}

/** The status that a set is to have. Pure. */
export function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  current: string,
  update: string,
  now: number,
): StatefulStatus {
  const live = pods.filter(isActive);
  const count = (test: (pod: Pod) => boolean): number => live.filter(test).length;
  const ready = count(isReady);
  const { replicas = 1, minReadySeconds = 0 } = set.spec;
  const updated = count(pod => pod.metadata.labels?.[revisionLabel] === update);
  const done = updated === replicas && ready === replicas && live.length === replicas;
  const currentRevision = done ? update : current;
  const ofCurrent = count(pod => pod.metadata.labels?.[revisionLabel] === currentRevision);
  return {
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    replicas: live.length,
    ...(ready > 0 && { readyReplicas: ready }),
    ...(ofCurrent > 0 && { currentReplicas: ofCurrent }),
    ...(updated > 0 && { updatedReplicas: updated }),
    currentRevision,
    updateRevision: update,
    collisionCount: set.status?.collisionCount ?? 0,
    availableReplicas: count(pod => isAvailable(pod, minReadySeconds, now)),
  };
}
