import type { KubeObject } from '../../../cluster/meta/index.ts';
import { sinceText } from '../durations.ts';
import { describeContainers, describeResources, describeSeccomp } from './containers.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import { describeSpread, describeTolerations } from './podtemplate.ts';
import type { Condition, ContainerStatus, PodSpec, Shaped } from './shapes.ts';
import { describeVolumes } from './volumes.ts';
import { controllerOf, timeText } from './words.ts';
import type { Description } from './writer.ts';

interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly startTime?: string;
  readonly hostIP?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly qosClass?: string;
  readonly nominatedNodeName?: string;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
}

type Pod = Shaped<PodSpec, PodStatus>;

export function describePod(out: Description, object: KubeObject, { now }: { readonly now: number }): void {
  const pod = object as Pod;
  describePlace(out, pod);
  describeLabels(out, 'Labels', pod.metadata.labels);
  describeAnnotations(out, 'Annotations', pod.metadata.annotations);
  describePhase(out, pod, now);
  describeAddresses(out, pod);
  if (pod.spec.resources !== undefined) {
    out.line(0, 'Resources:');
    describeResources(out, 1, pod.spec.resources);
  }
  describeAllContainers(out, pod);
  describeConditions(out, pod);
  describeVolumes(out, pod.spec.volumes);
  out.line(0, 'QoS Class:', pod.status?.qosClass ?? '');
  describeLabels(out, 'Node-Selectors', pod.spec.nodeSelector);
  describeTolerations(out, 'Tolerations', pod.spec.tolerations);
  describeSpread(out, pod.spec.topologySpreadConstraints);
}

function describePlace(out: Description, { metadata, spec, status }: Pod): void {
  const { priority, priorityClassName = '', runtimeClassName = '', serviceAccountName = '' } = spec;
  const { nodeName = '' } = spec;
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  if (priority !== undefined) out.line(0, 'Priority:', `${priority}`);
  if (priorityClassName !== '') out.line(0, 'Priority Class Name:', priorityClassName);
  if (runtimeClassName !== '') out.line(0, 'Runtime Class Name:', runtimeClassName);
  if (serviceAccountName !== '') out.line(0, 'Service Account:', serviceAccountName);
  out.line(0, 'Node:', nodeName === '' ? '<none>' : `${nodeName}/${status?.hostIP ?? ''}`);
  if (status?.startTime !== undefined) out.line(0, 'Start Time:', timeText(status.startTime));
}

function describePhase(out: Description, { metadata, spec, status = {} }: Pod, now: number): void {
  const { deletionTimestamp: ending, deletionGracePeriodSeconds = 0 } = metadata;
  const { phase = '', reason = '', message = '' } = status;
  if (ending !== undefined && phase !== 'Failed' && phase !== 'Succeeded') {
    out.line(0, 'Status:', `Terminating (lasts ${sinceText(ending, now)})`);
    out.line(0, 'Termination Grace Period:', `${deletionGracePeriodSeconds}s`);
  } else out.line(0, 'Status:', phase);
  if (reason !== '') out.line(0, 'Reason:', reason);
  if (message !== '') out.line(0, 'Message:', message);
  describeSeccomp(out, 0, spec.securityContext);
}

function describeAddresses(out: Description, pod: Pod): void {
  const { podIP = '', podIPs = [], nominatedNodeName = '' } = pod.status ?? {};
  out.line(0, 'IP:', podIP);
  out.line(0, 'IPs:', ...(podIPs.length === 0 ? ['<none>'] : []));
  for (const { ip } of podIPs) out.line(1, 'IP:', ip);
  const controller = controllerOf(pod);
  if (controller !== undefined) out.line(0, 'Controlled By:', controller);
  if (nominatedNodeName !== '') out.line(0, 'NominatedNodeName:', nominatedNodeName);
}

function describeAllContainers(out: Description, { metadata, spec, status = {} }: Pod): void {
  // Of the fields that variables may refer to, kubectl knows the values of these.
  const values = { 'metadata.name': metadata.name ?? '', 'metadata.namespace': metadata.namespace ?? '' };
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  if (initContainers.length > 0) {
    const running = { statuses: status.initContainerStatuses, values };
    describeContainers(out, 'Init Containers', initContainers, running);
  }
  describeContainers(out, 'Containers', containers, { statuses: status.containerStatuses, values });
  if (ephemeralContainers.length > 0) {
    const running = { statuses: status.ephemeralContainerStatuses, values };
    describeContainers(out, 'Ephemeral Containers', ephemeralContainers, running);
  }
}

function describeConditions(out: Description, { spec, status = {} }: Pod): void {
  const { conditions = [] } = status;
  const { readinessGates = [] } = spec;
  if (readinessGates.length > 0) out.write(0, 'Readiness Gates:\n  Type\tStatus\n');
  for (const { conditionType } of readinessGates) {
    const found = conditions.find(one => one.type === conditionType)?.status ?? '<none>';
    out.line(1, `${conditionType} `, `${found} `);
  }
  if (conditions.length > 0) out.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const one of conditions) out.line(1, `${one.type} `, `${one.status} `);
}
