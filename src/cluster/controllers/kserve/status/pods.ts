import {
  conditionOf,
  type ContainerStatus,
  isReady,
  type Pod,
  startFaultOf,
  statusesOf,
} from '../../../view/index.ts';
import type { FailureInfo } from '../shapes.ts';

/** Reason of a failure that is a pod's that does not start, or not soon. */
export const unstarted = 'RuntimeUnhealthy';

/** Why a pod does not start: no node takes it, or a container cannot be made. */
export function waitingOf(pod: Pod): FailureInfo | undefined {
  const location = pod.metadata.name ?? '';
  const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return { location, message: scheduled.message ?? 'Unschedulable', reason: unstarted };
  }
  const all = [...statusesOf(pod, 'initContainerStatuses'), ...statusesOf(pod, 'containerStatuses')];
  for (const container of all) {
    const fault = startFaultOf(container);
    if (fault === undefined) continue;
    const message = `${container.name}: ${fault.reason}: ${fault.message}`;
    return { location, message, reason: unstarted };
  }
  return undefined;
}

/** Milliseconds that a container may run without its pod getting ready before that is told. */
const patience = 20_000;

/**
 * A container that has run for long and for which its pod still waits: a model that does not come, or a server that does not get ready.
 * It may come yet, so no condition says that it failed. Pure.
 */
export function stalledOf(pod: Pod, now: number): FailureInfo | undefined {
  const container = awaited(pod);
  if (container === undefined || !(now - startOf(container) >= patience)) return undefined;
  const location = pod.metadata.name ?? '';
  const { name } = container;
  const isFetching = statusesOf(pod, 'initContainerStatuses').includes(container);
  const what = isFetching ? 'still runs' : 'is still not ready';
  const message = `${name}: ${what} ${patience / 1000} s after its start; kubectl logs ${location} -c ${name} may say why`;
  return { location, message, reason: unstarted };
}

/** Milliseconds until the first of these pods is to be told of; undefined where that is past, or none waits. Pure. */
export function nextStall(pods: readonly Pod[], now: number): number | undefined {
  const left = pods.flatMap(pod => {
    const container = awaited(pod);
    const until = container === undefined ? 0 : startOf(container) + patience - now;
    return until > 0 ? [until] : [];
  });
  return left.length === 0 ? undefined : Math.min(...left);
}

function awaited(pod: Pod): ContainerStatus | undefined {
  if (isReady(pod)) return undefined;
  const runs = ({ state }: ContainerStatus): boolean => state?.running !== undefined;
  // Those that run beside the others for good are not waited for.
  const beside = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set(beside.map(({ name }) => name));
  return (
    statusesOf(pod, 'initContainerStatuses').find(one => runs(one) && !names.has(one.name)) ??
    statusesOf(pod, 'containerStatuses').find(one => runs(one) && one.ready === false)
  );
}

function startOf({ state }: ContainerStatus): number {
  const { startedAt = '' } = (state?.running ?? {}) as { readonly startedAt?: string };
  return Date.parse(startedAt);
}
