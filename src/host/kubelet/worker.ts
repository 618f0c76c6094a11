import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../base/errors/index.ts';
import type { Outcome } from '../../cluster/client/index.ts';
import { isStatusError } from '../../cluster/meta/index.ts';
import { type Cluster, timestamp } from '../../cluster/view/index.ts';
import type { Attempt, Runner } from '../runners/index.ts';
import type { Addresses } from './addresses.ts';
import { type BackoffLimits, lengthened } from './backoff.ts';
import { ContainerState } from './container.ts';
import { type ContainerView, decide, finished, type Views } from './decide.ts';
import { ConfigError } from './environment.ts';
import { PodEvents } from './events.ts';
import type { Whereabouts } from './fields.ts';
import { type Casting, cast, mirrored, readinessOf } from './playing.ts';
import { check, type Target } from './probes/check.ts';
import { Prober } from './probes/prober.ts';
import { namesIn, type PodRecord, runsIn, writeRecord } from './record.ts';
import { allContainers, type HostedContainer, type HostedPod, isSidecar, type PodStatus } from './shapes.ts';
import type { Sources } from './sources.ts';
import { commandIn, startContainer } from './starting.ts';
import { statusOf } from './status.ts';
import { PodTokens } from './tokens.ts';
import { MountError } from './volumes/files.ts';
import { PodVolumes } from './volumes/volumes.ts';

/** What every pod of a node shares. */
export interface NodeParts {
  readonly cluster: Cluster;
  readonly runner: Runner;
  readonly sources: Sources;
  readonly addresses: Addresses;
  /** Address of the node. */
  readonly node: string;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly allowHostProcesses: boolean;
  readonly limits: BackoffLimits;
  /** Folder with a folder for each pod. */
  readonly folder: string;
  /** Has the pod looked at again. */
  readonly touch: (uid: string) => void;
}

/** Milliseconds until what a pod refers to is looked for again. */
const missingPause = 1000;
const usualGrace = 30;
/** Seconds that the containers of a pod get which the API does not know any more. */
const goneGrace = 1;

/** Brings what runs for one pod to what its spec says, and tells its status. */
export class PodWorker {
  readonly #parts: NodeParts;
  readonly #uid: string;
  readonly #folder: string;
  readonly #containers = new Map<string, ContainerState>();
  readonly #volumes: PodVolumes;
  readonly #tokens: PodTokens;
  readonly #events: PodEvents;
  #pod: HostedPod;
  #casting: Casting;
  #address: string | undefined;
  #startTime: string;
  #told = '';

  constructor(parts: NodeParts, pod: HostedPod, record: PodRecord | undefined) {
    this.#parts = parts;
    this.#pod = pod;
    this.#uid = pod.metadata.uid ?? '';
    this.#folder = join(parts.folder, this.#uid);
    this.#casting = cast(pod, parts.allowHostProcesses);
    this.#volumes = new PodVolumes(join(this.#folder, 'volumes'), parts.cluster);
    this.#tokens = new PodTokens(parts.cluster);
    this.#events = new PodEvents(parts.cluster.events, () => this.#pod);
    this.#address = record?.address;
    this.#startTime = record?.startTime ?? timestamp(parts.cluster.now());
    for (const container of allContainers(pod))
      this.#containers.set(container.name, new ContainerState(container));
    if (record !== undefined) this.#adopt();
  }

  get pod(): HostedPod {
    return this.#pod;
  }

  get address(): string | undefined {
    return this.#address;
  }

  get running(): boolean {
    return [...this.#containers.values()].some(({ running }) => running);
  }

  container(name: string): ContainerState | undefined {
    return this.#containers.get(this.#casting.inside.has(name) ? (this.#casting.main ?? name) : name);
  }

  isInside(name: string): boolean {
    return this.#casting.inside.has(name);
  }

  /** The status as it is now. */
  status(): PodStatus {
    const { node, limits, cluster } = this.#parts;
    const facts = { node, address: this.#address, startTime: this.#startTime, now: cluster.now(), limits };
    return statusOf(this.#pod, this.#views(), facts);
  }

  /** Does the next step; the pod is undefined once the API has none. Gives back whether the worker is done for good. */
  async sync(pod: HostedPod | undefined): Promise<Outcome & { readonly done?: boolean }> {
    if (pod === undefined) return this.#leave();
    this.#pod = pod;
    const { phase } = pod.status ?? {};
    if (pod.metadata.deletionTimestamp !== undefined) return this.#end(pod);
    if (phase === 'Succeeded' || phase === 'Failed') return {};
    return this.#run(pod);
  }

  async #run(pod: HostedPod): Promise<Outcome> {
    const where = this.#place();
    if (where === undefined) {
      this.#events.noAddress('Failed to create pod sandbox: every address of --pod-addresses is given out');
      return { again: missingPause };
    }
    const { limits, cluster } = this.#parts;
    let places: Map<string, string>;
    try {
      places = await this.#mount(pod, where);
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      this.#events.notMounted(error.message);
      await this.#report();
      return { again: missingPause };
    }
    const decision = decide(pod, this.#views(), cluster.now(), limits);
    for (const name of decision.waiting) this.#events.backOff(name);
    for (const name of decision.stop) this.#stop(name, this.#grace());
    const own = decision.start.filter(name => !this.#casting.inside.has(name));
    const starts = await Promise.all(own.map(name => this.#start(name, where, places)));
    await this.#report();
    const waits = [decision.again, ...starts, this.#tokens.renewal - cluster.now()];
    const again = Math.min(...waits.filter(wait => wait !== undefined));
    return Number.isFinite(again) ? { again } : {};
  }

  /** Gives the pod its address and its folder. */
  #place(): Whereabouts | undefined {
    const { addresses, node, allocatable } = this.#parts;
    if (this.#address === undefined) {
      const address = this.#pod.spec.hostNetwork === true ? node : addresses.take();
      if (address === undefined) return undefined;
      this.#address = address;
      const { namespace = '', name = '' } = this.#pod.metadata;
      writeRecord(this.#folder, { namespace, name, uid: this.#uid, address, startTime: this.#startTime });
    }
    return { node, address: this.#address, allocatable };
  }

  #mount(pod: HostedPod, where: Whereabouts): Promise<Map<string, string>> {
    return this.#volumes.setUp(pod.spec.volumes ?? [], {
      pod,
      where,
      sources: this.#parts.sources,
      token: request => this.#tokens.for(pod, request),
    });
  }

  /** Starts a container; gives milliseconds after which it is to be tried again. */
  async #start(name: string, where: Whereabouts, places: Map<string, string>): Promise<number | undefined> {
    const state = this.#containers.get(name);
    const play = this.#casting.plays.get(name);
    if (state === undefined || play === undefined) return undefined;
    const { spec } = state;
    const { image = '' } = spec;
    if (play.how === 'refused') {
      if (state.waiting === undefined) this.#events.notPulled(name, image, play.why);
      const message = `Back-off pulling image ${JSON.stringify(image)}: ErrImagePull: ${play.why}`;
      state.waiting = { reason: 'ImagePullBackOff', message };
      return undefined;
    }
    const ended = state.view().current?.end;
    const { limits, runner, sources } = this.#parts;
    const inside = name === this.#casting.main ? this.#inside() : [];
    const records = join(this.#folder, 'containers', name);
    const setting = { pod: this.#pod, where, sources, places, records, inside };
    try {
      const attempt = await startContainer(runner, spec, play, state.next, setting);
      if (ended !== undefined) state.backoff = lengthened(state.backoff, ended.at, limits);
      this.#events.pulled(name, image);
      this.#begun(state, attempt);
      await this.#afterStart(state, attempt);
    } catch (error) {
      if (error instanceof ConfigError || error instanceof MountError) {
        const message = messageOf(error);
        const reason = error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError';
        if (state.waiting?.message !== message) this.#events.failed(name, message);
        state.waiting = { reason, message };
        return missingPause;
      }
      if ((error as { code?: string }).code !== 'container-not-startable') throw error;
      if (ended !== undefined) state.backoff = lengthened(state.backoff, ended.at, limits);
      const message = `failed to start container: ${messageOf(error)}`;
      state.begin({ at: this.#parts.cluster.now(), message });
      this.#events.failed(name, message);
      return 0;
    }
    return undefined;
  }

  #inside(): HostedContainer[] {
    return this.#pod.spec.containers.filter(({ name }) => this.#casting.inside.has(name));
  }

  #begun(state: ContainerState, attempt: Attempt): void {
    state.begin(attempt);
    this.#events.created(state.spec.name);
    this.#events.started(state.spec.name);
    for (const { name, image = '' } of state.spec.name === this.#casting.main ? this.#inside() : []) {
      this.#events.pulled(name, image);
      this.#events.created(name);
      this.#events.started(name);
    }
    this.#follow(state, attempt);
  }

  /** Looks after a run: its probes, and its end. */
  #follow(state: ContainerState, attempt: Attempt, known?: { started: boolean; ready: boolean }): void {
    const { touch } = this.#parts;
    const { spec } = state;
    const play = this.#casting.plays.get(spec.name);
    const touched = (): void => touch(this.#uid);
    state.prober = new Prober({
      probes: {
        startup: spec.startupProbe,
        readiness: readinessOf(spec, play),
        liveness: spec.livenessProbe,
      },
      target: this.#target(spec, attempt),
      eager: play?.how === 'davit',
      ...(known !== undefined && { known }),
      onChange: touched,
      onFailure: (kind, message) => this.#events.unhealthy(spec.name, kind, message),
      onUnhealthy: (kind, { terminationGracePeriodSeconds = this.#grace() }) => {
        this.#events.unhealthyRestart(spec.name, kind);
        this.#stop(spec.name, terminationGracePeriodSeconds, false);
      },
    });
    state.prober.start();
    void attempt.process.ended.then(() => {
      state.prober?.stop();
      touched();
    });
  }

  #target({ ports = [] }: HostedContainer, attempt: Attempt): Target {
    return {
      address: this.#address ?? this.#parts.node,
      ports: new Map(
        ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort]])),
      ),
      command: argv => {
        if (!this.#parts.allowHostProcesses) {
          throw new Error(
            'commands in containers are processes of this machine: davit up needs --allow-host-processes',
          );
        }
        return commandIn(attempt, argv);
      },
    };
  }

  async #afterStart(state: ContainerState, attempt: Attempt): Promise<void> {
    const hook = state.spec.lifecycle?.postStart;
    if (hook === undefined) return;
    const finding = await check(hook, this.#target(state.spec, attempt), this.#grace() * 1000);
    if (finding.good) return;
    this.#events.hookFailed(state.spec.name, 'PostStart', finding.message);
    this.#stop(state.spec.name, this.#grace(), false);
  }

  #grace(): number {
    return this.#pod.spec.terminationGracePeriodSeconds ?? usualGrace;
  }

  /** Begins to stop a container, once. */
  #stop(name: string, seconds: number, told = true): void {
    const state = this.#containers.get(name);
    const attempt = state?.attempt;
    if (state === undefined || attempt === undefined || !attempt.running || state.stopping !== undefined)
      return;
    if (told) this.#events.stopping(name);
    for (const one of told && name === this.#casting.main ? this.#casting.inside : [])
      this.#events.stopping(one);
    state.prober?.stop();
    state.stopping = this.#stopping(state, attempt, seconds * 1000);
  }

  async #stopping(state: ContainerState, attempt: Attempt, grace: number): Promise<void> {
    const began = performance.now();
    const hook = state.spec.lifecycle?.preStop;
    if (hook !== undefined && grace > 0) {
      const timeout = sleep(grace, undefined, { ref: false });
      const finding = await Promise.race([check(hook, this.#target(state.spec, attempt), grace), timeout]);
      if (finding?.good === false) this.#events.hookFailed(state.spec.name, 'PreStop', finding.message);
    }
    // A hook that took all the time leaves two seconds, as a kubelet does.
    const left = grace === 0 ? 0 : Math.max(grace - (performance.now() - began), 2000);
    await attempt.stop(left);
  }

  /** The pod is being deleted: containers end, sidecars last; then the API forgets it. */
  async #end(pod: HostedPod): Promise<Outcome & { done?: boolean }> {
    const { deletionTimestamp = '', deletionGracePeriodSeconds } = pod.metadata;
    const { now } = this.#parts.cluster;
    const left = Math.max(0, (Date.parse(deletionTimestamp) - now()) / 1000);
    this.#stopAll(deletionGracePeriodSeconds === 0 ? 0 : left);
    await this.#report();
    if (this.running) return { again: 1000 };
    const { namespace = '', name = '' } = pod.metadata;
    try {
      await this.#parts.cluster
        .client('pods')
        .delete(namespace, name, { uid: this.#uid, gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isStatusError(error) || (error.reason !== 'NotFound' && error.reason !== 'Conflict')) throw error;
    }
    return {};
  }

  #stopAll(seconds: number): void {
    const sidecars = new Set((this.#pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
    const states = [...this.#containers.values()];
    const firstRun = states.some(({ spec, running }) => running && !sidecars.has(spec.name));
    for (const { spec } of states) if (!firstRun || !sidecars.has(spec.name)) this.#stop(spec.name, seconds);
  }

  /** The API does not know the pod any more: nothing of it may stay. */
  async #leave(): Promise<Outcome & { done?: boolean }> {
    this.#stopAll(goneGrace);
    if (this.running) return { again: 100 };
    if (this.#address !== undefined && this.#pod.spec.hostNetwork !== true) {
      this.#parts.addresses.giveBack(this.#address);
    }
    for (const { prober } of this.#containers.values()) prober?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
    return { done: true };
  }

  /** Ends what runs, whatever the API says, and tells nobody. */
  async endProcesses(graceSeconds: number): Promise<void> {
    const running = [...this.#containers.values()].flatMap(({ attempt }) =>
      attempt?.running === true ? [attempt] : [],
    );
    await Promise.all(running.map(attempt => attempt.stop(graceSeconds * 1000)));
  }

  #views(): Views {
    const views = new Map<string, ContainerView>();
    for (const [name, state] of this.#containers) views.set(name, state.view());
    const main = views.get(this.#casting.main ?? '');
    if (main !== undefined) for (const name of this.#casting.inside) views.set(name, mirrored(name, main));
    return views;
  }

  /** Writes the status where it differs from what was written. */
  async #report(): Promise<void> {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.#told) return;
    const { namespace = '', name = '', uid } = this.#pod.metadata;
    try {
      const patch = { metadata: { uid }, status };
      await this.#parts.cluster.client('pods').patch(namespace, name, 'strategic-merge', patch, 'status');
      this.#told = text;
    } catch (error) {
      if (!isStatusError(error) || (error.reason !== 'NotFound' && error.reason !== 'Conflict')) throw error;
    }
    if (finished(this.#pod, this.#views()))
      for (const { prober } of this.#containers.values()) prober?.stop();
  }

  /** Takes up what another kubelet started for this pod. */
  #adopt(): void {
    const folder = join(this.#folder, 'containers');
    const { status } = this.#pod;
    const known = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    for (const name of namesIn(folder)) {
      const state = this.#containers.get(name);
      if (state === undefined) continue;
      for (const record of runsIn(join(folder, name)).slice(-2)) {
        const attempt = this.#parts.runner.adopt(record);
        if (attempt !== undefined) state.begin(attempt);
      }
      const { attempt } = state;
      const before = known.find(one => one.name === name);
      const same = attempt !== undefined && before?.containerID === `davit://${attempt.note.id}`;
      if (attempt?.running === true) this.#follow(state, attempt, same ? before : undefined);
    }
  }
}
