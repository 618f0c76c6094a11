import type { Column } from '../kind.ts';
import { bindings } from './access.ts';
import * as apps from './apps.ts';
import * as autoscaling from './autoscaling.ts';
import * as batch from './batch.ts';
import * as certificates from './certificates.ts';
import { plain } from './cells.ts';
import * as core from './core.ts';
import { customresourcedefinitions } from './definitions.ts';
import { events } from './events.ts';
import * as flowcontrol from './flowcontrol.ts';
import * as networking from './networking.ts';
import { nodes } from './nodes.ts';
import * as others from './others.ts';
import { pods } from './pods.ts';
import { services } from './services.ts';
import * as storage from './storage.ts';

const registration = 'admissionregistration.k8s.io';
const rbac = 'rbac.authorization.k8s.io';

/** Columns by resource, as `Kind.resource` names it. */
const rows: ReadonlyMap<string, readonly Column[]> = new Map(
  Object.entries({
    ...core,
    events,
    nodes,
    pods,
    services,
    'events.k8s.io/events': events,
    'apps/controllerrevisions': apps.controllerrevisions,
    'apps/daemonsets': apps.daemonsets,
    'apps/deployments': apps.deployments,
    'apps/replicasets': apps.replicasets,
    'apps/statefulsets': apps.statefulsets,
    'autoscaling/horizontalpodautoscalers': autoscaling.horizontalpodautoscalers,
    'apiextensions.k8s.io/customresourcedefinitions': customresourcedefinitions,
    'batch/cronjobs': batch.cronjobs,
    'batch/jobs': batch.jobs,
    'coordination.k8s.io/leases': others.leases,
    'discovery.k8s.io/endpointslices': networking.endpointslices,
    'networking.k8s.io/ingressclasses': networking.ingressclasses,
    'networking.k8s.io/ingresses': networking.ingresses,
    'networking.k8s.io/networkpolicies': networking.networkpolicies,
    'policy/poddisruptionbudgets': others.poddisruptionbudgets,
    [`${rbac}/clusterrolebindings`]: bindings,
    [`${rbac}/rolebindings`]: bindings,
    'scheduling.k8s.io/priorityclasses': others.priorityclasses,
    'certificates.k8s.io/certificatesigningrequests': certificates.certificatesigningrequests,
    'certificates.k8s.io/clustertrustbundles': certificates.clustertrustbundles,
    'certificates.k8s.io/podcertificaterequests': certificates.podcertificaterequests,
    'networking.k8s.io/ipaddresses': networking.ipaddresses,
    'networking.k8s.io/servicecidrs': networking.servicecidrs,
    'node.k8s.io/runtimeclasses': others.runtimeclasses,
    'flowcontrol.apiserver.k8s.io/flowschemas': flowcontrol.flowschemas,
    'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': flowcontrol.prioritylevelconfigurations,
    'apiregistration.k8s.io/apiservices': others.apiservices,
    'storagemigration.k8s.io/storageversionmigrations': others.storageversionmigrations,
    'storage.k8s.io/csidrivers': storage.csidrivers,
    'storage.k8s.io/csinodes': storage.csinodes,
    'storage.k8s.io/storageclasses': storage.storageclasses,
    'storage.k8s.io/volumeattachments': storage.volumeattachments,
    'storage.k8s.io/volumeattributesclasses': storage.volumeattributesclasses,
    [`${registration}/mutatingadmissionpolicies`]: others.mutatingadmissionpolicies,
    [`${registration}/mutatingadmissionpolicybindings`]: others.mutatingadmissionpolicybindings,
    [`${registration}/mutatingwebhookconfigurations`]: others.mutatingwebhookconfigurations,
    [`${registration}/validatingadmissionpolicies`]: others.validatingadmissionpolicies,
    [`${registration}/validatingadmissionpolicybindings`]: others.validatingadmissionpolicybindings,
    [`${registration}/validatingwebhookconfigurations`]: others.validatingwebhookconfigurations,
  }),
);

/** The printed columns of a built-in kind by its resource (`pods`, `apps/deployments`); name and time of creation for the rest. */
export function columnsOf(resource: string): readonly Column[] {
  return rows.get(resource) ?? plain;
}
