import { Controller, keyOf, splitKey, unlessGone } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import type { Cluster, Pod } from '../../view/index.ts';
import type { Volume } from './volumes.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** Lets claims go that no pod on a node uses any more (kube-controller-manager's persistentvolumeclaim-protection controller). */
export function claimProtection(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const claims = cluster.informer('persistentvolumeclaims');
  const pods = cluster.informer<Pod>('pods');
  const controller = new Controller({
    name: 'persistentvolumeclaim-protection',
    onError,
    reconcile: async key => {
      const claim = claims.get(key);
      if (claim === undefined) return;
      if (isUnprotected(claim, claimFinalizer)) {
        await kept(cluster, 'persistentvolumeclaims', claim, claimFinalizer);
        return;
      }
      if (!isGoing(claim, claimFinalizer)) return;
      const { namespace, name } = splitKey(key);
      if (pods.inNamespace(namespace).some(pod => uses(pod, name))) return;
      // The cache may be behind: a pod that has a node since a moment ago is asked for.
      const { items } = await pods.client.list({ namespace });
      if (items.some(pod => uses(pod, name))) return;
      await released(cluster, 'persistentvolumeclaims', claim, claimFinalizer);
    },
  });
  const look = (claim: KubeObject): void => controller.queue.add(keyOf(claim));
  claims.on({ onAdd: look, onUpdate: (_, claim) => look(claim) });
  pods.on({
    onDelete: ({ metadata: { namespace = '' }, spec }) => {
      for (const { persistentVolumeClaim: used } of spec.volumes ?? []) {
        if (used !== undefined) controller.queue.add(`${namespace}/${used.claimName}`);
      }
    },
  });
  return controller;
}

/** Lets volumes go that no claim has any more (kube-controller-manager's persistentvolume-protection controller). */
export function volumeProtection(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const volumes = cluster.informer<Volume>('persistentvolumes');
  const controller = new Controller({
    name: 'persistentvolume-protection',
    onError,
    reconcile: async key => {
      const volume = volumes.get(key);
      if (volume === undefined) return;
      if (isUnprotected(volume, volumeFinalizer)) {
        await kept(cluster, 'persistentvolumes', volume, volumeFinalizer);
        return;
      }
      if (!isGoing(volume, volumeFinalizer) || volume.status?.phase === 'Bound') return;
      await released(cluster, 'persistentvolumes', volume, volumeFinalizer);
    },
  });
  const look = (volume: KubeObject): void => controller.queue.add(keyOf(volume));
  volumes.on({ onAdd: look, onUpdate: (_, volume) => look(volume) });
  return controller;
}

/** Whether an object is to go, and is kept for its use alone so far. */
function isGoing({ metadata }: KubeObject, finalizer: string): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && finalizers.includes(finalizer);
}

/** Whether an object is from a time when nothing kept those that are used. */
function isUnprotected({ metadata }: KubeObject, finalizer: string): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return deletionTimestamp === undefined && !finalizers.includes(finalizer);
}

/** Pods that no node has are not held to a claim that goes: none will start them with it. */
function uses({ spec }: Pod, claim: string): boolean {
  if ((spec.nodeName ?? '') === '') return false;
  return (spec.volumes ?? []).some(one => one.persistentVolumeClaim?.claimName === claim);
}

type Kept = 'persistentvolumeclaims' | 'persistentvolumes';

async function kept(cluster: Cluster, plural: Kept, object: KubeObject, finalizer: string): Promise<void> {
  await finalized(cluster, plural, object, [...(object.metadata.finalizers ?? []), finalizer]);
}

async function released(
  cluster: Cluster,
  plural: Kept,
  object: KubeObject,
  finalizer: string,
): Promise<void> {
  const finalizers = (object.metadata.finalizers ?? []).filter(one => one !== finalizer);
  await finalized(cluster, plural, object, finalizers);
}

async function finalized(
  cluster: Cluster,
  plural: Kept,
  { metadata: { namespace = '', name = '', resourceVersion } }: KubeObject,
  finalizers: readonly string[],
): Promise<void> {
  await unlessGone(() =>
    cluster.client(plural).patch(namespace, name, 'merge', { metadata: { resourceVersion, finalizers } }),
  );
}
