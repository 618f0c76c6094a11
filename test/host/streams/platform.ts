import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../src/base/log/index.ts';
import { createListener, type Listener } from '../../../src/base/net/index.ts';
import { type CertificateRequest, type Identity, issue } from '../../../src/cluster/access/index.ts';
import { largestBody, listenerFailure, upgrades } from '../../../src/cluster/apiserver/index.ts';
import { type Controllers, startControllers } from '../../../src/cluster/controllers/kubernetes/index.ts';
import { type Kubelet, startKubelet } from '../../../src/host/kubelet/index.ts';
import { type Streams, startStreams } from '../../../src/host/streams/index.ts';
import { Cluster } from '../../apiserver/serving.ts';
import { program } from '../kubelet/node.ts';

const day = 86_400_000;
const system = { name: 'system:davit', groups: ['system:masters'] };
const client = 'kube-apiserver-kubelet-client';
/** A block that no cluster of this machine is likely to use. */
const block = `127.${137 + (process.pid % 53)}.${process.pid % 250}.0/24`;

function identity(
  request: Pick<CertificateRequest, 'commonName' | 'use' | 'hosts'>,
  by?: Identity,
): Identity {
  return issue({ ...request, from: Date.now() - day, until: Date.now() + day }, by);
}

/** An API server that listens, its controllers, and a node whose pods are processes: over TLS all the way, as clients find it. */
export class Platform {
  readonly folder = mkdtempSync(join(tmpdir(), 'davit-streams-'));
  readonly authority: Identity;
  readonly cluster: Cluster;
  port = 0;
  streams: Streams | undefined;
  kubelet: Kubelet | undefined;
  #controllers: Controllers | undefined;
  readonly #listener: Listener;

  private constructor(cluster: Cluster, authority: Identity) {
    this.authority = authority;
    this.cluster = cluster;
    Object.defineProperty(cluster.clock, 'now', { get: Date.now });
    this.#listener = createListener(
      {
        upgrades,
        limits: { bodyBytes: largestBody },
        describe: error => listenerFailure(error, largestBody),
      },
      (...request) => cluster.api.handler(...request),
    );
  }

  static async open(): Promise<Platform> {
    const authority = identity({ commonName: 'davit', use: 'authority' });
    const nodes = {
      ...identity({ commonName: client, use: 'client' }, authority),
      authority: authority.certificate,
    };
    const platform = new Platform(await Cluster.open('10.96.0.0/24', { nodes }), authority);
    await platform.#start();
    return platform;
  }

  async #start(): Promise<void> {
    const certified = (name: string): Identity =>
      identity({ commonName: name, use: 'server', hosts: ['127.0.0.1'] }, this.authority);
    const secure = { ...certified('kube-apiserver'), authorities: [this.authority.certificate] };
    ({ port: this.port } = await this.#listener.listen({ host: '127.0.0.1', port: 0 }, secure));
    this.#controllers = await startControllers({
      transport: this.cluster.api.transport(system, 'kube-controller-manager/1'),
      certificates: this.authority.certificate,
      now: Date.now,
      onError: () => {},
    });
    this.kubelet = await startKubelet({
      transport: this.cluster.api.transport(system, 'kubelet/1'),
      node: { name: 'here', address: '127.0.0.1' },
      folder: this.folder,
      podAddresses: block,
      program,
      environment: { PATH: process.env['PATH'] ?? '', HOME: this.folder },
      allowHostProcesses: true,
      warm: false,
      version: '0.0.0',
      backoff: { first: 100, longest: 400 },
      now: Date.now,
      onError: () => {},
      serve: async pods => {
        this.streams = await startStreams({
          pods,
          identity: certified('kubelet'),
          authority: this.authority.certificate,
          client,
          now: Date.now,
          log: createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} }),
        });
        return this.streams.port;
      },
    });
  }

  async close(): Promise<void> {
    // In this order: a kubelet that still looks after its pods starts what ends.
    await this.kubelet?.stop();
    await this.kubelet?.stopPods(0);
    await this.streams?.stop();
    await this.#controllers?.stop();
    await this.#listener.close();
    await this.cluster.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** For kubectl. */
  kubeconfig(): string {
    const file = join(this.folder, 'kubeconfig');
    const server = `https://127.0.0.1:${this.port}`;
    const data = Buffer.from(this.authority.certificate).toString('base64');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'davit', cluster: { server, 'certificate-authority-data': data } }],
      users: ['admin', 'alice'].map(name => ({ name, user: { token: name } })),
      contexts: ['admin', 'alice'].map(user => ({ name: user, context: { cluster: 'davit', user } })),
      'current-context': 'admin',
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  /** Makes a pod of one or more containers and waits until `good` is said of it. */
  async pod(name: string, spec: object, good = isRunning, more: object = {}): Promise<RunningPod> {
    const metadata = { name, ...more };
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { terminationGracePeriodSeconds: 0, ...spec },
    };
    const path = '/api/v1/namespaces/default/pods';
    for (let made = 0; made !== 201;) {
      const answer = await this.cluster.ask('POST', path, { body });
      made = answer.status;
      // The account that pods have is made a moment after its namespace.
      if (made !== 201 && !/serviceaccount/.test(answer.text)) throw new Error(answer.text);
    }
    const end = performance.now() + 9000;
    for (;;) {
      const pod = (await this.cluster.ask('GET', `${path}/${name}`)).body as RunningPod;
      if (good(pod)) return pod;
      if (performance.now() > end) throw new Error(`${name}: ${JSON.stringify(pod.status)}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }
}

export interface RunningPod {
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly restartCount: number; readonly state: object }[];
  };
}

export function isRunning({ status: { phase } }: RunningPod): boolean {
  return phase === 'Running';
}

/** A container that runs a script. */
export function script(text: string, more: object = {}): object {
  return { name: 'main', image: 'busybox', command: ['sh', '-c', text], ...more };
}
