import { type Resource, ResourceClient, type Transport } from '../client/index.ts';
import { installedObjects } from '../kserve/index.ts';
import { unlessThere } from './missing.ts';

const collections: Readonly<Record<string, Resource>> = {
  ConfigMap: { group: '', version: 'v1', plural: 'configmaps', namespaced: true },
  ClusterStorageContainer: ofKServe('clusterstoragecontainers'),
  ClusterServingRuntime: ofKServe('clusterservingruntimes'),
};

function ofKServe(plural: string): Resource {
  return { group: 'serving.kserve.io', version: 'v1alpha1', plural, namespaced: false };
}

/**
 * What an installation of KServe has: its configuration, runtimes and storage container; made when they are missing, never changed
 * when they are there. The namespace `kserve` has to be there.
 */
export async function installKserve(transport: Transport): Promise<void> {
  for (const object of installedObjects()) {
    await unlessThere(new ResourceClient(transport, collections[object.kind] as Resource), object);
  }
}
