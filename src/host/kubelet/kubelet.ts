import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  Controller,
  EventRecorder,
  Informer,
  keyOf,
  ResourceClient,
  type Transport,
} from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { Cluster, resourceOf } from '../../cluster/view/index.ts';
import type { HostedPod as Offered, Pods } from '../streams/index.ts';
import { type Engine, type Groups, Runner, sharedProcesses } from '../runners/index.ts';
import { Addresses } from './addresses.ts';
import { type BackoffLimits, usualBackoff } from './backoff.ts';
import { ClaimFolders } from './claims.ts';
import { mirror, offered, shown } from './hosted.ts';
import { capacityOf, NodeReporter } from './node.ts';
import { Ports } from './ports.ts';
import { Pulls } from './pulls.ts';
import { sharedFolder } from './residents.ts';
import { forgotten, type PodRecord, readRecords } from './record.ts';
import type { HostedPod } from './shapes.ts';
import { Sources } from './sources.ts';
import { type NodeParts, PodWorker } from './worker.ts';

export interface KubeletOptions {
  /** To the API, as the node's. */
  readonly transport: Transport;
  readonly node: { readonly name: string; readonly address: string };
  /** Folder for what runs here; it must be the same after a restart, for what runs to be found again. */
  readonly folder: string;
  /** Block that pods' addresses are out of, `127.80.0.0/16`. */
  readonly podAddresses: string;
  /** Whether all pods have the address of the node, and ports of their own there, in place of addresses out of the block. */
  readonly oneAddress?: boolean;
  /** How `davit` is started: an interpreter, its options and a file. */
  readonly program: readonly string[];
  /** What every process has in its environment: PATH, HOME. */
  readonly environment: Readonly<Record<string, string>>;
  readonly allowHostProcesses: boolean;
  /** Port of the proxy of this machine that leads names of the cluster to Services; without it no pod is told of one. */
  readonly namesPort?: Promise<number>;
  /** Runs images that are not Davit's: what cannot be run otherwise, or everything. */
  readonly engine?: { readonly engine: Engine; readonly use: 'rest' | 'all' } | undefined;
  /** In which the kernel holds containers to their memory; without, that is looked at. */
  readonly groups?: Groups | undefined;
  /** Whether a process of Davit waits ready for the next model server. */
  readonly warm: boolean;
  readonly version: string;
  readonly backoff?: BackoffLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (pod: string, error: unknown) => void;
  /**
   * Starts what serves logs and exec, given the pods; resolves to its port, which the Node then tells.
   */
  readonly serve?: (pods: Pods) => Promise<number>;
}

export interface Kubelet {
  readonly pods: Pods;
  /** Ends looking after pods. What runs goes on, and the next kubelet with the same folder finds it. */
  stop(): Promise<void>;
  /** Ends everything that runs, within a time in seconds, and looks after nothing any more: for a machine that goes down. */
  stopPods(graceSeconds: number): Promise<void>;
}

const component = 'kubelet';

/** Starts a kubelet: pods that the API gives to this node become processes. Resolves when the node is registered. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const kubelet = new RunningKubelet(options);
  await kubelet.start();
  return kubelet;
}

class RunningKubelet implements Kubelet {
  readonly #options: KubeletOptions;
  readonly #cluster: Cluster;
  readonly #informer: Informer<HostedPod>;
  readonly #controller: Controller;
  readonly #runner: Runner;
  readonly #parts: NodeParts;
  readonly #pods = new Map<string, HostedPod>();
  readonly #workers = new Map<string, PodWorker>();
  /** Pods that other programs of this machine show; they are not started here. */
  readonly #shown = new Map<string, Offered>();
  readonly #records = new Map<string, PodRecord>();
  readonly #claims: ClaimFolders;
  #node: NodeReporter | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    const { transport, now, node, folder, program, environment, groups, warm, onError } = options;
    mkdirSync(join(folder, 'pods'), { recursive: true, mode: 0o700 });
    const client = new ResourceClient(transport, resourceOf('events'));
    this.#cluster = new Cluster(transport, new EventRecorder(client, component, now, node.name), now);
    this.#informer = new Informer<HostedPod>(this.#cluster.client<HostedPod>('pods'), {
      fieldSelector: `spec.nodeName=${node.name}`,
    });
    this.#runner = new Runner({
      folder: join(folder, 'spares'),
      sharedFolder: join(folder, sharedFolder),
      program,
      environment,
      groups,
      warm,
      now,
      onError,
      engine: options.engine?.engine,
    });
    this.#controller = new Controller({
      name: component,
      workers: 16,
      backoff: { first: 50, longest: 10_000 },
      reconcile: uid => this.#reconcile(uid),
      onError: (uid, error) => onError(keyOf(this.#pods.get(uid) ?? unknownPod), error),
    });
    this.#parts = this.#share();
    this.#claims = new ClaimFolders(this.#cluster, join(folder, 'volumes'), options.node.name, onError);
  }

  #share(): NodeParts {
    const { node, folder, podAddresses, allowHostProcesses, engine, backoff = usualBackoff } = this.#options;
    const { oneAddress = false } = this.#options;
    // Two clusters on one machine should not meet at the first address of the same block.
    const from = createHash('sha256').update(folder).digest().readUInt32BE(0);
    return {
      cluster: this.#cluster,
      runner: this.#runner,
      sources: new Sources(this.#cluster),
      addresses: new Addresses(podAddresses, from),
      ports: oneAddress ? new Ports(node.address, from) : undefined,
      node: node.address,
      allocatable: capacityOf(folder),
      allowHostProcesses,
      namesPort: this.#options.namesPort,
      engine: engine?.use ?? 'none',
      pulls: engine && new Pulls(engine.engine, this.#options.now),
      home: folder,
      limits: backoff,
      folder: join(folder, 'pods'),
      touch: uid => this.#controller.queue.add(uid),
    };
  }

  get pods(): Pods {
    const commands = this.#options.allowHostProcesses ? 'allowed' : 'refused';
    const offer = (worker: PodWorker): Offered => offered(worker, commands);
    return {
      all: () => [...this.#workers.values()].map(offer),
      find: (namespace, name) => {
        const worker = [...this.#workers.values()].find(
          ({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name,
        );
        return worker === undefined ? this.#shown.get(`${namespace}/${name}`) : offer(worker);
      },
    };
  }

  async start(): Promise<void> {
    const { node, folder, version, groups, serve, onError } = this.#options;
    for (const record of readRecords(this.#parts.folder)) {
      this.#records.set(record.uid, record);
      if (record.address !== undefined) this.#parts.addresses.keep(record.address);
      this.#parts.ports?.keep((record.ports ?? []).map(([, found]) => found));
    }
    const follow = (pod: HostedPod): void => {
      const { uid = '' } = pod.metadata;
      if (pod.metadata.annotations?.[mirror] !== undefined)
        return void this.#shown.set(keyOf(pod), shown(pod));
      this.#pods.set(uid, pod);
      this.#controller.queue.add(uid);
    };
    this.#informer.on({
      onAdd: follow,
      onUpdate: (_, pod) => follow(pod),
      onDelete: pod => {
        const { uid = '' } = pod.metadata;
        this.#shown.delete(keyOf(pod));
        if (this.#pods.delete(uid)) this.#controller.queue.add(uid);
      },
    });
    await Promise.all([this.#informer.ready(), this.#cluster.ready()]);
    this.#followSources();
    // What runs for pods that the API does not know any more.
    for (const uid of this.#records.keys()) this.#controller.queue.add(uid);
    const port = await serve?.(this.pods);
    const { name, address } = node;
    const memoryLimits = groups?.limits ?? 'sampled';
    const told = { name, address, folder, port, version, memoryLimits };
    this.#node = new NodeReporter(this.#cluster, told, error => onError(name, error));
    await this.#node.start();
    await this.#claims.start();
    this.#controller.start();
  }

  async stop(): Promise<void> {
    this.#node?.stop();
    await Promise.all([this.#controller.stop(), this.#claims.stop()]);
    for (const { containers } of this.#workers.values()) containers.stopProbes();
    await this.#informer.stop();
    await this.#cluster.stop();
    await this.#runner.stop();
  }

  async stopPods(graceSeconds: number): Promise<void> {
    // Else what ends is started again.
    await this.#controller.stop();
    await Promise.all([...this.#workers.values()].map(worker => worker.containers.end(graceSeconds)));
    const shared = sharedProcesses(join(this.#options.folder, sharedFolder));
    await Promise.all(shared.map(one => one.stop(graceSeconds * 1000)));
  }

  /** Config maps and secrets that change are written into volumes, and those that come let containers start. */
  #followSources(): void {
    for (const plural of ['configmaps', 'secrets'] as const) {
      const touch = ({ metadata: { namespace } }: KubeObject): void => {
        for (const [uid, { metadata }] of this.#pods) {
          if (metadata.namespace === namespace) this.#controller.queue.add(uid);
        }
      };
      this.#cluster.informer(plural).on({ onAdd: touch, onUpdate: (_, object) => touch(object) });
    }
  }

  async #reconcile(uid: string): Promise<{ again?: number }> {
    const pod = this.#pods.get(uid);
    const worker = this.#workers.get(uid) ?? this.#workerFor(uid, pod);
    if (worker === undefined) return {};
    const { done = false, ...outcome } = await worker.sync(pod);
    if (done) {
      this.#workers.delete(uid);
      this.#records.delete(uid);
    }
    return outcome;
  }

  #workerFor(uid: string, pod: HostedPod | undefined): PodWorker | undefined {
    const record = this.#records.get(uid);
    const known = pod ?? (record === undefined ? undefined : forgotten(record, this.#parts.folder));
    if (known === undefined) return undefined;
    const worker = new PodWorker(this.#parts, known, record);
    this.#workers.set(uid, worker);
    return worker;
  }
}

const unknownPod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '(gone)' } };
