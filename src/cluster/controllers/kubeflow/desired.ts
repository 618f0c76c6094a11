import type { KubeObject } from '../../meta/index.ts';
import type { Profile, RoleBinding, Subject } from './shapes.ts';

const rbac = 'rbac.authorization.k8s.io';
/** Who owns a namespace stands in an annotation of it; a namespace with another owner is not taken over. */
export const ownerAnnotation = 'owner';
export const quotaName = 'kf-resource-quota';

/** Labels that a namespace of a profile gets where it has none of that name. */
const usualLabels = {
  'app.kubernetes.io/part-of': 'kubeflow-profile',
  'katib.kubeflow.org/metrics-collector-injection': 'enabled',
  'pipelines.kubeflow.org/enabled': 'true',
  'serving.kubeflow.org/inferenceservice': 'enabled',
};
/** Labels that it gets whatever it has. */
const fixedLabels = { 'istio-injection': 'enabled' };

type Labels = Readonly<Record<string, string>>;

/** The labels of a profile's namespace that has these. */
export function namespaceLabels(existing: Labels = {}): Labels {
  return { ...usualLabels, ...existing, ...fixedLabels };
}

/** The namespace of a profile. Pure. */
export function namespaceOf(profile: Profile): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: profile.metadata.name ?? '',
      annotations: { [ownerAnnotation]: profile.spec?.owner?.name ?? '' },
      labels: namespaceLabels(),
      ownerReferences: ownedBy(profile),
    },
  };
}

/** The service accounts of a profile's namespace, with the roles that they have in it. */
const accounts = [
  { name: 'default-editor', role: 'kubeflow-edit' },
  { name: 'default-viewer', role: 'kubeflow-view' },
] as const;

export function accountsOf(profile: Profile): KubeObject[] {
  return accounts.map(({ name }) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(profile, name),
  }));
}

/** Who may do what in a profile's namespace: its owner, and its service accounts. Contributors have bindings of their own. Pure. */
export function bindingsOf(profile: Profile): RoleBinding[] {
  const namespace = profile.metadata.name ?? '';
  const owner = profile.spec?.owner;
  const own: RoleBinding[] = accounts.map(({ name, role }) =>
    binding(metadataOf(profile, name), role, { kind: 'ServiceAccount', name, namespace }),
  );
  if (owner === undefined) return own;
  const annotations = { user: owner.name, role: 'admin' };
  const metadata = { ...metadataOf(profile, 'namespaceAdmin'), annotations };
  return [binding(metadata, 'kubeflow-admin', subjectOf(owner)), ...own];
}

/** As the API writes it: a service account is of no group. */
function subjectOf({ kind, name, namespace, apiGroup }: Subject): Subject {
  if (kind === 'ServiceAccount') return { kind, name, ...(namespace !== undefined && { namespace }) };
  return { apiGroup: apiGroup ?? rbac, kind, name };
}

function binding(metadata: KubeObject['metadata'], role: string, subject: Subject): RoleBinding {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

/** The quota of a profile's namespace; undefined when nothing is limited. */
export function quotaOf(profile: Profile): KubeObject | undefined {
  const spec = profile.spec?.resourceQuotaSpec;
  if (Object.keys(spec?.hard ?? {}).length === 0) return undefined;
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: metadataOf(profile, quotaName), spec };
}

function metadataOf(profile: Profile, name: string): KubeObject['metadata'] {
  return { name, namespace: profile.metadata.name ?? '', ownerReferences: ownedBy(profile) };
}

function ownedBy({ metadata }: Profile): NonNullable<KubeObject['metadata']['ownerReferences']> {
  const { name = '', uid = '' } = metadata;
  const reference = { apiVersion: 'kubeflow.org/v1', kind: 'Profile', name, uid };
  return [{ ...reference, controller: true, blockOwnerDeletion: true }];
}
