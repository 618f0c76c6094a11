import type { StorageInitializerConfiguration } from '../../config/shape.ts';
import { giveCredentials } from '../credentials/account.ts';
import { giveStorage, type StorageSpec } from '../credentials/storagespec.ts';
import {
  addMissingVariables,
  addMount,
  addVolume,
  type ContainerDraft,
  internal,
  type PodSpecDraft,
  putVariables,
} from '../draft.ts';
import type { Surroundings } from '../surroundings.ts';
import { merged, type StorageContainer } from './containers.ts';

export const initializerName = 'storage-initializer';

export function hasInitializer(spec: PodSpecDraft): boolean {
  return spec.initContainers?.some(one => one.name === initializerName) ?? false;
}

/** The container that fetches models; `args` are pairs of an address and a folder. */
export function initializerOf(
  configuration: StorageInitializerConfiguration,
  args: string[],
): ContainerDraft {
  const { image, cpuLimit, cpuRequest, memoryLimit, memoryRequest } = configuration;
  return {
    name: initializerName,
    image,
    args,
    resources: {
      limits: { cpu: cpuLimit, memory: memoryLimit },
      requests: { cpu: cpuRequest, memory: memoryRequest },
    },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** How the initializer logs in, and what a ClusterStorageContainer makes of it. */
export interface Fetching {
  readonly storage?: StorageSpec | undefined;
  readonly container?: StorageContainer | undefined;
}

/** Puts an initializer that is mounted already into a pod, with credentials and certificates. */
export function addInitializer(
  spec: PodSpecDraft,
  initializer: ContainerDraft,
  { storage, container }: Fetching,
  around: Surroundings,
): void {
  if (storage !== undefined) giveStorage(initializer, storage, around);
  else giveCredentials(initializer, spec, around);
  const bundle = bundleOf(initializer, around);
  const final = container === undefined ? initializer : merged(initializer, container.container);
  if (bundle !== undefined) giveBundle(final, spec, bundle);
  addMissingVariables(final, [
    { name: 'HF_HUB_ENABLE_HF_TRANSFER', value: '1' },
    { name: 'HF_XET_HIGH_PERFORMANCE', value: '1' },
    { name: 'HF_XET_NUM_CONCURRENT_RANGE_GETS', value: '8' },
  ]);
  confide(final, around.annotations);
  spec.initContainers = [...(spec.initContainers ?? []), final];
}

/** Certificates to trust: a ConfigMap, and where it is mounted. */
interface Bundle {
  readonly configMap: string;
  readonly folder: string;
}

function bundleOf(
  { env = [] }: ContainerDraft,
  { configuration, namespace }: Surroundings,
): Bundle | undefined {
  const { caBundleConfigMapName, caBundleVolumeMountPath } = configuration.storageInitializer;
  const valueOf = (name: string): string | undefined => env.find(one => one.name === name)?.value;
  const own = valueOf('AWS_CA_BUNDLE_CONFIGMAP');
  if (caBundleConfigMapName === '' && own === undefined) return undefined;
  const file = valueOf('AWS_CA_BUNDLE');
  return {
    // Other namespaces have a copy under a name that is always the same.
    configMap: own ?? (namespace === 'kserve' ? caBundleConfigMapName : 'global-ca-bundle'),
    folder: file === undefined ? caBundleVolumeMountPath : file.slice(0, Math.max(file.lastIndexOf('/'), 1)),
  };
}

function giveBundle(container: ContainerDraft, spec: PodSpecDraft, { configMap, folder }: Bundle): void {
  addMissingVariables(container, [
    { name: 'CA_BUNDLE_CONFIGMAP_NAME', value: configMap },
    { name: 'CA_BUNDLE_VOLUME_MOUNT_POINT', value: folder },
  ]);
  addVolume(spec, { name: 'cabundle-cert', configMap: { name: configMap } });
  addMount(container, { name: 'cabundle-cert', mountPath: folder, readOnly: true });
}

/** Models that are enciphered. */
function confide(container: ContainerDraft, annotations: Readonly<Record<string, string>>): void {
  if (annotations[internal('confidential-enabled')] !== 'true') return;
  const id = annotations[internal('confidential-resource-id')] ?? '';
  putVariables(container, [
    { name: 'CONFIDENTIAL_ENABLED', value: 'true' },
    ...(id === '' ? [] : [{ name: 'CONFIDENTIAL_RESOURCE_ID', value: id }]),
  ]);
}
