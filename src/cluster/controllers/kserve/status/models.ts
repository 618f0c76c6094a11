import {
  type Ended,
  failureOf,
  isReady,
  newestFirst,
  type Pod,
  statusesOf,
  wordsOf,
} from '../../../view/index.ts';
import type { FailureInfo, ModelStatus } from '../shapes.ts';
import { mainContainer } from '../shapes.ts';
import { stalledOf, unstarted, waitingOf } from './pods.ts';

/** What the state of a model is read from. */
export interface Observed {
  readonly pods: readonly Pod[];
  /** Whether the whole service is ready for what its spec says. */
  readonly ready: boolean;
  /** Whether there are no pods because something failed. */
  readonly failed: boolean;
  /** Milliseconds since 1970, where it is told what takes long. */
  readonly now?: number;
}

/**
 * The model status that follows from pods: the newest one decides the state, as in KServe; copies that fail are counted, and why a pod
 * cannot start is told too. Pure.
 */
export function modelStatusOf(last: ModelStatus | undefined, observed: Observed): ModelStatus {
  const pods = newestFirst(observed.pods);
  const ready = pods.filter(pod => pod.status?.phase === 'Running' && isReady(pod)).length;
  const failing = pods.filter(pod => loadFailure(pod) !== undefined).length;
  const copies = { failedCopies: failing, ...(ready > 0 && { totalCopies: ready }) };
  const [newest] = pods;
  const before = newest === undefined && observed.failed ? last : withoutPast(last, newest);
  if (newest === undefined) {
    const told = { ...before, copies, transitionStatus: '' };
    return observed.failed ? moved(told, 'FailedToLoad') : moved(told, 'Pending');
  }
  const stalled = observed.now === undefined ? undefined : stalledOf(newest, observed.now);
  return { ...stateOf(newest, before, observed.ready, stalled), copies };
}

/** What was told, without why another pod had not started: that is over with it. */
function withoutPast(before: ModelStatus | undefined, newest: Pod | undefined): ModelStatus | undefined {
  if (before === undefined) return undefined;
  const { lastFailureInfo: info, ...rest } = before;
  return info?.reason !== unstarted || info.location === newest?.metadata.name ? before : rest;
}

function stateOf(
  pod: Pod,
  before: ModelStatus | undefined,
  ready: boolean,
  stalled: FailureInfo | undefined,
): ModelStatus {
  const initializer = statusesOf(pod, 'initContainerStatuses').find(
    one => one.name === 'storage-initializer',
  );
  const fetching = failureOf(initializer);
  if (initializer?.state?.running !== undefined) {
    // One that runs again after a failure may fail again: what was told stays until it has ended.
    if (initializer.lastState?.terminated !== undefined && before?.lastFailureInfo !== undefined)
      return before;
    return moved(before, 'Loading', stalled);
  }
  if (fetching !== undefined) return moved(before, 'FailedToLoad', told(pod, fetching));
  if (ready) return moved(before, 'Loaded');
  const failure = loadFailure(pod);
  if (failure !== undefined) return moved(before, 'FailedToLoad', failure);
  return moved(before, 'Pending', waitingOf(pod) ?? stalled);
}

/** Why a pod has no model: fetching it failed, or serving it. */
function loadFailure(pod: Pod): FailureInfo | undefined {
  const initializer = statusesOf(pod, 'initContainerStatuses').find(
    one => one.name === 'storage-initializer',
  );
  const server = statusesOf(pod, 'containerStatuses').find(one => one.name === mainContainer);
  const failure = failureOf(initializer) ?? failureOf(server);
  return failure === undefined ? undefined : told(pod, failure);
}

function told({ metadata }: Pod, ended: Ended): FailureInfo {
  const { exitCode = 0, finishedAt } = ended;
  const message = wordsOf(ended);
  return {
    ...(exitCode !== 0 && { exitCode }),
    location: metadata.name ?? '',
    ...(message !== '' && { message }),
    reason: 'ModelLoadFailed',
    ...(finishedAt !== undefined && { time: finishedAt }),
  };
}

const transitions = {
  Pending: 'InProgress',
  Loading: 'InProgress',
  Loaded: 'UpToDate',
  FailedToLoad: 'BlockedByFailedLoad',
} as const;

function moved(
  before: ModelStatus | undefined,
  state: keyof typeof transitions,
  failure?: FailureInfo,
): ModelStatus {
  const { lastFailureInfo, copies, states } = before ?? {};
  // A failure is over when a model has loaded.
  const info = failure ?? (state === 'Loaded' ? undefined : lastFailureInfo);
  return {
    ...(copies !== undefined && { copies }),
    ...(info !== undefined && { lastFailureInfo: info }),
    states: {
      activeModelState: state === 'Loaded' ? 'Loaded' : (states?.activeModelState ?? ''),
      targetModelState: state,
    },
    transitionStatus: transitions[state],
  };
}

/** The model status of a spec that cannot be served. Pure. */
export function invalidStatus(before: ModelStatus | undefined, reason: string, message: string): ModelStatus {
  const { copies, states } = before ?? {};
  return {
    ...(copies !== undefined && { copies }),
    lastFailureInfo: { message, reason },
    states: { activeModelState: states?.activeModelState ?? '', targetModelState: 'FailedToLoad' },
    transitionStatus: 'InvalidSpec',
  };
}
