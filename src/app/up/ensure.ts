import { ResourceClient, type Transport } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../cluster/view/index.ts';

/** Makes an object, or gives the one that is there the same content. */
export async function ensure(transport: Transport, plural: Plural, object: KubeObject): Promise<void> {
  const client = new ResourceClient(transport, resourceOf(plural));
  try {
    await client.create(object);
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    await client.patch(object.metadata.namespace ?? '', object.metadata.name ?? '', 'merge', object);
  }
}
