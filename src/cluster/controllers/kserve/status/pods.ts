import { conditionOf, type Pod, startFaultOf, statusesOf } from '../../../view/index.ts';
import type { FailureInfo } from '../shapes.ts';

/** Why a pod does not start: no node takes it, or a container cannot be made. */
export function waitingOf(pod: Pod): FailureInfo | undefined {
  const location = pod.metadata.name ?? '';
  const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return { location, message: scheduled.message ?? 'Unschedulable', reason: 'RuntimeUnhealthy' };
  }
  const all = [...statusesOf(pod, 'initContainerStatuses'), ...statusesOf(pod, 'containerStatuses')];
  for (const container of all) {
    const fault = startFaultOf(container);
    if (fault === undefined) continue;
    const message = `${container.name}: ${fault.reason}: ${fault.message}`;
    return { location, message, reason: 'RuntimeUnhealthy' };
  }
  return undefined;
}
