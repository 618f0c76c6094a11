import { ResourceClient, type Transport } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject, sameJson } from '../../cluster/meta/index.ts';
import { mergePatch } from '../../cluster/patch/index.ts';
import { type Plural, resourceOf } from '../../cluster/view/index.ts';

/** Makes an object, or gives the one that is there the same content; one that has it already is only read. */
export async function ensure(transport: Transport, plural: Plural, object: KubeObject): Promise<void> {
  const client = new ResourceClient(transport, resourceOf(plural));
  const { namespace = '', name = '' } = object.metadata;
  const found = await client.get(namespace, name).catch((error: unknown) => {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  });
  if (found === undefined) await client.create(object);
  else if (!sameJson(mergePatch(found, object), found)) await client.patch(namespace, name, 'merge', object);
}
