import { keyOf, splitKey } from '../../../client/index.ts';
import { isStatusError, type KubeObject, sameJson } from '../../../meta/index.ts';
import type { Cluster } from '../../../view/index.ts';
import { type Service, type Slice, subsetsOf } from './slices.ts';
import { withTrigger } from './triggers.ts';
import { written } from './writing.ts';

const managedBy = 'endpoints.kubernetes.io/managed-by';
const manager = 'endpoint-controller';

function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.[managedBy] === manager;
}

/** Tells of Endpoints of ours that somebody removes, and of those whose Service is gone. */
export function watchEndpoints(cluster: Cluster, add: (key: string) => void): void {
  const services = cluster.informer('services');
  cluster.informer('endpoints').on({
    onAdd: object => {
      if (isOurs(object) && services.get(keyOf(object)) === undefined) add(keyOf(object));
    },
    onDelete: object => {
      if (isOurs(object)) add(keyOf(object));
    },
  });
}

/** Endpoints of ours go with the Service of their name. */
export async function removeEndpoints(cluster: Cluster, key: string): Promise<void> {
  const old = cluster.informer('endpoints').get(key);
  if (old === undefined || !isOurs(old)) return;
  const { namespace, name } = splitKey(key);
  const { uid } = old.metadata;
  try {
    await cluster.client('endpoints').delete(namespace, name, { uid });
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}

/** @throws StatusError; `Conflict` when the cache is behind. */
export async function writeEndpoints(
  cluster: Cluster,
  service: Service,
  slices: readonly Slice[],
  trigger: string | undefined,
): Promise<void> {
  const { name = '', namespace = '', labels = {} } = service.metadata;
  const client = cluster.client('endpoints');
  const old = cluster.informer('endpoints').get(`${namespace}/${name}`);
  const subsets = subsetsOf(slices);
  if (old === undefined) {
    const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
    const endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace, labels: { ...labels, ...headless, [managedBy]: manager } },
      ...(subsets.length > 0 && { subsets }),
    };
    await written(() => client.create(withTrigger(endpoints, trigger)));
  } else if (!sameJson(old['subsets'] ?? [], subsets)) {
    const { subsets: _, ...rest } = old;
    const next = { ...rest, ...(subsets.length > 0 && { subsets }) } as KubeObject;
    await written(() => client.update(withTrigger(next, trigger)));
  }
}
