import type { StorageInitializerConfiguration } from '../../config/shape.ts';
import {
  addMount,
  addVolume,
  containerOf,
  type ContainerDraft,
  internal,
  modelFolder,
  type PodDraft,
  type PodSpecDraft,
  putVariables,
  serverOf,
  transformerContainer,
} from '../draft.ts';
import { PodFault, type Surroundings } from '../surroundings.ts';

/** A model in an image, and how it becomes files. */
export interface ModelImage {
  readonly image: string;
  readonly mode: 'modelcar' | 'native';
}

/** `oci://IMAGE`, or `oci+native://IMAGE` where the mode is said; undefined for other addresses and where images are no models. */
export function imageOf(
  uri: string,
  { ociModelMode }: StorageInitializerConfiguration,
): ModelImage | undefined {
  const [, said, image = ''] = /^oci(?:\+([^:]+))?:\/\/(.*)$/s.exec(uri) ?? [];
  const mode = said ?? ociModelMode;
  if (!uri.startsWith('oci') || image === '' || mode === undefined) return undefined;
  // `fetch` is accepted and done as `modelcar`, as in KServe 0.20.0.
  return { image, mode: mode === 'native' ? 'native' : 'modelcar' };
}

/** Which of several images this is; the first has the plain names. */
export interface Placed {
  readonly path: string;
  readonly index: number;
}

/** Puts the image that the pod's annotation names beside its server and transformer. */
export function addModelImage({ spec }: PodDraft, { annotations, configuration }: Surroundings): void {
  const uri = annotations[internal('storage-initializer-sourceuri')];
  const model = uri === undefined ? undefined : imageOf(uri, configuration.storageInitializer);
  if (model === undefined) return;
  addImage(spec, model, { path: modelFolder, index: 0 }, configuration.storageInitializer);
}

/** @throws PodFault when nothing in the pod serves it. */
export function addImage(
  spec: PodSpecDraft,
  model: ModelImage,
  placed: Placed,
  configuration: StorageInitializerConfiguration,
): void {
  const server = serverOf(spec);
  if (server === undefined) {
    throw new PodFault('Invalid configuration: cannot find container: kserve-container');
  }
  const transformer = containerOf(spec, transformerContainer);
  for (const user of transformer === undefined ? [server] : [server, transformer]) {
    if (model.mode === 'native') mountImage(spec, user, model.image, placed.path);
    else shareImage(spec, user, model.image, placed, configuration);
  }
}

/** A volume that is the image. */
function mountImage(spec: PodSpecDraft, user: ContainerDraft, image: string, path: string): void {
  const name = path.replace(/^\/+|\/+$/g, '').replaceAll('/', '-') || 'oci-model';
  const taken = user.volumeMounts?.find(one => one.mountPath === path && one.name !== name);
  if (taken !== undefined) throw new PodFault(`mountPath "${path}" already used by volume "${taken.name}"`);
  addVolume(spec, { name, image: { reference: image, pullPolicy: 'IfNotPresent' } });
  addMount(user, { name, mountPath: path, subPath: 'models', readOnly: true });
}

/** A container of the image beside the user, whose files are reached through the processes that both see. */
function shareImage(
  spec: PodSpecDraft,
  user: ContainerDraft,
  image: string,
  { path, index }: Placed,
  configuration: StorageInitializerConfiguration,
): void {
  const { uidModelcar } = configuration;
  const suffix = index === 0 ? '' : `-${index}`;
  const volume = `kserve-provision-location${suffix}`;
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 1));
  putVariables(user, [{ name: 'MODEL_INIT_MODE', value: 'async' }]);
  addVolume(spec, { name: volume, emptyDir: {} });
  addMount(user, { name: volume, mountPath: folder });
  // Processes of another user do not let their files be seen.
  if (uidModelcar !== undefined) user.securityContext = { ...user.securityContext, runAsUser: uidModelcar };
  spec.shareProcessNamespace = true;
  if (containerOf(spec, `modelcar${suffix}`) !== undefined) return;
  const resources = { cpu: configuration.cpuModelcar, memory: configuration.memoryModelcar };
  const common = { image, resources: { limits: resources, requests: { ...resources } } };
  spec.containers.push({
    name: `modelcar${suffix}`,
    ...common,
    args: ['sh', '-c', linking(path, folder)],
    volumeMounts: [{ name: volume, mountPath: folder }],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...(uidModelcar !== undefined && { securityContext: { runAsUser: uidModelcar } }),
  });
  spec.initContainers = [
    ...(spec.initContainers ?? []),
    {
      name: `modelcar-init${suffix}`,
      ...common,
      args: ['sh', '-c', checking(image)],
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
  ];
}

/** In a pod's arguments `$$` stands for `$`, so that the shell sees `$$`, its own number. */
function linking(path: string, folder: string): string {
  const link = `ln -sf /proc/$$$$/root/models ${quoted(path)} && sleep infinity`;
  return path === modelFolder ? link : `mkdir -p ${quoted(folder)} && ${link}`;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9/._-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The words are part of what clients compare pods by, so they are KServe's. */
function checking(image: string): string {
  return `echo 'Pre-fetching modelcar ${image}: ' && [ -d /models ] && [ "$$(ls -A /models)" ] && echo 'OK ... Prefetched and valid (/models exists)' || (echo 'NOK ... Prefetched but modelcar is invalid (/models does not exist or is empty)' && exit 1)`;
}
