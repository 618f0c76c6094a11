import type { ResourceClient } from '../client/index.ts';
import { isStatusError, type KubeObject } from '../meta/index.ts';

/**
 * Makes those objects of a collection that are missing; the ones that are there stay as they are. What is there is listed first,
 * because all of it is, at every start but the first.
 */
export async function unlessThere(client: ResourceClient, objects: readonly KubeObject[]): Promise<void> {
  const places = Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? '');
  for (const [namespace, wanted] of places) {
    const { items } = await client.list({ namespace });
    const there = new Set(items.map(({ metadata }) => metadata.name));
    const missing = wanted.filter(({ metadata }) => !there.has(metadata.name));
    await Promise.all(missing.map(object => made(client, object)));
  }
}

async function made(client: ResourceClient, object: KubeObject): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
  }
}
