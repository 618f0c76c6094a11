import { sameJson } from '../../cluster/meta/index.ts';
import type { Attempt, Runner } from '../runners/index.ts';
import type { ContainerState } from './container.ts';
import type { PodContainers } from './containers.ts';
import type { PodEvents } from './events.ts';
import { allContainers, type ContainerStatus, type HostedContainer, type HostedPod } from './shapes.ts';
import { memoryOf } from './starting.ts';

/** Conditions of a pod that say what a change of its resources has come to. */
const types = ['PodResizePending', 'PodResizeInProgress'] as const;

export interface ResizeVerdict {
  readonly type: (typeof types)[number];
  readonly reason?: string;
  readonly message?: string;
}

export type ResourcesOf = (
  container: HostedContainer,
) => Pick<ContainerStatus, 'resources' | 'allocatedResources'>;

/** Milliseconds until a bound that could not be lowered is tried again. */
const pause = 5000;

/** What containers of a pod are to have other than they have, and what comes of it (the kubelet's in-place resize). */
export class PodResize {
  readonly #runner: Runner;
  readonly #containers: PodContainers;
  readonly #events: PodEvents;
  #verdicts: readonly ResizeVerdict[] = [];
  /** What was told last, so that it is told once. */
  #told = '';

  constructor(runner: Runner, containers: PodContainers, events: PodEvents) {
    this.#runner = runner;
    this.#containers = containers;
    this.#events = events;
  }

  get verdicts(): readonly ResizeVerdict[] {
    return this.#verdicts;
  }

  /** What a container has: the bound of its memory is the one that is kept. */
  resourcesOf({ name, resources: asked = {} }: HostedContainer): ReturnType<ResourcesOf> {
    const state = this.#containers.own(name);
    const { requests, limits } = state?.spec.resources ?? asked;
    const inForce = state?.running === true ? state.attempt?.note.resources : undefined;
    const kept = { ...limits, ...pick(inForce?.limits, 'memory') };
    return {
      ...(requests !== undefined && { allocatedResources: requests }),
      resources: {
        ...(Object.keys(kept).length > 0 && { limits: kept }),
        ...(requests !== undefined && { requests }),
      },
    };
  }

  /** Conditions that are not said any more, as a patch takes them away. */
  gone({ status }: HostedPod): object[] {
    const said = this.#verdicts.map(({ type }) => type);
    return (status?.conditions ?? [])
      .filter(
        ({ type }) =>
          (types as readonly string[]).includes(type) && !said.includes(type as ResizeVerdict['type']),
      )
      .map(({ type }) => ({ type, $patch: 'delete' }));
  }

  /** Gives containers what their pod says, if all of it can be given; gives milliseconds after which it is to be tried again. */
  settle(pod: HostedPod): number | undefined {
    const wishes = allContainers(pod).flatMap(container => {
      const state = this.#containers.own(container.name);
      return state === undefined || sameResources(container, state.spec) ? [] : [{ container, state }];
    });
    const reasons = wishes.flatMap(({ container, state }) => this.#obstacle(container, state) ?? []);
    if (reasons.length > 0) {
      this.#refuse(pod, reasons.join('; '));
      return undefined;
    }
    for (const { container, state } of wishes) state.allot(container.resources ?? {});
    if (wishes.length > 0) this.#tell(pod, 'Normal', 'ResizeStarted', 'Pod resize started');
    return this.#enforce(pod, wishes.length > 0);
  }

  #refuse(pod: HostedPod, message: string): void {
    this.#verdicts = [{ type: 'PodResizePending', reason: 'Infeasible', message }];
    this.#tell(pod, 'Warning', 'ResizeInfeasible', 'Pod resize Infeasible', message);
  }

  /** Why a container that runs cannot be given what is asked for; undefined where it can. */
  #obstacle(next: HostedContainer, { spec, attempt, running }: ContainerState): string | undefined {
    const { name } = next;
    const changed = (['memory', 'cpu'] as const).filter(what => limitOf(next, what) !== limitOf(spec, what));
    if (this.#containers.isInside(name) && changed.includes('memory')) {
      return `container ${JSON.stringify(name)} is played by the process of another one, which has its own limits.memory`;
    }
    if (!running || attempt === undefined) return undefined;
    if (attempt.seat !== undefined && changed.includes('memory')) {
      return `container ${JSON.stringify(name)} has a seat in a shared process, where nothing keeps another limits.memory`;
    }
    const stuck = changed.filter(what => !restartsFor(next, what));
    if (attempt.contained === undefined || stuck.length === 0) return undefined;
    const limits = stuck.map(what => `limits.${what}`).join(' and ');
    return `container ${JSON.stringify(name)} runs in a container engine, which is given ${limits} when it starts: resizePolicy RestartContainer starts it again`;
  }

  /** Holds what runs to what it was given. */
  #enforce(pod: HostedPod, isNew: boolean): number | undefined {
    const running = allContainers(pod).flatMap(({ name }) => {
      const state = this.#containers.own(name);
      const { attempt } = state ?? {};
      return state === undefined || attempt?.running !== true ? [] : [{ state, attempt }];
    });
    const faults: string[] = [];
    let restarting = false;
    for (const { state, attempt } of running) {
      const { spec } = state;
      const { resources: has } = attempt.note;
      // What was started by a release that did not note it goes on as it is.
      if (has === undefined || sameResources({ ...spec, resources: has }, spec)) continue;
      const moved = (['memory', 'cpu'] as const).filter(
        what => limitOf({ ...spec, resources: has }, what) !== limitOf(spec, what),
      );
      if (moved.some(what => restartsFor(spec, what))) {
        restarting = true;
        this.#containers.stop(spec.name, this.#containers.grace);
      } else faults.push(...this.#bound(state, attempt));
    }
    return this.#concluded(pod, faults, { restarting, isNew });
  }

  #bound({ spec }: ContainerState, attempt: Attempt): string[] {
    const memory = memoryOf(spec);
    const used = this.#runner.bound(attempt, memory, spec.resources ?? {});
    if (used === undefined) return [];
    return [
      `attempting to set container ${JSON.stringify(spec.name)} memory limit (${memory}) below current usage (${used})`,
    ];
  }

  #concluded(
    pod: HostedPod,
    faults: readonly string[],
    { restarting, isNew }: { readonly restarting: boolean; readonly isNew: boolean },
  ): number | undefined {
    const before = this.#verdicts;
    if (faults.length > 0) {
      // How much it has changes all the time, and is no other reason.
      if (before[0]?.reason === 'Error' && !isNew) return pause;
      const told = faults.length === 1 ? faults.join('') : `[${faults.join(', ')}]`;
      const message = `cannot decrease memory limits: ${told}`;
      this.#verdicts = [{ type: 'PodResizeInProgress', reason: 'Error', message }];
      this.#tell(pod, 'Warning', 'ResizeError', 'Pod resize error', message);
      return pause;
    }
    this.#verdicts = restarting ? [{ type: 'PodResizeInProgress' }] : [];
    if (!restarting && (isNew || before.some(({ type }) => type === 'PodResizeInProgress'))) {
      this.#tell(pod, 'Normal', 'ResizeCompleted', 'Pod resize completed');
    }
    return undefined;
  }

  /** Records an event in a kubelet's words, once for each state of a pod's spec. */
  #tell(pod: HostedPod, type: 'Normal' | 'Warning', reason: string, words: string, error?: string): void {
    const { generation = 0 } = pod.metadata;
    const told = `${generation} ${reason} ${error ?? ''}`;
    if (told === this.#told) return;
    this.#told = told;
    const summary = (containers: readonly HostedContainer[]): object[] =>
      containers.map(({ name, resources = {} }) => ({ name, resources }));
    const { initContainers = [], containers } = pod.spec;
    const state = {
      ...(initContainers.length > 0 && { initContainers: summary(initContainers) }),
      containers: summary(containers),
      generation,
      ...(error !== undefined && { error }),
    };
    this.#events.resize(type, reason, `${words}: ${JSON.stringify(state)}`);
  }
}

function sameResources(
  { resources: a = {} }: HostedContainer,
  { resources: b = {} }: HostedContainer,
): boolean {
  return sameJson(a.requests ?? {}, b.requests ?? {}) && sameJson(a.limits ?? {}, b.limits ?? {});
}

function limitOf({ resources }: HostedContainer, what: string): string | undefined {
  return resources?.limits?.[what];
}

function restartsFor({ resizePolicy = [] }: HostedContainer, what: string): boolean {
  return resizePolicy.some(
    ({ resourceName, restartPolicy }) => resourceName === what && restartPolicy === 'RestartContainer',
  );
}

function pick(
  list: Readonly<Record<string, string>> | undefined,
  name: string,
): Readonly<Record<string, string>> {
  const amount = list?.[name];
  return amount === undefined ? {} : { [name]: amount };
}
