import { Controller, keyOf, unlessGone } from '../../client/index.ts';
import {
  compareQuantities,
  type KubeObject,
  parseQuantity,
  selectorOf,
  type SelectorObject,
} from '../../meta/index.ts';
import type { Cluster } from '../../view/index.ts';
import type { NodeTerm } from './scheduling/fit.ts';

export interface Claim extends KubeObject {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly selector?: SelectorObject;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string };
}

export interface Volume extends KubeObject {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string };
    readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms: readonly NodeTerm[] } };
  };
  readonly status?: { readonly phase?: string };
}

/** The smallest volume that a claim can have. Pure. */
export function volumeFor(claim: Claim, volumes: readonly Volume[]): Volume | undefined {
  const { namespace, name, uid } = claim.metadata;
  const asked = volumes.find(
    ({ spec }) =>
      spec.claimRef?.name === name &&
      spec.claimRef?.namespace === namespace &&
      (spec.claimRef?.uid ?? uid) === uid,
  );
  if (asked !== undefined) return asked;
  return volumes
    .filter(volume => suits(claim, volume))
    .toSorted((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))[0];
}

function suits({ spec }: Claim, volume: Volume): boolean {
  const { spec: offered, metadata } = volume;
  if (offered.claimRef !== undefined || metadata.deletionTimestamp !== undefined) return false;
  if (spec.volumeName !== undefined && spec.volumeName !== metadata.name) return false;
  if ((spec.storageClassName ?? '') !== (offered.storageClassName ?? '')) return false;
  if ((spec.volumeMode ?? 'Filesystem') !== (offered.volumeMode ?? 'Filesystem')) return false;
  if (spec.selector !== undefined && !selectorOf(spec.selector).matches(metadata.labels)) return false;
  const modes = offered.accessModes ?? [];
  if (!(spec.accessModes ?? []).every(mode => modes.includes(mode))) return false;
  const wanted = parseQuantity(spec.resources?.requests?.storage ?? '0');
  return wanted !== undefined && compareQuantities(sizeOf(volume), wanted) >= 0;
}

function sizeOf({ spec }: Volume): NonNullable<ReturnType<typeof parseQuantity>> {
  const size = parseQuantity(spec.capacity?.storage ?? '0') ?? parseQuantity('0');
  return size as NonNullable<typeof size>;
}

/** Binds claims to volumes that there are, and tells the phases of both (kube-controller-manager's persistentvolume-binder). */
export function volumeController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const claims = cluster.informer<Claim>('persistentvolumeclaims');
  const volumes = cluster.informer<Volume>('persistentvolumes');
  const controller = new Controller({
    name: 'persistentvolume-binder',
    onError,
    reconcile: key =>
      key.startsWith('claim ') ? claimed(cluster, key.slice(6)) : settled(cluster, key.slice(7)),
  });
  const addClaim = (claim: Claim): void => controller.queue.add(`claim ${keyOf(claim)}`);
  const addVolume = (volume: Volume): void => {
    controller.queue.add(`volume ${keyOf(volume)}`);
    for (const claim of claims.values()) if (claim.status?.phase !== 'Bound') addClaim(claim);
  };
  claims.on({
    onAdd: addClaim,
    onUpdate: (_, claim) => addClaim(claim),
    onDelete: claim => controller.queue.add(`volume ${claim.spec.volumeName ?? ''}`),
  });
  volumes.on({ onAdd: addVolume, onUpdate: (_, volume) => addVolume(volume) });
  return controller;
}

async function claimed(cluster: Cluster, key: string): Promise<void> {
  const claim = cluster.informer<Claim>('persistentvolumeclaims').get(key);
  if (
    claim === undefined ||
    claim.metadata.deletionTimestamp !== undefined ||
    claim.status?.phase === 'Bound'
  )
    return;
  const volume = volumeFor(claim, [...cluster.informer<Volume>('persistentvolumes').values()]);
  if (volume === undefined) {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    void cluster.events.record(claim, 'Normal', 'FailedBinding', message);
    return;
  }
  await bind(cluster, claim, volume);
}

async function bind(cluster: Cluster, claim: Claim, volume: Volume): Promise<void> {
  const { namespace = '', name = '', uid } = claim.metadata;
  const volumeName = volume.metadata.name ?? '';
  const reference = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid };
  await cluster.client('persistentvolumes').patch('', volumeName, 'merge', {
    metadata: { resourceVersion: volume.metadata.resourceVersion },
    spec: { claimRef: reference },
  });
  await cluster
    .client('persistentvolumes')
    .patch('', volumeName, 'merge', { status: { phase: 'Bound' } }, 'status');
  const annotations = {
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
  };
  const claims = cluster.client('persistentvolumeclaims');
  await claims.patch(namespace, name, 'merge', { metadata: { annotations }, spec: { volumeName } });
  const { accessModes, capacity } = volume.spec;
  await claims.patch(
    namespace,
    name,
    'merge',
    { status: { phase: 'Bound', accessModes, capacity } },
    'status',
  );
}

async function settled(cluster: Cluster, name: string): Promise<void> {
  const volume = cluster.informer<Volume>('persistentvolumes').get(name);
  if (volume === undefined) return;
  const phase = phaseOf(cluster, volume);
  const volumes = cluster.client('persistentvolumes');
  await unlessGone(async () => {
    if (phase !== volume.status?.phase)
      await volumes.patch('', name, 'merge', { status: { phase } }, 'status');
    const { persistentVolumeReclaimPolicy: policy } = volume.spec;
    const goes =
      phase === 'Released' && policy === 'Delete' && volume.metadata.deletionTimestamp === undefined;
    if (goes) await volumes.delete('', name);
  });
}

function phaseOf(cluster: Cluster, { spec, status }: Volume): string {
  const { claimRef } = spec;
  if (claimRef === undefined) return 'Available';
  const claim = cluster
    .informer<Claim>('persistentvolumeclaims')
    .get(`${claimRef.namespace}/${claimRef.name}`);
  if (claim !== undefined && (claimRef.uid === undefined || claimRef.uid === claim.metadata.uid)) {
    return claim.spec.volumeName === undefined ? (status?.phase ?? 'Available') : 'Bound';
  }
  return claimRef.uid === undefined ? 'Available' : 'Released';
}
