import type { Transport } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import type { Plural } from '../../cluster/view/index.ts';
import { ensure } from './ensure.ts';

const name = 'davit-caller';
const namespace = 'istio-system';
const group = 'rbac.authorization.k8s.io';

/**
 * Makes the service account by which whoever runs the cluster calls models through the gateway: a certificate of the cluster, as his
 * kubeconfig has it, is shown to the API alone. Its tokens are good for that, and for an hour at most as `davit predict` asks for them.
 */
export async function ensureCaller(transport: Transport): Promise<void> {
  const metadata = { name };
  const rules = [
    { verbs: ['create'], apiGroups: ['serving.kserve.io'], resources: ['inferenceservices/predict'] },
    { verbs: ['get'], apiGroups: ['serving.kserve.io'], resources: ['inferenceservices'] },
  ];
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
  const rows: readonly [Plural, KubeObject & Readonly<Record<string, unknown>>][] = [
    ['serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }],
    ['clusterroles', { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata, rules }],
    [
      'clusterrolebindings',
      { apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects },
    ],
  ];
  for (const [plural, object] of rows) await ensure(transport, plural, object);
}
