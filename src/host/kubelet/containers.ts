import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, EngineUse, Play, Runner, Seat } from '../runners/index.ts';
import { ContainerState } from './container.ts';
import type { ContainerView, Views } from './decide.ts';
import type { PodEvents } from './events.ts';
import {
  asksHealth,
  askedIsolation,
  type Casting,
  cast,
  folderOfPulled,
  listeningPorts,
  mirrored,
  readinessOf,
  unshareable,
} from './playing.ts';
import { check, type Finding, type Target } from './probes/check.ts';
import { Prober } from './probes/prober.ts';
import { namesIn, runsIn } from './record.ts';
import { type Action, allContainers, type HostedContainer, type HostedPod, isSidecar } from './shapes.ts';
import { commandIn } from './starting.ts';

export interface ContainersOptions {
  readonly pod: () => HostedPod;
  readonly events: PodEvents;
  readonly allowHostProcesses: boolean;
  readonly engine: EngineUse;
  /** Address of the pod. */
  readonly address: () => string;
  /** Where ports of the pod are found at its address; those that are not named are where they say. */
  readonly ports: () => ReadonlyMap<number, number>;
  /** Has the pod looked at again. */
  readonly touch: () => void;
}

type Known = { readonly started: boolean; readonly ready: boolean };

const usualGrace = 30;
/** Milliseconds that a container has at least after its hook took all the time there was. */
const leastGrace = 2000;

/** The containers of one pod: what runs for them, how they are looked at, how they end. */
export class PodContainers {
  readonly #options: ContainersOptions;
  readonly #casting: Casting;
  readonly #states = new Map<string, ContainerState>();
  /** Of containers whose work another one's process does. */
  readonly #insideProbers = new Map<string, Prober>();

  constructor(options: ContainersOptions) {
    this.#options = options;
    const pod = options.pod();
    this.#casting = cast(pod, options.allowHostProcesses, options.engine);
    for (const one of allContainers(pod)) this.#states.set(one.name, new ContainerState(one));
  }

  get running(): boolean {
    return [...this.#states.values()].some(({ running }) => running);
  }

  /** What holds the runs of a container: its own, or that of the one whose process does its work. */
  state(name: string): ContainerState | undefined {
    return this.#states.get(this.isInside(name) ? (this.#casting.main ?? name) : name);
  }

  /** What holds a container's own part of its pod, whoever does its work. */
  own(name: string): ContainerState | undefined {
    return this.#states.get(name);
  }

  play(name: string): Play | undefined {
    return this.#casting.plays.get(name);
  }

  isInside(name: string): boolean {
    return this.#casting.inside.has(name);
  }

  /** Whether it is the model server that does the work of others too. */
  isMain(name: string): boolean {
    return name === this.#casting.main;
  }

  /** Ports at which programs of Davit listen for this pod, or the processes of some of its containers. */
  listening(some?: readonly string[]): readonly number[] {
    return listeningPorts(this.#options.pod(), this.#casting, some);
  }

  /** Stops the programs of Davit that run, but for those of some containers. */
  stopOthers(some: readonly string[], seconds: number): void {
    for (const { spec, running } of this.#states.values()) {
      if (running && !some.includes(spec.name) && this.play(spec.name)?.how === 'davit')
        this.stop(spec.name, seconds);
    }
  }

  /** The folder to which an agent brings the models of the pod's server; undefined where none does. */
  get pulledFolder(): string | undefined {
    return folderOfPulled(this.#options.pod(), this.#casting);
  }

  /** Containers whose work the process of this one does. */
  insideOf(name: string): HostedContainer[] {
    if (name !== this.#casting.main) return [];
    return this.#options.pod().spec.containers.filter(one => this.isInside(one.name));
  }

  /**
   * Whether a model server, and what brings its model, is started in a shared process: as its pod asks, unless it cannot, or is not to
   * any more.
   */
  shares(name: string): boolean {
    const { main } = this.#casting;
    const play = this.play(name);
    if (main !== undefined && play?.how === 'davit' && play.role === 'storage-initializer')
      return this.shares(main);
    if (name !== main) return false;
    const pod = this.#options.pod();
    const before = this.#states.get(name)?.attempt;
    if (before !== undefined) return before.note.isolation === 'shared' && before.unfit === undefined;
    if (this.#options.ports().size > 0) return false;
    return askedIsolation(pod) === 'shared' && unshareable(pod, this.#casting) === undefined;
  }

  views(): Views {
    const views = new Map<string, ContainerView>();
    for (const [name, state] of this.#states) views.set(name, state.view());
    const main = views.get(this.#casting.main ?? '');
    if (main === undefined) return views;
    for (const name of this.#casting.inside)
      views.set(name, mirrored(name, main, this.#insideProbers.get(name)));
    return views;
  }

  /** Takes up what another kubelet started for this pod, from a folder with a folder for each container. */
  adopt(folder: string, runner: Runner): void {
    const { status } = this.#options.pod();
    const known = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    for (const name of namesIn(folder)) {
      const state = this.#states.get(name);
      if (state === undefined) continue;
      for (const record of runsIn(join(folder, name)).slice(-2)) {
        const attempt = runner.adopt(record);
        if (attempt !== undefined) state.begin(attempt);
      }
      const { attempt } = state;
      if (attempt?.running !== true) continue;
      if (attempt.note.resources !== undefined) state.allot(attempt.note.resources);
      const same = known.find(one => one.name === name)?.containerID === `davit://${attempt.note.id}`;
      this.follow(state, attempt, same ? known : []);
    }
  }

  /** Looks after a run: its probes, and its end. `known` is what is known from before. */
  follow(
    state: ContainerState,
    attempt: Attempt,
    known: readonly (Known & { readonly name: string })[] = [],
  ): void {
    const { spec } = state;
    const own = [state.spec, ...this.insideOf(spec.name)].map(one => {
      const prober = this.#prober(
        one,
        spec.name,
        attempt,
        known.find(({ name }) => name === one.name),
      );
      if (one === state.spec) state.prober = prober;
      else this.#insideProbers.set(one.name, prober);
      prober.start();
      return prober;
    });
    if (attempt.seat !== undefined) attempt.seat.onReady = () => own.forEach(prober => prober.hurry());
    void attempt.process.ended.then(() => {
      for (const prober of own) prober.stop();
      this.#options.touch();
    });
  }

  #prober(container: HostedContainer, main: string, attempt: Attempt, known: Known | undefined): Prober {
    const { events, touch } = this.#options;
    const { name, startupProbe: startup, livenessProbe: liveness } = container;
    const play = this.play(name);
    return new Prober({
      probes: { startup, readiness: readinessOf(container, play), liveness },
      target: this.target(container, attempt),
      eager: play?.how === 'davit',
      ...(attempt.seat !== undefined && { told: toldBy(attempt.seat) }),
      ...(known !== undefined && { known }),
      onChange: touch,
      onFailure: (kind, message) => events.unhealthy(name, kind, message),
      onUnhealthy: (kind, { terminationGracePeriodSeconds = this.grace }) => {
        events.unhealthyRestart(name, kind);
        this.stop(main, terminationGracePeriodSeconds, false);
      },
    });
  }

  /** What probes and hooks of a container work on. */
  target({ ports = [] }: HostedContainer, attempt: Attempt): Target {
    const { address, ports: found, allowHostProcesses } = this.#options;
    return {
      address: address(),
      found: found(),
      ports: new Map(
        ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort]])),
      ),
      command: argv => {
        if (!allowHostProcesses && attempt.contained === undefined) {
          throw new Error(
            'commands in containers are processes of this machine: davit up needs --allow-host-processes',
          );
        }
        return commandIn(attempt, argv);
      },
    };
  }

  /** Seconds that containers have to end. */
  get grace(): number {
    return this.#options.pod().spec.terminationGracePeriodSeconds ?? usualGrace;
  }

  stopProbes(): void {
    for (const { prober } of this.#states.values()) prober?.stop();
    for (const prober of this.#insideProbers.values()) prober.stop();
  }

  /** Begins to stop a container, once. */
  stop(name: string, seconds: number, told = true): void {
    const state = this.#states.get(name);
    const attempt = state?.attempt;
    if (state === undefined || attempt === undefined || !attempt.running) return;
    const by = performance.now() + seconds * 1000;
    if (state.stopping !== undefined) return state.hasten(by);
    state.stopBy = by;
    const { events } = this.#options;
    if (told) for (const one of [state.spec, ...this.insideOf(name)]) events.stopping(one.name);
    state.prober?.stop();
    state.stopping = this.#stopping(state, attempt, seconds * 1000);
  }

  /** Begins to stop all of them, sidecars once nothing else runs. */
  stopAll(seconds: number): void {
    const states = [...this.#states.values()];
    const others = states.some(({ spec, running }) => running && !this.#isSidecar(spec));
    for (const { spec } of states) if (!others || !this.#isSidecar(spec)) this.stop(spec.name, seconds);
  }

  #isSidecar(container: HostedContainer): boolean {
    return (
      isSidecar(container) &&
      (this.#options.pod().spec.initContainers ?? []).some(({ name }) => name === container.name)
    );
  }

  /** Ends what runs, whatever it is for, and tells nobody. */
  async end(graceSeconds: number): Promise<void> {
    const running = [...this.#states.values()].flatMap(({ attempt }) =>
      attempt?.running === true ? [attempt] : [],
    );
    await Promise.all(running.map(attempt => attempt.stop(graceSeconds * 1000)));
  }

  async #stopping(state: ContainerState, attempt: Attempt, grace: number): Promise<void> {
    const began = performance.now();
    const hook = state.spec.lifecycle?.preStop;
    if (hook !== undefined && grace > 0) {
      const timeout = sleep(grace, undefined, { ref: false });
      const finding = await Promise.race([check(hook, this.target(state.spec, attempt), grace), timeout]);
      if (finding?.good === false)
        this.#options.events.hookFailed(state.spec.name, 'PreStop', finding.message);
    }
    const left = hook === undefined ? grace : Math.max(grace - (performance.now() - began), leastGrace);
    await attempt.stop(grace === 0 ? 0 : left);
  }
}

/** What a server in a shared process says of its own health; other questions are asked as they are of any. */
function toldBy(seat: Seat): (action: Action) => Finding | undefined {
  return action =>
    asksHealth(action)
      ? { good: seat.ready, message: 'the server in the shared process is not ready' }
      : undefined;
}
