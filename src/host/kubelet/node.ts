import { availableParallelism, hostname, release, totalmem, type as systemType } from 'node:os';
import { readFileSync, statfsSync } from 'node:fs';
import { isStatusError, type KubeObject } from '../../cluster/meta/index.ts';
import { type Cluster, timestamp } from '../../cluster/view/index.ts';
import type { MemoryLimits } from '../runners/index.ts';

export interface NodeOptions {
  readonly name: string;
  /** Address of the node. */
  readonly address: string;
  /** Folder whose file system holds pods. */
  readonly folder: string;
  /** Port of the server for logs and exec; undefined when there is none. */
  readonly port: number | undefined;
  readonly version: string;
  /** How memory limits are kept: shown, because it decides how soon a container ends. */
  readonly memoryLimits: MemoryLimits;
}

const mostPods = '2500';
/** Milliseconds between two signs of life, and between two reports when nothing has changed. */
const leaseEvery = 10_000;
const statusEvery = 300_000;
const leaseSeconds = 40;

/** The name of this machine as a node's: lower case, a DNS name. */
export function nodeName(): string {
  const name = hostname()
    .toLowerCase()
    .replaceAll(/[^\da-z.-]/g, '-');
  return name.replaceAll(/^[.-]+|[.-]+$/g, '') || 'davit';
}

/** What the machine has for pods. */
export function capacityOf(folder: string): Record<string, string> {
  const { blocks, bsize } = statfsSync(folder);
  return {
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor((blocks * bsize) / 1024)}Ki`,
    pods: mostPods,
  };
}

/** Keeps the Node object and its Lease, as signs that pods may be given to this machine. */
export class NodeReporter {
  readonly #cluster: Cluster;
  readonly #options: NodeOptions;
  readonly #onError: (error: unknown) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #since: string;

  constructor(cluster: Cluster, options: NodeOptions, onError: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#options = options;
    this.#onError = onError;
    this.#since = timestamp(cluster.now());
  }

  async start(): Promise<void> {
    await this.#register();
    await this.#report();
    await this.#renew();
    const every = (milliseconds: number, work: () => Promise<void>): void => {
      this.#timers.push(setInterval(() => void work().catch(this.#onError), milliseconds).unref());
    };
    every(leaseEvery, () => this.#renew());
    every(statusEvery, () => this.#report());
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #register(): Promise<void> {
    const { name, memoryLimits } = this.#options;
    const labels = {
      'beta.kubernetes.io/arch': goArch(),
      'beta.kubernetes.io/os': process.platform,
      'kubernetes.io/arch': goArch(),
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': process.platform,
    };
    const annotations = { 'davit.dev/memory-limits': memoryLimits, 'davit.dev/overcommit': 'true' };
    const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels, annotations } };
    const nodes = this.#cluster.client('nodes');
    try {
      await nodes.create(node);
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
      await nodes.patch('', name, 'merge', { metadata: { labels, annotations } });
    }
  }

  async #report(): Promise<void> {
    const { name, address, folder, port, version } = this.#options;
    const capacity = capacityOf(folder);
    const kubelet = `v1.37.2+davit.${version}`;
    const status = {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      capacity,
      allocatable: capacity,
      conditions: this.#conditions(),
      ...(port !== undefined && { daemonEndpoints: { kubeletEndpoint: { Port: port } } }),
      nodeInfo: {
        machineID: fileText('/etc/machine-id'),
        systemUUID: fileText('/etc/machine-id'),
        bootID: fileText('/proc/sys/kernel/random/boot_id'),
        kernelVersion: release(),
        osImage: osName(),
        containerRuntimeVersion: `davit://${version}`,
        kubeletVersion: kubelet,
        kubeProxyVersion: '',
        operatingSystem: process.platform,
        architecture: goArch(),
      },
    };
    await this.#cluster.client('nodes').patch('', name, 'strategic-merge', { status }, 'status');
  }

  #conditions(): unknown[] {
    const time = timestamp(this.#cluster.now());
    const rows = [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ];
    return rows.map(([type, status, reason, message]) => ({
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: time,
      lastTransitionTime: this.#since,
    }));
  }

  async #renew(): Promise<void> {
    const { name } = this.#options;
    const namespace = 'kube-node-lease';
    const renewTime = new Date(this.#cluster.now()).toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime };
    const leases = this.#cluster.client('leases');
    try {
      await leases.patch(namespace, name, 'merge', { spec });
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
      const lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace },
        spec,
      };
      await leases.create(lease);
    }
  }
}

function goArch(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

function osName(): string {
  const pretty = /^PRETTY_NAME="?([^"\n]+)/m.exec(fileText('/etc/os-release'))?.[1];
  return pretty ?? `${systemType()} ${release()}`;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
