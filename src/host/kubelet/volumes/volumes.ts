import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../cluster/meta/index.ts';
import { isStatusError } from '../../../cluster/meta/index.ts';
import type { Cluster } from '../../../cluster/view/index.ts';
import type { Mount } from '../../runners/index.ts';
import { expanded } from '../environment.ts';
import type { HostedContainer, HostedPod, Projection, Volume } from '../shapes.ts';
import { type VolumeFile, writeFiles } from './atomic.ts';
import { madeBelow } from './below.ts';
import { type Files, filesOf, type Material, MountError } from './files.ts';
import { checkHostPath } from './host.ts';

interface Claim extends KubeObject {
  readonly spec?: { readonly volumeName?: string };
  readonly status?: { readonly phase?: string };
}

interface PersistentVolume extends KubeObject {
  readonly spec?: {
    readonly hostPath?: { readonly path: string };
    readonly local?: { readonly path: string };
  };
}

/** The volumes of one pod: folders below its own, or of this machine. */
export class PodVolumes {
  readonly #folder: string;
  readonly #cluster: Cluster;
  readonly #allowHostPaths: boolean;
  /** What was written last, so that only what changed is written again. */
  readonly #written = new Map<string, string>();
  #stamps = 0;

  /** @param allowHostPaths whether pods may make folders of this machine */
  constructor(folder: string, cluster: Cluster, allowHostPaths: boolean) {
    this.#folder = folder;
    this.#allowHostPaths = allowHostPaths;
    this.#cluster = cluster;
  }

  /** Where each volume lies, set up. @throws MountError */
  async setUp(volumes: readonly Volume[], material: Material): Promise<Map<string, string>> {
    const places = await Promise.all(
      volumes.map(async volume => {
        try {
          return [volume.name, await this.#one(volume, material)] as const;
        } catch (error) {
          if (!(error instanceof MountError)) throw error;
          const message = `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${error.message}`;
          throw new MountError(message, { cause: error });
        }
      }),
    );
    return new Map(places);
  }

  async #one(volume: Volume, material: Material): Promise<string> {
    const place = join(this.#folder, volume.name);
    const { hostPath, persistentVolumeClaim, emptyDir } = volume;
    if (hostPath !== undefined)
      return checkHostPath(hostPath.path, hostPath.type ?? '', this.#allowHostPaths);
    if (persistentVolumeClaim !== undefined) {
      return this.#claimed(material.pod.metadata.namespace ?? '', persistentVolumeClaim.claimName);
    }
    if (emptyDir !== undefined) {
      mkdirSync(place, { recursive: true });
      return place;
    }
    const [sources, mode] = projectionsOf(volume);
    const files: Files = new Map();
    for (const source of sources) {
      for (const [path, file] of await filesOf(source, material, mode))
        files.set(path, readable(file, material.pod));
    }
    this.#write(place, files);
    return place;
  }

  #write(place: string, files: ReadonlyMap<string, VolumeFile>): void {
    const content = JSON.stringify(
      [...files].map(([path, { bytes, mode }]) => [path, bytes.toString('base64'), mode]),
    );
    if (this.#written.get(place) === content) return;
    writeFiles(place, files, `${Date.now()}.${this.#stamps++}`);
    this.#written.set(place, content);
  }

  async #claimed(namespace: string, name: string): Promise<string> {
    const claim = await this.#get<Claim>('persistentvolumeclaims', namespace, name);
    if (claim === undefined) throw new MountError(`persistentvolumeclaim ${JSON.stringify(name)} not found`);
    const { volumeName = '' } = claim.spec ?? {};
    if (volumeName === '' || claim.status?.phase !== 'Bound') {
      throw new MountError(`claim ${JSON.stringify(name)} is not bound to a volume yet`);
    }
    const volume = await this.#get<PersistentVolume>('persistentvolumes', '', volumeName);
    const path = volume?.spec?.hostPath?.path ?? volume?.spec?.local?.path;
    if (path === undefined) {
      throw new MountError(
        `the persistent volume ${volumeName} is no folder of this machine (hostPath, local)`,
      );
    }
    mkdirSync(path, { recursive: true });
    return path;
  }

  async #get<Item extends KubeObject>(
    plural: 'persistentvolumeclaims' | 'persistentvolumes',
    namespace: string,
    name: string,
  ): Promise<Item | undefined> {
    try {
      return await this.#cluster.client<Item>(plural).get(namespace, name);
    } catch (error) {
      if (isStatusError(error) && error.reason === 'NotFound') return undefined;
      throw error;
    }
  }
}

/**
 * Files of a pod with a group of its own are read by that, and others: they have no such group here, and lie in a folder that only Davit
 * enters.
 */
function readable({ bytes, mode }: VolumeFile, { spec }: HostedPod): VolumeFile {
  return { bytes, mode: spec.securityContext?.fsGroup === undefined ? mode : mode | 0o044 };
}

function projectionsOf(volume: Volume): [readonly Projection[], number] {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return [[{ configMap }], configMap.defaultMode ?? 0o644];
  if (secret !== undefined) {
    const { secretName = '', defaultMode = 0o644, ...rest } = secret;
    return [[{ secret: { ...rest, name: secretName } }], defaultMode];
  }
  if (downwardAPI !== undefined) return [[{ downwardAPI }], downwardAPI.defaultMode ?? 0o644];
  if (projected !== undefined) return [projected.sources ?? [], projected.defaultMode ?? 0o644];
  const kind = Object.keys(volume).find(key => key !== 'name') ?? 'unknown';
  throw new MountError(`Davit has no volumes of the kind ${kind} yet`);
}

/** Where a container's mounts are on this machine. @throws MountError for a path that leads out of its volume */
export function mountsOf(
  { volumeMounts = [] }: HostedContainer,
  places: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string>>,
): Mount[] {
  return volumeMounts.flatMap(({ name, mountPath, subPath = '', subPathExpr = '', readOnly = false }) => {
    const place = places.get(name);
    if (place === undefined) return [];
    const below = subPathExpr === '' ? subPath : expanded(subPathExpr, environment);
    const kept = readOnly ? { readOnly } : {};
    if (below === '') return [{ at: mountPath, source: place, ...kept }];
    return [{ at: mountPath, source: madeBelow(place, below, name), ...kept }];
  });
}
