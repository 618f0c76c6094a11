import type { Pod } from './objects.ts';

/** How a container ended. */
export interface Ended {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly finishedAt?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
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

/** How a container ended that failed: just now, or the last time where it waits to be started again. */
export function failureOf(container: ContainerStatus | undefined): Ended | undefined {
  const { terminated, waiting } = container?.state ?? {};
  if (terminated !== undefined) return terminated.exitCode === 0 ? undefined : terminated;
  return waiting?.reason === 'CrashLoopBackOff' ? container?.lastState?.terminated : undefined;
}

/** What an end says of itself; one without a message by its reason. */
export function wordsOf({ message = '', reason = '', exitCode = 0 }: Ended): string {
  // What its log said last has nothing to do with it.
  if (reason === 'OOMKilled') return 'OOMKilled: the container took more memory than its limit';
  if (message !== '') return message;
  return exitCode === 0 ? 'container exited with no error' : '';
}

const startFaults: readonly string[] = [
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** Why a container cannot be started, where that will not come right by waiting. */
export function startFaultOf(
  container: ContainerStatus | undefined,
): { readonly reason: string; readonly message: string } | undefined {
  const { reason = '', message = '' } = container?.state?.waiting ?? {};
  return startFaults.includes(reason) ? { reason, message } : undefined;
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
