import { compareQuantities, parseQuantity } from '../../../meta/index.ts';
import type { Pod } from '../../../view/index.ts';
import {
  type Claim,
  selectedNode,
  type StorageClass,
  type Volume,
  volumeFor,
  waitsForPod,
} from '../volumes.ts';
import { matchesTerms, type Misfit } from './fit.ts';
import type { Place } from './places.ts';

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
function waits(claim: Claim, storage: Storage): boolean {
  return waitsForPod(claim, storage.storageClass(claim.spec.storageClassName ?? ''));
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
  return place => {
    const isFound = bindingsAt(pod, place, storage) !== undefined;
    const reasons = [unreached(volumes, place), isFound ? undefined : unfound].filter(
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

const unfound = "node(s) didn't find available persistent volumes to bind";

/** A claim that has waited for its pod, and the volume that it is to have; absent: one is to be provisioned for it. */
export interface Binding {
  readonly claim: Claim;
  readonly volume?: Volume;
}

/** What becomes of the claims that wait for a pod when it goes to a place; undefined when one of them gets no volume there. Pure. */
export function bindingsAt(pod: Pod, place: Place, storage: Storage): readonly Binding[] | undefined {
  const waiting = waitingFor(pod, storage);
  if (waiting.length === 0) return [];
  const near = [...storage.volumes()].filter(volume => reaches(volume, place));
  const bindings: Binding[] = [];
  // Small claims first, so that each takes the smallest volume that does.
  for (const claim of waiting.toSorted(bySize)) {
    const node = claim.metadata.annotations?.[selectedNode];
    const free = near.filter(volume => bindings.every(one => one.volume !== volume));
    const volume = node === undefined ? volumeFor(claim, free) : undefined;
    const elsewhere = node !== undefined && node !== place.node.metadata.name;
    if (elsewhere || (volume === undefined && !isProvisioned(claim, storage))) return undefined;
    bindings.push({ claim, ...(volume !== undefined && { volume }) });
  }
  return bindings;
}

/** The claims of a pod that wait to be told where it goes, or to get what they were promised there. */
export function waitingFor(pod: Pod, storage: Storage): readonly Claim[] {
  return claimsOf(pod)
    .flatMap(name => storage.claim(pod.metadata.namespace ?? '', name) ?? [])
    .filter(claim => !isBound(claim) && waits(claim, storage));
}

function bySize(a: Claim, b: Claim): number {
  const [one, other] = [a, b].map(({ spec }) => parseQuantity(spec.resources?.requests?.storage ?? '0'));
  return one === undefined || other === undefined ? 0 : compareQuantities(one, other);
}

function isProvisioned({ spec }: Claim, storage: Storage): boolean {
  const { provisioner = '' } = storage.storageClass(spec.storageClassName ?? '') ?? {};
  return provisioner !== '' && provisioner !== none;
}
