import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/errors/index.ts';
import type { Outcome } from '../../cluster/client/index.ts';
import { isStatusError, podPorts, portsText } from '../../cluster/meta/index.ts';
import { type Cluster, type Condition, conditionOf, timestamp } from '../../cluster/view/index.ts';
import type { Attempt, EngineUse, Image, Runner } from '../runners/index.ts';
import type { Addresses } from './addresses.ts';
import { type BackoffLimits, lengthened } from './backoff.ts';
import type { ContainerState } from './container.ts';
import { PodContainers } from './containers.ts';
import { decide, finished } from './decide.ts';
import { ConfigError } from './environment.ts';
import { PodEvents } from './events.ts';
import type { Whereabouts } from './fields.ts';
import { check } from './probes/check.ts';
import type { Ports } from './ports.ts';
import type { Pulls } from './pulls.ts';
import { type PodRecord, writeRecord } from './record.ts';
import { PodResize } from './resizing.ts';
import type { HostedPod, PodStatus } from './shapes.ts';
import type { Sources } from './sources.ts';
import { startContainer } from './starting.ts';
import { statusOf, type StatusFacts } from './status.ts';
import { PodTokens } from './tokens.ts';
import { MountError } from './volumes/files.ts';
import { PodVolumes } from './volumes/volumes.ts';

/** What every pod of a node shares. */
export interface NodeParts {
  readonly cluster: Cluster;
  readonly runner: Runner;
  readonly sources: Sources;
  readonly addresses: Addresses;
  /** Given to pods where all of them have the address of the node; undefined where each has its own. */
  readonly ports: Ports | undefined;
  /** Address of the node. */
  readonly node: string;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly allowHostProcesses: boolean;
  readonly namesPort: Promise<number> | undefined;
  readonly engine: EngineUse;
  /** Images of containers that an engine runs; undefined without one. */
  readonly pulls: Pulls | undefined;
  /** Data directory of the cluster. */
  readonly home: string;
  readonly limits: BackoffLimits;
  /** Folder with a folder for each pod. */
  readonly folder: string;
  /** Has the pod looked at again. */
  readonly touch: (uid: string) => void;
}

/** Milliseconds until what a pod refers to is looked for again. */
const missingPause = 1000;
/** Milliseconds until what has not changed is told again as an event. */
const toldEvery = 60_000;
/** Seconds that the containers of a pod get which the API does not know any more. */
const goneGrace = 1;

/** Brings what runs for one pod to what its spec says, and tells its status. */
export class PodWorker {
  readonly #parts: NodeParts;
  readonly #uid: string;
  readonly #folder: string;
  readonly containers: PodContainers;
  readonly #volumes: PodVolumes;
  readonly #tokens: PodTokens;
  readonly #events: PodEvents;
  #pod: HostedPod;
  #address: string | undefined;
  /** Where its ports are found at its address. */
  #ports: ReadonlyMap<number, number>;
  #startTime: string;
  #told = '';
  /** Why the pod has failed whatever its containers do. */
  #failure: StatusFacts['failure'];
  #unmounted = { message: '', at: 0 };
  readonly #resize: PodResize;

  constructor(parts: NodeParts, pod: HostedPod, record: PodRecord | undefined) {
    this.#parts = parts;
    this.#pod = pod;
    this.#uid = pod.metadata.uid ?? '';
    this.#folder = join(parts.folder, this.#uid);
    this.#volumes = new PodVolumes(join(this.#folder, 'volumes'), parts.cluster, parts.allowHostProcesses);
    this.#tokens = new PodTokens(parts.cluster);
    this.#events = new PodEvents(parts.cluster.events, () => this.#pod);
    this.#address = record?.address;
    this.#ports = new Map(record?.ports);
    this.#startTime = record?.startTime ?? timestamp(parts.cluster.now());
    this.containers = new PodContainers({
      pod: () => this.#pod,
      events: this.#events,
      allowHostProcesses: parts.allowHostProcesses,
      engine: parts.engine,
      address: () => this.#address ?? parts.node,
      ports: () => this.#ports,
      touch: () => parts.touch(this.#uid),
    });
    this.#resize = new PodResize(parts.runner, this.containers, this.#events);
    if (record !== undefined) this.containers.adopt(join(this.#folder, 'containers'), parts.runner);
  }

  get pod(): HostedPod {
    return this.#pod;
  }

  get address(): string | undefined {
    return this.#address;
  }

  get ports(): ReadonlyMap<number, number> {
    return this.#ports;
  }

  /** The status as it is now. */
  status(): PodStatus {
    const { node, limits, cluster } = this.#parts;
    const facts: StatusFacts = {
      node,
      address: this.#address,
      startTime: this.#startTime,
      now: cluster.now(),
      limits,
      failure: this.#failure,
      resources: container => this.#resize.resourcesOf(container),
      resizing: this.#resize.verdicts,
    };
    return statusOf(this.#pod, this.containers.views(), facts);
  }

  /** Does the next step; the pod is undefined once the API has none. Gives back whether the worker is done for good. */
  async sync(pod: HostedPod | undefined): Promise<Outcome & { readonly done?: boolean }> {
    if (pod === undefined) return this.#leave();
    this.#pod = pod;
    const { phase } = pod.status ?? {};
    if (pod.metadata.deletionTimestamp !== undefined) return this.#end(pod);
    if (phase === 'Succeeded' || phase === 'Failed') {
      // Sidecars may still be ending.
      if (this.#told !== '') await this.#report();
      return {};
    }
    return this.#run(pod);
  }

  async #run(pod: HostedPod): Promise<Outcome> {
    const left = this.#timeLeft(pod);
    if (left <= 0) return this.#expire();
    const where = await this.#place();
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
      this.#tellUnmounted(error.message);
      await this.#report();
      return { again: missingPause };
    }
    const resizing = this.#resize.settle(pod);
    const decision = decide(pod, this.containers.views(), cluster.now(), limits);
    for (const name of decision.waiting) this.#events.backOff(name);
    for (const name of decision.stop) this.containers.stop(name, this.containers.grace);
    const own = decision.start.filter(name => !this.containers.isInside(name));
    const there = await this.#moved(own, where);
    const starts = await Promise.all(own.map(name => this.#start(name, there, places)));
    await this.#report();
    const waits = [decision.again, resizing, ...starts, this.#tokens.renewal - cluster.now(), left];
    const again = Math.min(...waits.filter(wait => wait !== undefined));
    return Number.isFinite(again) ? { again } : {};
  }

  /** Milliseconds that the pod may still run. */
  #timeLeft({ spec: { activeDeadlineSeconds = Number.POSITIVE_INFINITY } }: HostedPod): number {
    return Date.parse(this.#startTime) + activeDeadlineSeconds * 1000 - this.#parts.cluster.now();
  }

  async #expire(): Promise<Outcome> {
    const message = 'Pod was active on the node longer than the specified deadline';
    if (this.#failure === undefined) this.#events.expired(message);
    this.#failure = { reason: 'DeadlineExceeded', message };
    this.containers.stopAll(this.containers.grace);
    await this.#report();
    return {};
  }

  /** Gives the pod its address, or ports of the node's, and its folder. */
  async #place(): Promise<Whereabouts | undefined> {
    const { addresses, ports, node, allocatable } = this.#parts;
    if (this.#address === undefined) {
      const own = this.#pod.spec.hostNetwork !== true;
      const given = own && ports !== undefined ? await ports.take(this.containers.listening()) : new Map();
      const address = own && ports === undefined ? addresses.take() : node;
      if (address === undefined || given === undefined) return undefined;
      this.#settle(address, given);
    }
    await this.#tellPorts();
    return { node, address: this.#address ?? node, ports: this.#ports, allocatable };
  }

  /** Notes where the pod is found. */
  #settle(address: string, ports: ReadonlyMap<number, number>): void {
    this.#address = address;
    this.#ports = ports;
    const { namespace = '', name = '' } = this.#pod.metadata;
    const known = { namespace, name, uid: this.#uid, address, startTime: this.#startTime };
    writeRecord(this.#folder, { ...known, ...(ports.size > 0 && { ports: [...ports] }) });
  }

  /**
   * Whether ports of containers that start again are somebody else's by now, who may have come before they listened at first: then the pod
   * has others, and whoever was told of the old ones starts anew, too.
   */
  async #moved(names: readonly string[], where: Whereabouts): Promise<Whereabouts> {
    const { ports } = this.#parts;
    const again = names.filter(name => (this.containers.state(name)?.next ?? 0) > 0);
    if (ports === undefined || again.length === 0) return where;
    const before = this.#ports;
    const found = await ports.renewed(before, this.containers.listening(again));
    if (found === before) return where;
    // First, as what comes after may fail, and is then not done again but for telling.
    this.containers.stopOthers(names, this.containers.grace);
    this.#settle(where.address, found);
    const lost = [...before].filter(([port, place]) => found.get(port) !== place);
    const what = lost.map(([port, place]) => `${port} is found at ${found.get(port)}, not ${place}`);
    this.#events.moved(`Another program has ports of this pod: ${what.join(', ')}`);
    await this.#tellPorts();
    return { ...where, ports: found };
  }

  /** Writes on the pod where its ports are found, before anybody is told of its address. */
  async #tellPorts(): Promise<void> {
    const { namespace = '', name = '', uid, annotations } = this.#pod.metadata;
    const text = portsText(this.#ports);
    if (text === '' || annotations?.[podPorts] === text) return;
    const patch = { metadata: { uid, annotations: { [podPorts]: text } } };
    // What a node may write of a pod is its status, which annotations may go along with.
    const pods = this.#parts.cluster.client<HostedPod>('pods');
    this.#pod = await pods.patch(namespace, name, 'merge', patch, 'status');
  }

  /** The same reason again is told now and then. */
  #tellUnmounted(message: string): void {
    const now = this.#parts.cluster.now();
    if (message === this.#unmounted.message && now - this.#unmounted.at < toldEvery) return;
    this.#unmounted = { message, at: now };
    this.#events.notMounted(message);
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
    const state = this.containers.state(name);
    const play = this.containers.play(name);
    if (state === undefined || play === undefined) return undefined;
    const { spec } = state;
    const { image = '' } = spec;
    if (play.how === 'refused') {
      if (state.waiting === undefined) this.#events.notPulled(name, image, play.why);
      const message = `Back-off pulling image ${JSON.stringify(image)}: ErrImagePull: ${play.why}`;
      state.waiting = { reason: 'ImagePullBackOff', message };
      return undefined;
    }
    let engineImage: Image | undefined;
    if (play.how === 'engine') {
      const found = this.#parts.pulls?.find(this.#wanting(state)) ?? { again: missingPause };
      if ('again' in found) return found.again;
      engineImage = found.image;
      if (!found.fetched) this.#events.pulled(name, image);
    }
    const ended = state.view().current?.end;
    const { limits, runner, sources, namesPort, home, allowHostProcesses } = this.#parts;
    const inside = this.containers.insideOf(name);
    const records = join(this.#folder, 'containers', name);
    const shares = this.containers.shares(name);
    const onUnseated = (why: string): void => {
      // What brings a model from elsewhere has a process of its own always.
      if (this.containers.isMain(name)) this.#events.unseated(name, why);
    };
    const onUnlimited = (limits: readonly string[]): void => this.#events.unlimited(name, limits);
    const onLeftOut = (names: readonly string[]): void => this.#events.leftOut(name, names);
    const own = {
      places,
      records,
      inside,
      pulledFolder: this.containers.pulledFolder,
      shares,
      onUnseated,
      onUnlimited,
      onLeftOut,
      namesPort,
      home,
      allowHostProcesses,
    };
    const setting = { pod: this.#pod, where, sources, ...own, engineImage };
    const unfit = state.attempt?.unfit;
    if (unfit !== undefined) onUnseated(unfit);
    try {
      const attempt = await startContainer(runner, spec, play, state.next, setting);
      if (ended !== undefined) state.backoff = lengthened(state.backoff, ended.at, limits);
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

  #wanting(state: ContainerState): Parameters<Pulls['find']>[0] {
    return { state, events: this.#events, touch: () => this.#parts.touch(this.#uid) };
  }

  #begun(state: ContainerState, attempt: Attempt): void {
    state.begin(attempt);
    const { spec } = state;
    for (const { name, image = '' } of [spec, ...this.containers.insideOf(spec.name)]) {
      if (attempt.contained === undefined) this.#events.pulled(name, image);
      this.#events.created(name);
      this.#events.started(name, attempt.seat !== undefined);
    }
    this.containers.follow(state, attempt);
  }

  async #afterStart(state: ContainerState, attempt: Attempt): Promise<void> {
    const hook = state.spec.lifecycle?.postStart;
    if (hook === undefined) return;
    const finding = await check(
      hook,
      this.containers.target(state.spec, attempt),
      this.containers.grace * 1000,
    );
    if (finding.good) return;
    this.#events.hookFailed(state.spec.name, 'PostStart', finding.message);
    this.containers.stop(state.spec.name, this.containers.grace, false);
  }

  /** The pod is being deleted: containers end, sidecars last; then the API forgets it. */
  async #end(pod: HostedPod): Promise<Outcome & { done?: boolean }> {
    const { deletionTimestamp = '', deletionGracePeriodSeconds } = pod.metadata;
    const { now } = this.#parts.cluster;
    const left = Math.max(0, (Date.parse(deletionTimestamp) - now()) / 1000);
    this.containers.stopAll(deletionGracePeriodSeconds === 0 ? 0 : left);
    await this.#report();
    if (this.containers.running) return { again: 1000 };
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

  /** The API does not know the pod any more: nothing of it may stay. */
  async #leave(): Promise<Outcome & { done?: boolean }> {
    this.containers.stopAll(goneGrace);
    if (this.containers.running) return { again: 100 };
    this.containers.stopProbes();
    rmSync(this.#folder, { recursive: true, force: true });
    // Not before: a folder that stays would say that the address is this pod's.
    this.#parts.ports?.giveBack(this.#ports.values());
    if (this.#address !== undefined && this.#pod.spec.hostNetwork !== true) {
      this.#parts.addresses.giveBack(this.#address);
    }
    return { done: true };
  }

  /** Writes the status where it differs from what was written. */
  async #report(): Promise<void> {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.#told) return;
    const { namespace = '', name = '', uid } = this.#pod.metadata;
    try {
      const conditions = (status.conditions ?? []).map(condition => {
        const known =
          this.#told !== '' || conditionOf(this.#pod.status?.conditions, condition.type) !== undefined;
        return known ? cleared(condition) : condition;
      });
      const patch = {
        metadata: { uid },
        status: { ...status, conditions: [...conditions, ...this.#resize.gone(this.#pod)] },
      };
      await this.#parts.cluster.client('pods').patch(namespace, name, 'strategic-merge', patch, 'status');
      this.#told = text;
    } catch (error) {
      if (!isStatusError(error) || (error.reason !== 'NotFound' && error.reason !== 'Conflict')) throw error;
    }
    if (finished(this.#pod, this.containers.views())) this.containers.stopProbes();
  }
}

/** A condition as a patch that also takes away what is not said of it any more: one that is there already, since null may not be added. */
function cleared(condition: Condition): object {
  return { reason: null, message: null, ...condition };
}
