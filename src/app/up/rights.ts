import type { PolicyRule } from '../../cluster/access/index.ts';
import type { Transport } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { ensure } from './ensure.ts';
import { keeperPaths, prefix } from './identity/wire.ts';

/** The user that a process beside the API is to it. */
export function partUser(part: string): string {
  return `system:davit:${part}`;
}

const looking = ['get', 'list', 'watch'];
const events: PolicyRule = { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] };

/** What runs the pods and services of this machine uses of the API. */
const host: readonly PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'pods',
      'nodes',
      'services',
      'configmaps',
      'secrets',
      'persistentvolumes',
      'persistentvolumeclaims',
    ],
    verbs: looking,
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: looking },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: [...looking, 'create'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['pods/status', 'nodes/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['create'] },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  events,
];

/** What leads requests to services uses of the API, everywhere. */
const gateway: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['services'], verbs: looking },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: looking },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: looking },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['patch'] },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes', 'referencegrants'], verbs: looking },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes/status'], verbs: ['patch'] },
  { apiGroups: ['networking.istio.io'], resources: ['virtualservices'], verbs: looking },
  { apiGroups: ['networking.internal.knative.dev'], resources: ['ingresses'], verbs: looking },
  { apiGroups: ['serving.kserve.io'], resources: ['inferenceservices'], verbs: looking },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
    verbs: looking,
  },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['create'] },
  events,
  ...Object.values(keeperPaths).map(path => ({
    nonResourceURLs: [`${prefix}${path}`],
    verbs: ['get', 'post'],
  })),
];

/** And in the namespace of its own objects. */
const gatewayHome: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: [...looking, 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['services'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['pods/status', 'services/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create'] },
];

/** And where KServe says in which domains it gives hosts. */
const gatewayDomains: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['configmaps'], verbs: looking },
];

/** Where nodes tell that they are there. */
const hostLeases: readonly PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch'] },
];

/** What everybody who is known may ask about himself. */
const everybody: readonly PolicyRule[] = [
  {
    nonResourceURLs: [`${prefix}tokens`, `${prefix}tokens/*`, `${prefix}issuer`],
    verbs: ['get', 'post', 'delete'],
  },
];

interface Right {
  readonly name: string;
  /** Empty: of the whole cluster. */
  readonly namespace: string;
  readonly rules: readonly PolicyRule[];
  readonly subject: { readonly kind: 'User' | 'Group'; readonly name: string };
}

const user = (part: string): Right['subject'] => ({ kind: 'User', name: partUser(part) });

const rights: readonly Right[] = [
  { name: partUser('host'), namespace: '', rules: host, subject: user('host') },
  { name: partUser('host'), namespace: 'kube-node-lease', rules: hostLeases, subject: user('host') },
  { name: partUser('gateway'), namespace: '', rules: gateway, subject: user('gateway') },
  { name: partUser('gateway'), namespace: 'istio-system', rules: gatewayHome, subject: user('gateway') },
  { name: partUser('gateway'), namespace: 'kserve', rules: gatewayDomains, subject: user('gateway') },
  {
    name: 'system:davit:everybody',
    namespace: '',
    rules: everybody,
    subject: { kind: 'Group', name: 'system:authenticated' },
  },
];

/** Gives the processes beside the API what they use of it, and no more. */
export async function grantRights(transport: Transport): Promise<void> {
  await Promise.all(
    rights.flatMap(right => {
      const inNamespace = right.namespace !== '';
      return [
        ensure(transport, inNamespace ? 'roles' : 'clusterroles', roleOf(right)),
        ensure(transport, inNamespace ? 'rolebindings' : 'clusterrolebindings', bindingOf(right)),
      ];
    }),
  );
}

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;

function roleOf({ name, namespace, rules }: Right): KubeObject {
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  return { apiVersion, kind, metadata: metadataOf(name, namespace), rules };
}

function bindingOf({ name, namespace, subject }: Right): KubeObject {
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  return {
    apiVersion,
    kind: `${kind}Binding`,
    metadata: metadataOf(name, namespace),
    roleRef: { apiGroup: group, kind, name },
    subjects: [{ apiGroup: group, ...subject }],
  };
}

function metadataOf(name: string, namespace: string): KubeObject['metadata'] {
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
  return { name, labels, ...(namespace !== '' && { namespace }) };
}
