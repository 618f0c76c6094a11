import { isStatusError, type KubeObject } from '../meta/index.ts';
import { ResourceClient, type Transport } from '../client/index.ts';
import { type Plural, resourceOf } from '../view/index.ts';

const plurals: Readonly<Record<string, Plural>> = {
  ConfigMap: 'configmaps',
  ClusterStorageContainer: 'clusterstoragecontainers',
  ClusterServingRuntime: 'clusterservingruntimes',
};

/** Makes the objects that are missing; those that are there stay as they are, whoever changed them. */
export async function installObjects(transport: Transport, objects: readonly KubeObject[]): Promise<void> {
  await Promise.all(
    objects.map(async object => {
      const plural = plurals[object.kind];
      if (plural === undefined) throw new Error(`no collection is known for ${object.kind}`);
      try {
        await new ResourceClient(transport, resourceOf(plural)).create(object);
      } catch (error) {
        if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
      }
    }),
  );
}
