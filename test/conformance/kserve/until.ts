import { Informer, ResourceClient, type Transport } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../../src/cluster/view/index.ts';

/** Milliseconds; far more than anything here takes. */
const patience = 8000;

/** Resolves with what is found among the objects of a kind, as soon as it is there; told by a watch. */
export async function until<Found>(
  transport: Transport,
  plural: Plural,
  wanted: (objects: readonly KubeObject[]) => Found | undefined | false,
): Promise<Found> {
  const informer = new Informer(new ResourceClient(transport, resourceOf(plural)));
  const { promise, resolve, reject } = Promise.withResolvers<Found>();
  const seen = (): KubeObject[] => [...informer.values()];
  const late = setTimeout(() => reject(new Error(`not in time: ${JSON.stringify(seen())}`)), patience);
  const look = (): void => {
    const found = informer.synced ? wanted(seen()) : undefined;
    if (found !== undefined && found !== false) resolve(found);
  };
  informer.on({ onAdd: look, onUpdate: look, onDelete: look });
  await informer.ready();
  look();
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    await informer.stop();
  }
}
