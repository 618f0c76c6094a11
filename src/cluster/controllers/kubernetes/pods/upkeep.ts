import type { Expectations } from '../../../client/index.ts';
import { isEnding, isStatusError, type KubeObject } from '../../../meta/index.ts';
import type { Cluster, Pod } from '../../../view/index.ts';

/** Who keeps pods, and what its caches have not shown yet. */
export interface Keeper {
  readonly cluster: Cluster;
  readonly expectations: Expectations;
  /** Of the owner, in its queue. */
  readonly key: string;
  readonly owner: KubeObject;
}

/**
 * Makes pods one after the other and tells of each; in a namespace that ends no more are.
 * @param past Whether those after one that fails are made all the same.
 * @returns the first error, if there is one.
 */
export async function makePods(
  { cluster, expectations, key, owner }: Keeper,
  pods: readonly KubeObject[],
  past = false,
): Promise<unknown> {
  expectations.expectCreations(key, pods.length);
  let failure: unknown;
  for (const [made, pod] of pods.entries()) {
    try {
      const { metadata } = await cluster.client('pods').create(pod);
      void cluster.events.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`);
    } catch (error) {
      expectations.sawCreation(key);
      const ending = isEnding(error);
      if (!ending) {
        void cluster.events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
        failure ??= error;
      }
      if (past && !ending) continue;
      for (let left = made + 1; left < pods.length; left++) expectations.sawCreation(key);
      break;
    }
  }
  return failure;
}

/**
 * Removes pods and tells of each.
 * @param before Called with each before it goes.
 * @returns the last error, if there is one.
 */
export async function removePods(
  { cluster, expectations, key, owner }: Keeper,
  pods: readonly Pod[],
  before: (pod: Pod) => void = () => {},
): Promise<unknown> {
  expectations.expectDeletions(
    key,
    pods.map(({ metadata }) => metadata.uid ?? ''),
  );
  let failure: unknown;
  for (const pod of pods) {
    const { namespace = '', name = '', uid = '' } = pod.metadata;
    before(pod);
    try {
      await cluster.client('pods').delete(namespace, name, { uid });
      void cluster.events.record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      expectations.sawDeletion(key, uid);
      if (isStatusError(error) && error.reason === 'NotFound') continue;
      void cluster.events.record(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
      failure = error;
    }
  }
  return failure;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
