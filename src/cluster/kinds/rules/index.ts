import { customresourcedefinitions } from '../custom/rules.ts';
import type { Rules } from '../kind.ts';
import { profiles } from '../profile/rules.ts';
import * as policies from './admissionregistration/policies.ts';
import {
  mutatingwebhookconfigurations,
  validatingwebhookconfigurations,
} from './admissionregistration/webhooks.ts';
import { apiservices } from './apiregistration/apiservices.ts';
import { controllerrevisions } from './apps/controllerrevisions.ts';
import { daemonsets } from './apps/daemonsets.ts';
import { deployments } from './apps/deployments.ts';
import { replicasets } from './apps/replicasets.ts';
import { statefulsets } from './apps/statefulsets.ts';
import { horizontalpodautoscalers } from './autoscaling/horizontalpodautoscalers.ts';
import { cronjobs } from './batch/cronjobs.ts';
import { jobs } from './batch/jobs.ts';
import { certificatesigningrequests } from './certificates/certificatesigningrequests.ts';
import { clustertrustbundles } from './certificates/clustertrustbundles.ts';
import { podcertificaterequests } from './certificates/podcertificaterequests.ts';
import { leases } from './coordination/leases.ts';
import { configmaps } from './core/configmaps.ts';
import { endpoints } from './core/endpoints.ts';
import { events } from './core/events.ts';
import { limitranges } from './core/limits.ts';
import { namespaces } from './core/namespaces.ts';
import { nodes } from './core/nodes.ts';
import { persistentvolumeclaims } from './core/persistentvolumeclaims.ts';
import { persistentvolumes } from './core/persistentvolumes.ts';
import { pods } from './core/pods.ts';
import { resourcequotas } from './core/resourcequotas.ts';
import { secrets } from './core/secrets.ts';
import { serviceaccounts } from './core/serviceaccounts.ts';
import { services } from './core/services/rules.ts';
import { podtemplates, replicationcontrollers } from './core/templates.ts';
import { withDeclaredLast } from './declared.ts';
import { endpointslices } from './discovery/endpointslices.ts';
import { flowschemas } from './flowcontrol/flowschemas.ts';
import { prioritylevelconfigurations } from './flowcontrol/prioritylevelconfigurations.ts';
import { ingressclasses } from './networking/ingressclasses.ts';
import { ingresses } from './networking/ingresses.ts';
import { networkpolicies } from './networking/networkpolicies.ts';
import { runtimeclasses } from './node/runtimeclasses.ts';
import { poddisruptionbudgets } from './policy/poddisruptionbudgets.ts';
import { clusterrolebindings, rolebindings } from './rbac/bindings.ts';
import { clusterroles, roles } from './rbac/roles.ts';
import { priorityclasses } from './scheduling/priorityclasses.ts';
import { storageclasses } from './storage/storageclasses.ts';
import { volumeattachments } from './storage/volumeattachments.ts';
import { storageversionmigrations } from './storagemigration/storageversionmigrations.ts';

/** Rules by group and plural name. */
const groups: Readonly<Record<string, Readonly<Record<string, Rules>>>> = {
  '': {
    configmaps,
    endpoints,
    events,
    limitranges,
    namespaces,
    nodes,
    persistentvolumeclaims,
    persistentvolumes,
    pods,
    podtemplates,
    replicationcontrollers,
    resourcequotas,
    secrets,
    serviceaccounts,
    services,
  },
  'admissionregistration.k8s.io': {
    ...policies,
    mutatingwebhookconfigurations,
    validatingwebhookconfigurations,
  },
  'apiextensions.k8s.io': { customresourcedefinitions },
  'apiregistration.k8s.io': { apiservices },
  apps: { controllerrevisions, daemonsets, deployments, replicasets, statefulsets },
  autoscaling: { horizontalpodautoscalers },
  batch: { cronjobs, jobs },
  'certificates.k8s.io': { certificatesigningrequests, clustertrustbundles, podcertificaterequests },
  'coordination.k8s.io': { leases },
  'discovery.k8s.io': { endpointslices },
  'events.k8s.io': { events },
  'flowcontrol.apiserver.k8s.io': { flowschemas, prioritylevelconfigurations },
  'kubeflow.org': { profiles },
  'networking.k8s.io': { ingressclasses, ingresses, networkpolicies },
  'node.k8s.io': { runtimeclasses },
  policy: { poddisruptionbudgets },
  'rbac.authorization.k8s.io': { clusterrolebindings, clusterroles, rolebindings, roles },
  'scheduling.k8s.io': { priorityclasses },
  'storage.k8s.io': { storageclasses, volumeattachments },
  'storagemigration.k8s.io': { storageversionmigrations },
};

const rows: ReadonlyMap<string, Rules> = new Map(
  Object.entries(groups).flatMap(([group, kinds]) =>
    Object.entries(kinds).map(
      ([plural, rules]) => [group === '' ? plural : `${group}/${plural}`, withDeclaredLast(rules)] as const,
    ),
  ),
);

const none: Rules = {};

/** The rules of a built-in kind by its resource (`pods`, `apps/deployments`); no rules where its schema says all. */
export function rulesOf(resource: string): Rules {
  return rows.get(resource) ?? none;
}

export { organizationsIn } from './certificates/requests.ts';
