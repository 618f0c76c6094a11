import { conditionOf, type Pod } from '../../../view/index.ts';
import type { FailureInfo } from '../shapes.ts';

interface Ended {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly finishedAt?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly state?: {
    readonly running?: unknown;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Ended;
  };
  readonly lastState?: { readonly terminated?: Ended };
}

export function statusesOf(
  { status }: Pod,
  which: 'initContainerStatuses' | 'containerStatuses',
): readonly ContainerStatus[] {
  return (
    (status as Readonly<Record<string, readonly ContainerStatus[] | undefined>> | undefined)?.[which] ?? []
  );
}

/** Youngest first; those of one second by name. */
export function newestFirst(pods: readonly Pod[]): Pod[] {
  const born = (pod: Pod): string => pod.metadata.creationTimestamp ?? '';
  const name = (pod: Pod): string => pod.metadata.name ?? '';
  return pods.toSorted((a, b) => {
    if (born(a) !== born(b)) return born(a) > born(b) ? -1 : 1;
    return name(a) < name(b) ? -1 : 1;
  });
}

/** How a container ended that failed, now or the last time. */
export function failureOf(container: ContainerStatus | undefined): Ended | undefined {
  const { terminated, waiting } = container?.state ?? {};
  if (terminated?.reason === 'Error') return terminated;
  return waiting?.reason === 'CrashLoopBackOff' ? container?.lastState?.terminated : undefined;
}

const startFaults: readonly string[] = [
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** Why a pod does not start: no node takes it, or a container cannot be made. */
export function waitingOf(pod: Pod): FailureInfo | undefined {
  const location = pod.metadata.name ?? '';
  const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return { location, message: scheduled.message ?? 'Unschedulable', reason: 'RuntimeUnhealthy' };
  }
  const all = [...statusesOf(pod, 'initContainerStatuses'), ...statusesOf(pod, 'containerStatuses')];
  const stuck = all.find(one => startFaults.includes(one.state?.waiting?.reason ?? ''));
  if (stuck === undefined) return undefined;
  const { reason = '', message = '' } = stuck.state?.waiting ?? {};
  return { location, message: `${stuck.name}: ${reason}: ${message}`, reason: 'RuntimeUnhealthy' };
}
