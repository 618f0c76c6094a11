import type { KubeObject } from '../meta/index.ts';
import { ResourceClient, type Resource, type Transport } from '../client/index.ts';
import { directBindings, directRoles } from './direct.ts';
import { kubeflowRoles } from './kubeflow.ts';
import { unlessThere } from './missing.ts';
import { type FirstBinding, firstBindings, type FirstRole, firstRoles } from './roles.ts';

const group = 'rbac.authorization.k8s.io';
const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces', namespaced: false };
const clusterRoles: Resource = { group, version: 'v1', plural: 'clusterroles', namespaced: false };
const clusterRoleBindings: Resource = {
  group,
  version: 'v1',
  plural: 'clusterrolebindings',
  namespaced: false,
};
const priorityClasses: Resource = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  plural: 'priorityclasses',
  namespaced: false,
};

/** Namespaces that Kubernetes has of its own. */
export const ownNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

/** Objects that a new cluster has; made when they are missing, never changed when they are there. */
export async function bootstrap(transport: Transport, more: readonly string[] = []): Promise<void> {
  const client = (resource: Resource): ResourceClient => new ResourceClient(transport, resource);
  await unlessThere(client(namespaces), [...ownNamespaces, ...more].map(namespaceObject));
  await unlessThere(client(clusterRoles), roleObjects());
  await unlessThere(client(clusterRoleBindings), bindingObjects());
  await unlessThere(client(priorityClasses), priorityObjects());
}

function namespaceObject(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

const marks = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const keeps = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };

function roleObjects(): KubeObject[] {
  return [
    ...firstRoles.map(role => roleObject(role, { ...role.labels, ...marks }, keeps)),
    ...[...kubeflowRoles, ...directRoles].map(role => roleObject(role, role.labels)),
  ];
}

function roleObject(
  { name, rules, from }: FirstRole,
  labels: Readonly<Record<string, string>>,
  annotations?: Readonly<Record<string, string>>,
): KubeObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels, ...(annotations !== undefined && { annotations }) },
    ...(from !== undefined && {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [from]: 'true' } }] },
    }),
    rules: from === undefined ? rules : lentRules(from),
  };
}

/** The rules of the roles that lend theirs, and of those that lend them theirs in turn. */
function lentRules(label: string): readonly unknown[] {
  return [...firstRoles, ...kubeflowRoles]
    .filter(role => role.labels[label] === 'true')
    .flatMap(({ rules, from }) => (from === undefined ? rules : lentRules(from)));
}

function bindingObjects(): KubeObject[] {
  return [
    ...firstBindings.map(one => bindingObject(one, { labels: marks, annotations: keeps })),
    ...directBindings.map(one => bindingObject(one, {})),
  ];
}

function bindingObject({ name, role, groups }: FirstBinding, more: KubeObject['metadata']): KubeObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, ...more },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    subjects: groups.map(one => ({ apiGroup: group, kind: 'Group', name: one })),
  };
}

function priorityObjects(): KubeObject[] {
  const classes = [
    ['system-cluster-critical', 2_000_000_000, 'For pods that the cluster cannot do without.'],
    ['system-node-critical', 2_000_001_000, 'For pods that their node cannot do without.'],
  ] as const;
  return classes.map(([name, value, description]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
  }));
}
