import type { ResourceClient } from '../client/index.ts';
import { isStatusError, type KubeObject } from '../meta/index.ts';

/** Makes an object; one that is there stays as it is. */
export async function unlessThere(client: ResourceClient, object: KubeObject): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
  }
}
