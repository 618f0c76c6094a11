import { ResourceClient, type Transport } from '../client/index.ts';
import type { KubeObject } from '../meta/index.ts';
import { type Plural, resourceOf } from '../view/index.ts';
import { unlessThere } from './missing.ts';

const plurals: Readonly<Record<string, Plural>> = {
  ConfigMap: 'configmaps',
  ClusterStorageContainer: 'clusterstoragecontainers',
  ClusterServingRuntime: 'clusterservingruntimes',
};

/** Makes the objects that are missing; those that are there stay as they are, whoever changed them. */
export async function installObjects(transport: Transport, objects: readonly KubeObject[]): Promise<void> {
  const collections = Map.groupBy(objects, ({ kind }) => kind);
  await Promise.all(
    [...collections].map(async ([kind, all]) => {
      const plural = plurals[kind];
      if (plural === undefined) throw new Error(`no collection is known for ${kind}`);
      await unlessThere(new ResourceClient(transport, resourceOf(plural)), all);
    }),
  );
}
