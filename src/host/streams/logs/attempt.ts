import type { Pod } from '../../../cluster/view/index.ts';

interface State {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: { readonly containerID?: string };
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly state?: State;
  readonly lastState?: State;
}

interface Statuses {
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

/**
 * The attempt of a container whose log is asked for, by its container ID.
 * @throws an error in the words of the real kubelet (`validateContainerLogStatus`) when there is none
 */
export function attemptOf(pod: Pod, container: string, previous: boolean): string {
  const what = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)}`;
  const { containerStatuses = [], initContainerStatuses = [] } = (pod.status ?? {}) as Statuses;
  const status = [...containerStatuses, ...initContainerStatuses].find(one => one.name === container);
  if (status === undefined) throw new Error(`${what} is not available`);
  const { state = {}, lastState = {}, containerID = '' } = status;
  const last = lastState.terminated?.containerID ?? '';
  if (previous) {
    if (last === '') throw new Error(`previous terminated ${what} not found`);
    return last;
  }
  if (state.running !== undefined && containerID !== '') return containerID;
  if (state.terminated !== undefined || lastState.terminated !== undefined) {
    const ended = state.terminated?.containerID ?? '';
    if (ended === '' && last === '') throw new Error(`${what} is terminated`);
    return ended === '' ? last : ended;
  }
  throw new Error(`${what} is waiting to start${reasonOf(state.waiting?.reason)}`);
}

const pulls = new Map([
  ['ErrImagePull', "image can't be pulled"],
  ['ImagePullBackOff', 'trying and failing to pull image'],
]);

function reasonOf(reason: string | undefined): string {
  return reason === undefined ? ' - no logs yet' : `: ${pulls.get(reason) ?? reason}`;
}
