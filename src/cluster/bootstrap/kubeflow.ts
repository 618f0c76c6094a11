import type { PolicyRule } from '../access/index.ts';
import { firstRoles, type FirstRole } from './roles.ts';

const read = ['get', 'list', 'watch'] as const;
const change = ['create', 'delete', 'deletecollection', 'patch', 'update'] as const;
const serving = 'serving.kserve.io';
const services = [
  'inferencegraphs',
  'inferenceservices',
  'llminferenceservices',
  'servingruntimes',
  'trainedmodels',
];
const knative = 'serving.knative.dev';
const parts = ['services', 'routes', 'configurations', 'revisions'].flatMap(one => [one, `${one}/status`]);

/** Whose rules a role of Kubeflow collects. */
function kubeflow(role: string): string {
  return `rbac.authorization.kubeflow.org/aggregate-to-${role}`;
}

function kubernetes(role: string): string {
  return `rbac.authorization.k8s.io/aggregate-to-${role}`;
}

/** To call a model is a right of its own: `create` on `inferenceservices/predict`. Who may look may call, as in Kubeflow. */
const predicting: PolicyRule = {
  verbs: ['create'],
  apiGroups: [serving],
  resources: ['inferenceservices/predict'],
};

const servingView: readonly PolicyRule[] = [
  { verbs: read, apiGroups: [serving], resources: services },
  { verbs: read, apiGroups: [knative], resources: parts },
  predicting,
];

const servingEdit: readonly PolicyRule[] = [
  { verbs: [...read, ...change], apiGroups: [serving], resources: services },
  { verbs: [...read, ...change], apiGroups: [knative], resources: parts },
  predicting,
];

/** The rules that Kubernetes' role of that name is made of. */
function likeKubernetes(name: string): readonly PolicyRule[] {
  return firstRoles.find(role => role.name === `system:aggregate-to-${name}`)?.rules ?? [];
}

/**
 * Kubeflow's roles of people in their namespaces, with KServe's part in them: `kubeflow-admin`, `kubeflow-edit` and `kubeflow-view`
 * collect what carries their label. KServe's part is Kubernetes' `edit` and `view` too.
 */
export const kubeflowRoles: readonly FirstRole[] = [
  { name: 'kubeflow-admin', labels: {}, rules: [], from: kubeflow('kubeflow-admin') },
  {
    name: 'kubeflow-edit',
    labels: { [kubeflow('kubeflow-admin')]: 'true' },
    rules: [],
    from: kubeflow('kubeflow-edit'),
  },
  {
    name: 'kubeflow-view',
    labels: { [kubeflow('kubeflow-edit')]: 'true' },
    rules: [],
    from: kubeflow('kubeflow-view'),
  },
  ...['admin', 'edit', 'view'].map(name => ({
    name: `kubeflow-kubernetes-${name}`,
    labels: { [kubeflow(`kubeflow-${name}`)]: 'true' },
    rules: likeKubernetes(name),
  })),
  {
    name: 'kubeflow-kserve-admin',
    labels: { [kubeflow('kubeflow-admin')]: 'true' },
    rules: [],
    from: kubeflow('kubeflow-kserve-admin'),
  },
  {
    name: 'kubeflow-kserve-edit',
    labels: {
      [kubeflow('kubeflow-edit')]: 'true',
      [kubeflow('kubeflow-kserve-admin')]: 'true',
      [kubernetes('edit')]: 'true',
    },
    rules: servingEdit,
  },
  {
    name: 'kubeflow-kserve-view',
    labels: { [kubeflow('kubeflow-view')]: 'true', [kubernetes('view')]: 'true' },
    rules: servingView,
  },
];
