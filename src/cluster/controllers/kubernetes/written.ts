import { unlessGone } from '../../client/index.ts';
import { type KubeObject, sameJson } from '../../meta/index.ts';
import type { Cluster } from '../../view/index.ts';

/** Writes the status that an object is to have, where it has another one; an object that is gone needs none. */
export async function writeStatus(
  cluster: Cluster,
  plural: Parameters<Cluster['client']>[0],
  object: KubeObject,
  status: object,
): Promise<void> {
  if (sameJson(object['status'] ?? {}, status)) return;
  await unlessGone(() => cluster.client(plural).update({ ...object, status }, 'status'));
}
