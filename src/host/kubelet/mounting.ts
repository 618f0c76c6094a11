import { chmodSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EngineMount, Mount } from '../runners/index.ts';
import { ConfigError } from './environment.ts';
import type { HostedContainer, HostedPod, Volume } from './shapes.ts';
import { mountsOf } from './volumes/volumes.ts';

/** What containers may have of this machine. */
export interface Leave {
  /** Data directory of the cluster: what Davit has made for pods below it, everybody in a container may write to. */
  readonly home: string;
  /** Whether they may have other folders, too. */
  readonly allowHostPaths: boolean;
}

const needs = 'needs davit up --allow-host-processes: it could do whatever you can';

/** What a container of an engine sees of the volumes of its pod, made writable for whoever it runs as. @throws ConfigError, MountError */
export function engineMounts(
  pod: HostedPod,
  container: HostedContainer,
  places: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string>>,
  { home, allowHostPaths }: Leave,
): EngineMount[] {
  const mounted = volumesOf(pod, container);
  for (const volume of allowHostPaths ? [] : mounted.values()) {
    const { name, hostPath } = volume;
    if (hostPath !== undefined) throw new ConfigError(`volume ${JSON.stringify(name)} (hostPath) ${needs}`);
    if (!isDavits(volume, places, home)) {
      const what = `claim ${volume.persistentVolumeClaim?.claimName}, a folder that Davit did not make`;
      throw new ConfigError(`volume ${JSON.stringify(name)} (${what}) ${needs}`);
    }
  }
  return mountsOf(container, places, environment).map(mount => {
    const volume = mounted.get(mount.at);
    if (volume === undefined) return mount;
    const root = realpathSync(places.get(volume.name) ?? mount.source);
    if (takesWrites(volume) && isDavits(volume, places, home)) chmodSync(root, 0o777);
    return narrowed(mount, volume, root);
  });
}

/** Where a container's volumes of Davit's lie: what it may read, and what it may write to. */
export function ownPlaces(
  pod: HostedPod,
  { volumeMounts = [] }: HostedContainer,
  places: ReadonlyMap<string, string>,
  home: string,
): { readonly sources: readonly string[]; readonly destinations: readonly string[] } {
  const own = new Map(
    (pod.spec.volumes ?? [])
      .filter(volume => places.has(volume.name) && isDavits(volume, places, home))
      .map(volume => [volume.name, volume]),
  );
  const mounted = volumeMounts.filter(({ name }) => own.has(name));
  const written = mounted.filter(({ name, readOnly = false }) => {
    const volume = own.get(name) ?? { name };
    return !readOnly && takesWrites(volume) && volume.persistentVolumeClaim?.readOnly !== true;
  });
  const placesOf = (mounts: typeof mounted): string[] => mounts.flatMap(({ name }) => places.get(name) ?? []);
  return { sources: placesOf(mounted), destinations: placesOf(written) };
}

/** Whether a volume is a folder that Davit has made for pods, and nothing else of this machine. */
export function isDavits(
  { name, hostPath, persistentVolumeClaim }: Volume,
  places: ReadonlyMap<string, string>,
  home: string,
): boolean {
  if (persistentVolumeClaim === undefined) return hostPath === undefined;
  return dirname(realpathSync(places.get(name) ?? '/')) === join(realpathSync(home), 'volumes');
}

/** Volumes by the paths at which a container sees them. */
function volumesOf(
  { spec: { volumes = [] } }: HostedPod,
  { volumeMounts = [] }: HostedContainer,
): Map<string, Volume> {
  const named = new Map(volumes.map(volume => [volume.name, volume]));
  return new Map(
    volumeMounts.flatMap(({ name, mountPath }) => {
      const volume = named.get(name);
      return volume === undefined ? [] : [[mountPath, volume] as const];
    }),
  );
}

/** Into what Davit itself writes for the API's objects no container writes, whatever its pod says: it could lead Davit elsewhere. */
function takesWrites({ emptyDir, hostPath, persistentVolumeClaim }: Volume): boolean {
  return emptyDir !== undefined || hostPath !== undefined || persistentVolumeClaim !== undefined;
}

function narrowed(mount: Mount, volume: Volume, root: string): EngineMount {
  const writes = takesWrites(volume);
  const readOnly = mount.readOnly === true || !writes || volume.persistentVolumeClaim?.readOnly === true;
  const source = realpathSync(mount.source);
  const unsteady = writes && source !== root;
  return { at: mount.at, source, ...(readOnly && { readOnly }), ...(unsteady && { unsteady }) };
}
