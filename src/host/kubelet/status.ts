import { type Condition, conditionOf, timestamp } from '../../cluster/view/index.ts';
import type { ResizeVerdict, ResourcesOf } from './resizing.ts';
import { type BackoffLimits, goDuration, remaining } from './backoff.ts';
import {
  type ContainerView,
  finished,
  initFailed,
  initialized,
  restarts,
  type Run,
  type Views,
  viewOf,
} from './decide.ts';
import {
  type ContainerStateValue,
  type ContainerStatus,
  type HostedContainer,
  type HostedPod,
  isSidecar,
  podTitle,
  type PodStatus,
  type TerminatedState,
} from './shapes.ts';

/** What the node knows beside the containers. */
export interface StatusFacts {
  readonly node: string;
  readonly address: string | undefined;
  readonly startTime: string;
  readonly now: number;
  readonly limits: BackoffLimits;
  /** Why the pod has failed whatever its containers do. */
  readonly failure?: { readonly reason: string; readonly message: string } | undefined;
  /** What each container has. */
  readonly resources: ResourcesOf;
  /** What a change of that has come to, where it is not done. */
  readonly resizing: readonly ResizeVerdict[];
}

/** The status of a pod as a kubelet tells it. Conditions of others are kept. Pure. */
export function statusOf(pod: HostedPod, views: Views, facts: StatusFacts): PodStatus {
  const { node, address, startTime, failure } = facts;
  const phase = failure === undefined ? phaseOf(pod, views) : 'Failed';
  const { generation } = pod.metadata;
  const { initContainers: inits = [], ephemeralContainers: added = [] } = pod.spec;
  const known = { containerStatuses: statuses(pod, pod.spec.containers, views, facts) };
  return {
    phase,
    ...failure,
    hostIP: node,
    hostIPs: [{ ip: node }],
    ...(address !== undefined && { podIP: address, podIPs: [{ ip: address }] }),
    startTime,
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: conditionsOf(pod, phase, views, facts),
    ...(added.length > 0 && { ephemeralContainerStatuses: added.map(unplayed) }),
    ...(inits.length > 0 && { initContainerStatuses: statuses(pod, inits, views, facts) }),
    ...known,
  };
}

const unplayedMessage =
  'containers for debugging are not run on this node; kubectl exec gives a command in a container that runs';

/** What is said of a container that was added to a running pod. */
function unplayed({
  name,
  image = '',
}: HostedContainer): NonNullable<PodStatus['ephemeralContainerStatuses']>[number] {
  const waiting = { reason: 'CreateContainerError', message: unplayedMessage };
  return { name, image, imageID: '', ready: false, restartCount: 0, state: { waiting }, lastState: {} };
}

/** @see the kubelet's getPhase */
export function phaseOf(pod: HostedPod, views: Views): string {
  if (initFailed(pod, views)) return 'Failed';
  const all = pod.spec.containers.map(({ name }) => viewOf(views, name));
  const begun = all.some(({ current }) => current !== undefined);
  if (!begun && !initialized(pod, views)) return 'Pending';
  if (all.some(({ current }) => current === undefined)) return 'Pending';
  if (!finished(pod, views)) return 'Running';
  return all.every(({ current }) => current?.end?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function statuses(
  pod: HostedPod,
  containers: readonly HostedContainer[],
  views: Views,
  facts: StatusFacts,
): ContainerStatus[] {
  return containers.map(container => containerStatus(pod, container, viewOf(views, container.name), facts));
}

function containerStatus(
  pod: HostedPod,
  container: HostedContainer,
  view: ContainerView,
  facts: StatusFacts,
): ContainerStatus {
  const { current, previous, restarts: restartCount } = view;
  const isInit = (pod.spec.initContainers ?? []).includes(container);
  const running = current !== undefined && current.end === undefined;
  const done = isInit && !isSidecar(container) && current?.end?.exitCode === 0;
  const state = stateOf(pod, container, view, facts);
  // A container that waits to start again shows its last end as the state before.
  const last = state.waiting === undefined ? previous : current;
  const { image = '' } = container;
  return {
    name: container.name,
    image,
    imageID: current === undefined || current.id === '' ? '' : image,
    ...(current !== undefined && current.id !== '' && { containerID: current.id }),
    ready: done || (running && view.ready),
    started: running && view.started,
    restartCount,
    state,
    lastState: last?.end === undefined ? {} : { terminated: terminated(last) },
    ...facts.resources(container),
  };
}

function stateOf(
  pod: HostedPod,
  container: HostedContainer,
  { current, waiting, backoff }: ContainerView,
  { now, limits }: StatusFacts,
): ContainerStateValue {
  if (current === undefined) {
    if (waiting !== undefined) return { waiting };
    const first = (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
    return { waiting: { reason: first } };
  }
  const { end } = current;
  if (end === undefined) return { running: { startedAt: timestamp(current.startedAt) } };
  const deleting = pod.metadata.deletionTimestamp !== undefined;
  const isInit = (pod.spec.initContainers ?? []).includes(container);
  const goesOn = isInit
    ? isSidecar(container) || (end.exitCode !== 0 && pod.spec.restartPolicy !== 'Never')
    : restarts(container, pod, end.exitCode);
  if (!goesOn || deleting) return { terminated: terminated(current) };
  if (waiting !== undefined) return { waiting };
  if (remaining(backoff, end.at, now, limits) === 0) return { terminated: terminated(current) };
  const message = backoffMessage(pod, container.name, backoff?.delay ?? 0);
  return { waiting: { reason: 'CrashLoopBackOff', message } };
}

/** What a kubelet says of a container that has to wait. */
export function backoffMessage(pod: HostedPod, container: string, delay: number): string {
  return `back-off ${goDuration(delay)} restarting failed container=${container} pod=${podTitle(pod)}`;
}

function terminated({ id, startedAt, end }: Run): TerminatedState {
  const { exitCode = 0, reason = 'Completed', message, at = startedAt } = end ?? {};
  return {
    exitCode,
    reason,
    ...(message !== undefined && message !== '' && { message }),
    startedAt: timestamp(startedAt),
    finishedAt: timestamp(at),
    ...(id !== '' && { containerID: id }),
  };
}

interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

const yes: Verdict = { status: 'True' };

function conditionsOf(pod: HostedPod, phase: string, views: Views, facts: StatusFacts): Condition[] {
  const begun = facts.address !== undefined && phase !== 'Succeeded' && phase !== 'Failed';
  const ready = containersReady(pod, phase, views);
  return [
    made(pod, 'PodReadyToStartContainers', begun ? yes : { status: 'False' }, facts),
    made(pod, 'Initialized', initializedVerdict(pod, phase, views), facts),
    made(pod, 'Ready', gatesVerdict(pod, ready), facts),
    made(pod, 'ContainersReady', ready, facts),
    made(pod, 'PodScheduled', yes, facts),
    ...facts.resizing.map(({ type, ...verdict }) => made(pod, type, { status: 'True', ...verdict }, facts)),
  ];
}

function made(pod: HostedPod, type: string, verdict: Verdict, { now }: StatusFacts): Condition {
  const old = conditionOf(pod.status?.conditions, type);
  const time = timestamp(now);
  const lastTransitionTime = old?.status === verdict.status ? (old.lastTransitionTime ?? time) : time;
  const { generation } = pod.metadata;
  return {
    type,
    ...verdict,
    lastProbeTime: null,
    lastTransitionTime,
    ...(generation !== undefined && { observedGeneration: generation }),
  };
}

function initializedVerdict(pod: HostedPod, phase: string, views: Views): Verdict {
  if (phase === 'Succeeded') return { ...yes, reason: 'PodCompleted' };
  const begun = pod.spec.containers.some(({ name }) => viewOf(views, name).current !== undefined);
  if (begun || initialized(pod, views)) return yes;
  const missing = (pod.spec.initContainers ?? []).filter(one => {
    const { current, started } = viewOf(views, one.name);
    return isSidecar(one) ? !started : current?.end?.exitCode !== 0;
  });
  const names = missing.map(({ name }) => name).join(' ');
  const message = `containers with incomplete status: [${names}]`;
  return { status: 'False', reason: 'ContainersNotInitialized', message };
}

function containersReady(pod: HostedPod, phase: string, views: Views): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar);
  const unready = [...sidecars, ...pod.spec.containers].filter(({ name }) => {
    const { current, ready } = viewOf(views, name);
    return current === undefined || current.end !== undefined || !ready;
  });
  if (unready.length === 0) return yes;
  const names = unready.map(({ name }) => name).join(' ');
  const message = `containers with unready status: [${names}]`;
  return { status: 'False', reason: 'ContainersNotReady', message };
}

function gatesVerdict(pod: HostedPod, containers: Verdict): Verdict {
  if (containers.status === 'False') return containers;
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const condition = conditionOf(pod.status?.conditions, conditionType);
    if (condition?.status === 'True') continue;
    const told =
      condition === undefined
        ? `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
        : `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`;
    return { status: 'False', reason: 'ReadinessGatesNotReady', message: told };
  }
  return yes;
}
