import { ResourceClient, type Transport } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject, sameJson } from '../../cluster/meta/index.ts';
import { mergePatch } from '../../cluster/patch/index.ts';
import { type Plural, resourceOf } from '../../cluster/view/index.ts';

/** Makes an object, or gives the one that is there the same content; one that has it already is only read. */
export async function ensure(transport: Transport, plural: Plural, object: KubeObject): Promise<void> {
  const client = new ResourceClient(transport, resourceOf(plural));
  const { namespace = '', name = '' } = object.metadata;
  const found = await client.get(namespace, name).catch(unlessItIs('NotFound'));
  if (found !== undefined && sameJson(mergePatch(found, object), found)) return;
  // Others write at the same time: what was missing may be there by now.
  const made = found ? undefined : await client.create(object).catch(unlessItIs('AlreadyExists'));
  if (made === undefined) await client.patch(namespace, name, 'merge', object);
}

function unlessItIs(reason: string): (error: unknown) => undefined {
  return error => {
    if (!isStatusError(error) || error.reason !== reason) throw error;
  };
}
