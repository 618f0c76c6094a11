import { Controller, keyOf, type Outcome, unlessGone } from '../../client/index.ts';
import {
  compareQuantities,
  type KubeObject,
  parseQuantity,
  selectorOf,
  type SelectorObject,
} from '../../meta/index.ts';
import type { Cluster, Pod } from '../../view/index.ts';
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

export interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly volumeBindingMode?: string;
}

/** Annotation of a claim by which the scheduler tells whoever provisions volumes where its pod goes. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
/** Annotations of a claim that tell who is to provision its volume, the older one first. */
const provisioners = [
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
];
/** Milliseconds until it is told again that a claim waits. */
const tellEvery = 15_000;

/** Whether a claim is given a volume only when it is known where its pod goes. Pure. */
export function waitsForPod({ spec }: Claim, storageClass: StorageClass | undefined): boolean {
  return (spec.volumeName ?? '') === '' && storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** The smallest volume that a claim can have. Pure. */
export function volumeFor(claim: Claim, volumes: readonly Volume[]): Volume | undefined {
  return (
    keptFor(claim, volumes) ??
    volumes
      .filter(volume => suits(claim, volume))
      .toSorted((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))[0]
  );
}

/** The volume that is meant for a claim by name. */
function keptFor(
  { metadata: { namespace, name, uid } }: Claim,
  volumes: readonly Volume[],
): Volume | undefined {
  return volumes.find(
    ({ spec }) =>
      spec.claimRef?.name === name &&
      spec.claimRef?.namespace === namespace &&
      (spec.claimRef?.uid ?? uid) === uid,
  );
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

async function claimed(cluster: Cluster, key: string): Promise<Outcome | undefined> {
  const claim = cluster.informer<Claim>('persistentvolumeclaims').get(key);
  if (
    claim === undefined ||
    claim.metadata.deletionTimestamp !== undefined ||
    claim.status?.phase === 'Bound'
  )
    return undefined;
  const storageClass = cluster
    .informer<StorageClass>('storageclasses')
    .get(claim.spec.storageClassName ?? '');
  const waits = waitsForPod(claim, storageClass);
  const volumes = [...cluster.informer<Volume>('persistentvolumes').values()];
  const volume = waits ? keptFor(claim, volumes) : volumeFor(claim, volumes);
  if (volume !== undefined) return bind(cluster, claim, volume);
  if ((claim.spec.volumeName ?? '') !== '') return undefined;
  if (waits && claim.metadata.annotations?.[selectedNode] === undefined) return tellWaiting(cluster, claim);
  if ((claim.spec.storageClassName ?? '') !== '') return requestVolume(cluster, claim, storageClass);
  const message = 'no persistent volumes available for this claim and no storage class is set';
  void cluster.events.record(claim, 'Normal', 'FailedBinding', message);
  return undefined;
}

/** Says for whom a claim waits; its pods may come at any time. */
function tellWaiting(cluster: Cluster, claim: Claim): Outcome {
  const { namespace, name } = claim.metadata;
  const pods = [...cluster.informer<Pod>('pods').values()]
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === namespace &&
        (spec.nodeName ?? '') === '' &&
        (spec.volumes ?? []).some(one => one.persistentVolumeClaim?.claimName === name),
    )
    .map(({ metadata }) => metadata.name);
  const [reason, message] =
    pods.length === 0
      ? ['WaitForFirstConsumer', 'waiting for first consumer to be created before binding']
      : [
          'WaitForPodScheduled',
          `waiting for ${pods.length === 1 ? 'pod' : 'pods'} ${pods.join(',')} to be scheduled`,
        ];
  void cluster.events.record(claim, 'Normal', reason, message);
  return { again: tellEvery };
}

/** Asks whoever provisions volumes of a class for one. */
async function requestVolume(
  cluster: Cluster,
  claim: Claim,
  storageClass: StorageClass | undefined,
): Promise<undefined> {
  const { namespace = '', name = '', annotations } = claim.metadata;
  if (storageClass === undefined) {
    const missing = `storageclass.storage.k8s.io ${JSON.stringify(claim.spec.storageClassName)} not found`;
    void cluster.events.record(claim, 'Warning', 'ProvisioningFailed', missing);
    return;
  }
  const { provisioner = '' } = storageClass;
  if (provisioners.some(one => annotations?.[one] !== provisioner)) {
    const told = Object.fromEntries(provisioners.map(one => [one, provisioner]));
    await unlessGone(() =>
      cluster
        .client('persistentvolumeclaims')
        .patch(namespace, name, 'merge', { metadata: { annotations: told } }),
    );
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  void cluster.events.record(claim, 'Normal', 'ExternalProvisioning', message);
}

async function bind(cluster: Cluster, claim: Claim, volume: Volume): Promise<undefined> {
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
