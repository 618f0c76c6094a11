import type { RoleSource } from '../../../cluster/access/index.ts';
import type { Cluster } from '../../../cluster/view/index.ts';

const byNamespace = 'namespace';

/** Roles and bindings as a cluster's informers have them; to be made before they are started. */
export function rolesIn(cluster: Cluster): RoleSource {
  const clusterRoles = cluster.informer('clusterroles');
  const roles = cluster.informer('roles');
  const clusterBindings = cluster.informer('clusterrolebindings');
  const bindings = cluster.informer('rolebindings');
  bindings.index(byNamespace, ({ metadata }) => [metadata.namespace ?? '']);
  return {
    role: (namespace, name) =>
      namespace === '' ? clusterRoles.get(name) : roles.get(`${namespace}/${name}`),
    bindings: namespace =>
      namespace === '' ? clusterBindings.values() : bindings.by(byNamespace, namespace),
  };
}
