import { textOf } from '../../untyped.ts';
import type { StorageSpec } from '../credentials/storagespec.ts';
import {
  addMount,
  addVolume,
  containerOf,
  type ContainerDraft,
  internal,
  modelFolder,
  type PodSpecDraft,
  serverOf,
  transformerContainer,
  type VolumeDraft,
} from '../draft.ts';
import { PodFault, type Surroundings } from '../surroundings.ts';
import { claimOf } from './claims.ts';
import { storageContainerFor } from './containers.ts';
import { addImage, imageOf } from './images.ts';
import { addInitializer, hasInitializer, initializerOf } from './initializer.ts';

/** A model, and the folder in which it is wanted. */
export interface StorageUri {
  readonly uri: string;
  readonly mountPath?: string;
}

/** What a component says of several models. */
export interface StorageUris {
  readonly uris: readonly StorageUri[];
  /** Of a ClusterStorageContainer (`storageContainerName`). */
  readonly containerName?: string | undefined;
  readonly storage?: StorageSpec | undefined;
}

const mostImages = 10;

/**
 * A pod into which several models come (a component's `storageUris`): claims and images are mounted, everything else is fetched by
 * one init container into one volume. KServe's controller writes this into the Deployment or Knative Service itself. Pure.
 * @throws PodFault when they cannot come.
 */
export function withStorageUris<Spec extends object>(
  given: Spec,
  wanted: StorageUris,
  around: Surroundings,
): Spec {
  if (wanted.uris.length === 0 || around.annotations[internal('agent')] !== undefined) return given;
  const spec = structuredClone(given) as unknown as PodSpecDraft;
  const server = serverOf(spec);
  if (server === undefined) throw new PodFault('Invalid configuration: cannot find container');
  const models = wanted.uris.map(({ uri, mountPath = modelFolder }) => ({ uri, path: mountPath }));
  const images = models.filter(({ uri }) => /^oci(\+[^:]+)?:\/\//.test(uri));
  addImages(spec, images, around);
  if (!hasInitializer(spec)) {
    const rest = models.filter(one => !images.includes(one));
    const transformer = containerOf(spec, transformerContainer);
    addOthers(spec, transformer === undefined ? [server] : [server, transformer], rest, wanted, around);
  }
  return spec as unknown as Spec;
}

interface Model {
  readonly uri: string;
  readonly path: string;
}

function addImages(spec: PodSpecDraft, models: readonly Model[], { configuration }: Surroundings): void {
  if (models.length > mostImages) {
    throw new PodFault(`too many OCI sources (${models.length}); maximum is ${mostImages} per pod`);
  }
  const { storageInitializer } = configuration;
  refuseSharedFolders(models, storageInitializer.ociModelMode === 'native');
  for (const [index, { uri, path }] of models.entries()) {
    const image = imageOf(uri, storageInitializer);
    if (image === undefined) throw new PodFault(`models in images are not enabled: ${uri}`);
    addImage(spec, image, { path, index }, storageInitializer);
  }
}

/** Two images cannot be mounted over each other; as containers beside the server they take the whole parent folder. */
function refuseSharedFolders(models: readonly Model[], native: boolean): void {
  const seen = new Map<string, string>();
  for (const { path } of models) {
    const folder = native ? path : path.slice(0, Math.max(path.lastIndexOf('/'), 1));
    const before = seen.get(folder);
    seen.set(folder, path);
    if (before === undefined) continue;
    throw new PodFault(
      native
        ? `OCI mount path "${path}" is specified more than once; each native ImageVolume must have a unique mount path`
        : `OCI mount paths "${before}" and "${path}" share parent directory "${folder}", which would cause volume mount shadowing; use mount paths with distinct parent directories`,
    );
  }
}

function addOthers(
  spec: PodSpecDraft,
  users: readonly ContainerDraft[],
  models: readonly Model[],
  wanted: StorageUris,
  around: Surroundings,
): void {
  const container = storageContainerFor(wanted.uris[0]?.uri ?? '', wanted.containerName, around);
  if (container !== undefined && !container.fetchesSeveral) {
    const name = textOf(container.container['name']) ?? '';
    throw new PodFault(
      `storage container "${name}" does not support multi-model download; use the default kserve storage initializer or a compatible storage container`,
    );
  }
  const readOnly = around.annotations['storage.kserve.io/readonly'] !== 'false';
  const mounted = (path: string, source: Omit<VolumeDraft, 'name'>): void => {
    const name = volumeName(path);
    for (const user of users) addMount(user, { name, mountPath: path, readOnly });
    addVolume(spec, { name, ...source });
  };
  for (const { uri, path } of models) {
    const claim = claimOf(uri);
    if (claim !== undefined) mounted(path, { persistentVolumeClaim: { claimName: claim.claimName } });
  }
  const fetched = models.filter(({ uri }) => claimOf(uri) === undefined);
  if (fetched.length === 0) return;
  const folder = commonFolder(fetched.map(({ path }) => path));
  mounted(folder, { emptyDir: {} });
  const args = fetched.flatMap(({ uri, path }) => [uri, path]);
  const initializer = initializerOf(around.configuration.storageInitializer, args);
  addMount(initializer, { name: volumeName(folder), mountPath: folder });
  addInitializer(spec, initializer, { storage: wanted.storage, container }, around);
}

function volumeName(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replaceAll('/', '-');
}

/** The deepest folder that all paths are in, or the one path there is. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  if (others.length === 0) return first;
  const split = paths.map(path => path.replace(/^\/+|\/+$/g, '').split('/'));
  const [parts = []] = split;
  const differs = parts.findIndex((part, at) => split.some(other => other[at] !== part));
  return `/${(differs === -1 ? parts : parts.slice(0, differs)).join('/')}`;
}
