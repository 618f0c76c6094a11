import type { GenerationRule, Kind, NameRule } from '../kind.ts';
import { customResets, resetsOf } from './resets.ts';

/** What Kubernetes' registries decide for a kind beside its rules (the `strategy.go` and `storage.go` of each resource). */
export type Traits = Pick<
  Kind,
  | 'names'
  | 'generation'
  | 'deleteAnswer'
  | 'unconditionalUpdate'
  | 'createOnUpdate'
  | 'resets'
  | 'urgent'
  | 'deprecated'
>;

/** Resources by `<group>/<plural>`, those of the core by their plural. */
type Resources = ReadonlySet<string>;

function of(group: string, ...plurals: readonly string[]): string[] {
  return plurals.map(plural => (group === '' ? plural : `${group}/${plural}`));
}

const webhooksAndPolicies = of(
  'admissionregistration.k8s.io',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'validatingwebhookconfigurations',
);

const rbac = of('rbac.authorization.k8s.io', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings');

const withGeneration: Resources = new Set([
  ...of('', 'pods', 'podtemplates', 'replicationcontrollers'),
  ...of('apps', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'),
  ...of('batch', 'cronjobs', 'jobs'),
  ...of('autoscaling', 'horizontalpodautoscalers'),
  ...of('networking.k8s.io', 'ingresses', 'ingressclasses', 'networkpolicies'),
  ...of('policy', 'poddisruptionbudgets'),
  ...webhooksAndPolicies,
  ...of('apiextensions.k8s.io', 'customresourcedefinitions'),
  ...of('scheduling.k8s.io', 'priorityclasses'),
  ...of('discovery.k8s.io', 'endpointslices'),
  ...of('flowcontrol.apiserver.k8s.io', 'flowschemas', 'prioritylevelconfigurations'),
]);

const answersWithObject: Resources = new Set([
  ...of('', 'namespaces', 'pods', 'podtemplates', 'services', 'serviceaccounts', 'resourcequotas'),
  ...of('', 'persistentvolumes', 'persistentvolumeclaims'),
  ...of('storage.k8s.io', 'csidrivers', 'csinodes', 'storageclasses'),
  ...of('storage.k8s.io', 'volumeattachments', 'volumeattributesclasses'),
]);

const needsVersionToUpdate: Resources = new Set([
  ...of('certificates.k8s.io', 'clustertrustbundles', 'podcertificaterequests'),
  ...of('policy', 'poddisruptionbudgets'),
  ...of('storage.k8s.io', 'csidrivers', 'csinodes', 'csistoragecapacities', 'volumeattachments'),
  ...webhooksAndPolicies,
  ...of('apiextensions.k8s.io', 'customresourcedefinitions'),
  ...of('coordination.k8s.io', 'leases'),
  ...of('storagemigration.k8s.io', 'storageversionmigrations'),
]);

const createdByUpdate: Resources = new Set([
  ...of('', 'endpoints', 'events', 'limitranges', 'services'),
  ...of('events.k8s.io', 'events'),
  ...of('coordination.k8s.io', 'leases'),
  ...rbac,
]);

const urgent: Resources = new Set(of('coordination.k8s.io', 'leases'));

const nameRules: ReadonlyMap<string, NameRule> = new Map<string, NameRule>([
  ['namespaces', 'label'],
  ['services', 'label'],
  ['apps/statefulsets', 'label'],
  ['events', 'path'],
  ['networking.k8s.io/ipaddresses', 'path'],
  ['certificates.k8s.io/certificatesigningrequests', 'path'],
  ['certificates.k8s.io/clustertrustbundles', 'path'],
  ...rbac.map((resource): [string, NameRule] => [resource, 'path']),
]);

/** What is said to whoever still uses a kind. */
const deprecations: Readonly<Record<string, string>> = {
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

/** The traits of a built-in kind: by `<group>/<plural>`, of the core by the plural. */
export function traitsOf(resource: string, storable: boolean): Traits {
  return {
    names: storable ? (nameRules.get(resource) ?? 'subdomain') : 'any',
    generation: generationOf(resource),
    deleteAnswer: answersWithObject.has(resource) ? 'object' : 'status',
    unconditionalUpdate: !needsVersionToUpdate.has(resource),
    createOnUpdate: createdByUpdate.has(resource),
    resets: resetsOf(resource),
    ...(urgent.has(resource) && { urgent: true }),
    ...(deprecations[resource] !== undefined && { deprecated: deprecations[resource] }),
  };
}

function generationOf(resource: string): GenerationRule {
  return withGeneration.has(resource) ? 'spec' : 'none';
}

/** Those of every custom kind. */
export const customTraits: Traits = {
  names: 'subdomain',
  generation: 'spec',
  deleteAnswer: 'status',
  unconditionalUpdate: false,
  createOnUpdate: false,
  resets: customResets,
};
