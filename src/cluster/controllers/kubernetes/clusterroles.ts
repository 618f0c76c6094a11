import { Controller } from '../../client/index.ts';
import { isStatusError, type KubeObject, selectorOf, type SelectorObject } from '../../meta/index.ts';
import type { Cluster } from '../../view/index.ts';

export interface ClusterRole extends KubeObject {
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly SelectorObject[] };
  readonly rules?: readonly unknown[] | null;
}

/** The rules that a role collects from others, each once, in the order of the selectors and then of names. Pure. */
export function collectedRules(role: ClusterRole, roles: readonly ClusterRole[]): unknown[] {
  const byName = roles.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules = new Map<string, unknown>();
  for (const wanted of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorOf(wanted);
    for (const other of byName) {
      if (other.metadata.name === role.metadata.name || !selector.matches(other.metadata.labels)) continue;
      for (const rule of other.rules ?? []) rules.set(JSON.stringify(rule), rule);
    }
  }
  return [...rules.values()];
}

/** Keeps the rules of roles that collect those of others (kube-controller-manager's clusterrole-aggregation controller). */
export function clusterRoleController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const roles = cluster.informer<ClusterRole>('clusterroles');
  const controller = new Controller({
    name: 'clusterrole-aggregation',
    onError,
    reconcile: async key => {
      const role = roles.get(key);
      if (role?.aggregationRule === undefined) return;
      const rules = collectedRules(role, [...roles.values()]);
      if (JSON.stringify(rules) === JSON.stringify(role.rules ?? [])) return;
      await written(cluster, role, rules);
    },
  });
  const changed = (): void => {
    for (const role of roles.values()) {
      if (role.aggregationRule !== undefined) controller.queue.add(role.metadata.name ?? '');
    }
  };
  roles.on({ onAdd: changed, onUpdate: changed, onDelete: changed });
  return controller;
}

async function written(cluster: Cluster, role: ClusterRole, rules: readonly unknown[]): Promise<void> {
  try {
    await cluster.client<ClusterRole>('clusterroles').update({ ...role, rules });
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}
