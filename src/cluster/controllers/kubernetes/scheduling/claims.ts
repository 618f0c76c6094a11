import type { KubeObject } from '../../../meta/index.ts';
import type { Pod } from '../../../view/index.ts';
import { type Claim, type Volume, volumeFor } from '../volumes.ts';
import { matchesTerms, type Misfit } from './fit.ts';
import type { Place } from './places.ts';

export interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly volumeBindingMode?: string;
}

/** What there is of storage. */
export interface Storage {
  claim(namespace: string, name: string): Claim | undefined;
  volume(name: string): Volume | undefined;
  storageClass(name: string): StorageClass | undefined;
  volumes(): Iterable<Volume>;
}

const bound = 'pv.kubernetes.io/bind-completed';
/** A provisioner that makes nothing: volumes of such a class are made by hand. */
const none = 'kubernetes.io/no-provisioner';

export function claimsOf({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(one => one.persistentVolumeClaim?.claimName ?? []);
}

function volumeNameOf({ spec }: Claim): string {
  return spec.volumeName ?? '';
}

function isBound({ metadata, spec }: Claim): boolean {
  return (spec.volumeName ?? '') !== '' && metadata.annotations?.[bound] !== undefined;
}

/** Whether a claim is given a volume only when it is known where its pod goes. */
function waits({ spec }: Claim, storage: Storage): boolean {
  const { volumeName = '', storageClassName = '' } = spec;
  return (
    volumeName === '' && storage.storageClass(storageClassName)?.volumeBindingMode === 'WaitForFirstConsumer'
  );
}

/** Why a pod fits no node at all by its claims (what the VolumeBinding and VolumeZone plugins look at first). */
export function claimFault(pod: Pod, storage: Storage): string | undefined {
  const names = claimsOf(pod);
  const claims = names.map(name => storage.claim(pod.metadata.namespace ?? '', name));
  for (const [index, claim] of claims.entries()) {
    const what = `persistentvolumeclaim "${names[index]}"`;
    if (claim === undefined) return `${what} not found`;
    if (claim.status?.phase === 'Lost') {
      return `${what} bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    }
    if (claim.metadata.deletionTimestamp !== undefined) return `${what} is being deleted`;
  }
  const found = claims.filter(claim => claim !== undefined);
  if (found.some(claim => !isBound(claim) && !waits(claim, storage))) {
    return 'pod has unbound immediate PersistentVolumeClaims';
  }
  const gone = found.find(claim => isBound(claim) && storage.volume(volumeNameOf(claim)) === undefined);
  return gone && `persistentvolume "${volumeNameOf(gone)}" not found`;
}

/** Whether the volumes of a pod's claims can be reached from a place (the VolumeBinding plugin). */
export function volumesElsewhere(
  pod: Pod,
  storage: Storage,
): ((place: Place) => Misfit | undefined) | undefined {
  const claims = claimsOf(pod).flatMap(name => storage.claim(pod.metadata.namespace ?? '', name) ?? []);
  if (claims.length === 0) return undefined;
  const volumes = claims.filter(isBound).flatMap(claim => storage.volume(volumeNameOf(claim)) ?? []);
  const byHand = claims.filter(
    claim => !isBound(claim) && storage.storageClass(claim.spec.storageClassName ?? '')?.provisioner === none,
  );
  return place => {
    const reasons = [unreached(volumes, place), unfound(byHand, place, storage)].filter(
      one => one !== undefined,
    );
    return reasons.length === 0 ? undefined : { reasons, lasting: true };
  };
}

function unreached(volumes: readonly Volume[], place: Place): string | undefined {
  if (volumes.every(volume => reaches(volume, place))) return undefined;
  return "node(s) didn't match PersistentVolume's node affinity";
}

function reaches({ spec }: Volume, { node }: Place): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  return terms === undefined || matchesTerms(terms, node);
}

function unfound(claims: readonly Claim[], place: Place, storage: Storage): string | undefined {
  if (claims.length === 0) return undefined;
  const near = [...storage.volumes()].filter(volume => reaches(volume, place));
  if (claims.every(claim => volumeFor(claim, near) !== undefined)) return undefined;
  return "node(s) didn't find available persistent volumes to bind";
}
