import { Controller } from '../../client/index.ts';
import { directAnnotation, directRole, isStatusError, type KubeObject } from '../../meta/index.ts';
import type { Cluster } from '../../view/index.ts';

/** The binding, and the ClusterRole that it gives. */
const name = directRole;
const rbac = 'rbac.authorization.k8s.io';

/**
 * Lets the pods of a namespace ask who may call in it, as long as a service in it demands that callers are known where no gateway is
 * passed. They ask for this namespace alone.
 */
export function guardedController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const services = cluster.informer('inferenceservices');
  const bindings = cluster.informer('rolebindings');
  services.index('guarded', service => (isGuarded(service) ? [service.metadata.namespace ?? ''] : []));
  const controller = new Controller({
    name: 'direct-access',
    onError,
    reconcile: async namespace => {
      const wanted = services.by('guarded', namespace).length > 0;
      const there = bindings.get(`${namespace}/${name}`) !== undefined;
      const client = cluster.client('rolebindings');
      if (wanted && !there) await unless('AlreadyExists', client.create(bindingIn(namespace)));
      if (!wanted && there) await unless('NotFound', client.delete(namespace, name));
    },
  });
  const touch = ({ metadata }: KubeObject): void => controller.queue.add(metadata.namespace ?? '');
  const change = (old: KubeObject, service: KubeObject): void => {
    if (isGuarded(old) !== isGuarded(service)) touch(service);
  };
  services.on({ onAdd: touch, onUpdate: change, onDelete: touch });
  const own = (binding: KubeObject): void => void (binding.metadata.name === name && touch(binding));
  bindings.on({ onAdd: own, onDelete: own });
  return controller;
}

function isGuarded({ metadata }: KubeObject): boolean {
  return (metadata.annotations?.[directAnnotation] ?? 'open') !== 'open';
}

function bindingIn(namespace: string): KubeObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: `system:serviceaccounts:${namespace}` }],
  };
}

async function unless(reason: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isStatusError(error) || error.reason !== reason) throw error;
  }
}
