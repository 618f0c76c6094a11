import { type Backoff, type BackoffLimits, remaining } from './backoff.ts';
import { type HostedContainer, type HostedPod, isSidecar } from './shapes.ts';

/** One run of a container. */
export interface Run {
  /** `davit://…`; empty when it could not even be started. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly end?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly message?: string;
    readonly at: number;
  };
}

/** What is known of a container. */
export interface ContainerView {
  /** How often it was started again. */
  readonly restarts: number;
  readonly current?: Run;
  readonly previous?: Run;
  readonly started: boolean;
  readonly ready: boolean;
  /** Why it has not been started. */
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly backoff?: Backoff;
}

export type Views = ReadonlyMap<string, ContainerView>;

export interface Decision {
  /** Containers to start now. */
  readonly start: readonly string[];
  /** Containers that wait until they may start again. */
  readonly waiting: readonly string[];
  /** Containers that have no more work, because those they were for have ended. */
  readonly stop: readonly string[];
  /** Milliseconds until a container may start again. */
  readonly again?: number;
}

const fresh: ContainerView = { restarts: 0, started: false, ready: false };

export function viewOf(views: Views, name: string): ContainerView {
  return views.get(name) ?? fresh;
}

/** Whether a container that ended is started again. */
export function restarts({ restartPolicy: own }: HostedContainer, pod: HostedPod, exitCode: number): boolean {
  const policy = own ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether an init container that ended is started again: one that succeeded has done its work. */
function initRestarts(container: HostedContainer, pod: HostedPod, exitCode: number): boolean {
  if (isSidecar(container)) return true;
  return exitCode !== 0 && (pod.spec.restartPolicy ?? 'Always') !== 'Never';
}

/** Whether every init container has done its work, or runs for good. Pure. */
export function initialized(pod: HostedPod, views: Views): boolean {
  return (pod.spec.initContainers ?? []).every(container => {
    const { current, started } = viewOf(views, container.name);
    return isSidecar(container) ? started : current?.end?.exitCode === 0;
  });
}

/** Whether an init container failed for good. Pure. */
export function initFailed(pod: HostedPod, views: Views): boolean {
  return (pod.spec.initContainers ?? []).some(container => {
    const end = viewOf(views, container.name).current?.end;
    return end !== undefined && end.exitCode !== 0 && !initRestarts(container, pod, end.exitCode);
  });
}

/** Whether the containers of a pod have ended and none is started again. Pure. */
export function finished(pod: HostedPod, views: Views): boolean {
  if (initFailed(pod, views)) return true;
  return pod.spec.containers.every(container => {
    const end = viewOf(views, container.name).current?.end;
    return end !== undefined && !restarts(container, pod, end.exitCode);
  });
}

/** What is to be done for a pod that is to run (the kubelet's computePodActions). Pure. */
export function decide(pod: HostedPod, views: Views, now: number, limits: BackoffLimits): Decision {
  const steps = new Steps(views, now, limits);
  const { initContainers = [], containers } = pod.spec;
  if (finished(pod, views)) {
    const left = initContainers.filter(one => running(viewOf(views, one.name)));
    return { start: [], waiting: [], stop: left.map(one => one.name) };
  }
  // What has been begun is not held up by a sidecar that has ended.
  const begun = containers.some(one => viewOf(views, one.name).current !== undefined);
  for (const container of initContainers) {
    const { current, started } = viewOf(views, container.name);
    if (current === undefined) steps.start(container.name);
    else if (current.end !== undefined) {
      if (!isSidecar(container) && current.end.exitCode === 0) continue;
      if (initRestarts(container, pod, current.end.exitCode)) steps.again(container.name, current.end.at);
    } else if (isSidecar(container) && started) continue;
    if (!begun) return steps.decision;
  }
  for (const container of containers) {
    const { current } = viewOf(views, container.name);
    if (current === undefined) steps.start(container.name);
    else if (current.end !== undefined && restarts(container, pod, current.end.exitCode)) {
      steps.again(container.name, current.end.at);
    }
  }
  return steps.decision;
}

function running({ current }: ContainerView): boolean {
  return current !== undefined && current.end === undefined;
}

class Steps {
  readonly #views: Views;
  readonly #now: number;
  readonly #limits: BackoffLimits;
  readonly #start: string[] = [];
  readonly #waiting: string[] = [];
  #again = Number.POSITIVE_INFINITY;

  constructor(views: Views, now: number, limits: BackoffLimits) {
    this.#views = views;
    this.#now = now;
    this.#limits = limits;
  }

  get decision(): Decision {
    const again = this.#again;
    return {
      start: this.#start,
      waiting: this.#waiting,
      stop: [],
      ...(again !== Number.POSITIVE_INFINITY && { again }),
    };
  }

  start(name: string): void {
    this.#start.push(name);
  }

  again(name: string, endedAt: number): void {
    const wait = remaining(viewOf(this.#views, name).backoff, endedAt, this.#now, this.#limits);
    if (wait === 0) {
      this.#start.push(name);
      return;
    }
    this.#waiting.push(name);
    this.#again = Math.min(this.#again, wait);
  }
}
