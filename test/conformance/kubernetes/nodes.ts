import {
  Informer,
  type Resource,
  ResourceClient,
  type Transport,
} from '../../../src/cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../../src/cluster/meta/index.ts';
import { failingStatus, failureAnnotation } from './failing.ts';

const nodes: Resource = { group: '', version: 'v1', plural: 'nodes', namespaced: false };
const pods: Resource = { group: '', version: 'v1', plural: 'pods', namespaced: true };

interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status?: { readonly phase?: string; readonly startTime?: string };
}

const names = ['node-1', 'node-2'];
const capacity = { cpu: '16', memory: '32Gi', pods: '250', 'ephemeral-storage': '100Gi' };

/**
 * Two nodes whose pods are Running and Ready as soon as they are scheduled, and gone as soon as they are deleted, though no container
 * runs: what the nodes were that the recordings were made with. A client like any other.
 */
export class PretendedNodes {
  readonly #pods: Informer<Pod>;
  readonly #client: ResourceClient<Pod>;
  readonly #nodes: ResourceClient;
  #address = 0;

  readonly #capacity: Readonly<Record<string, string>>;

  constructor(transport: Transport, more: Readonly<Record<string, string>> = {}) {
    this.#capacity = { ...capacity, ...more };
    this.#nodes = new ResourceClient(transport, nodes);
    this.#client = new ResourceClient<Pod>(transport, pods);
    this.#pods = new Informer(this.#client);
  }

  async start(): Promise<void> {
    for (const name of names) await this.#addNode(name);
    const look = (pod: Pod): void => void this.#look(pod).catch(() => {});
    this.#pods.on({ onAdd: look, onUpdate: (_, pod) => look(pod) });
    await this.#pods.ready();
  }

  async stop(): Promise<void> {
    await this.#pods.stop();
  }

  async #addNode(name: string): Promise<void> {
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    };
    await this.#nodes.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' };
    const addresses = [{ type: 'InternalIP', address: '192.0.2.10' }];
    const status = {
      capacity: this.#capacity,
      allocatable: this.#capacity,
      conditions: [condition],
      addresses,
    };
    await this.#nodes.patch('', name, 'merge', { status }, 'status');
    // A real server gives new nodes a taint that its own controller manager, which is not there, takes away.
    await this.#nodes.patch('', name, 'merge', { spec: { taints: null } });
  }

  async #look({ metadata, spec, status }: Pod): Promise<void> {
    const { namespace = '', name = '', deletionTimestamp } = metadata;
    if (!names.includes(spec.nodeName ?? '')) return;
    try {
      if (deletionTimestamp !== undefined) {
        await this.#client.delete(namespace, name, { gracePeriodSeconds: 0 });
      } else if (status?.phase === 'Pending') {
        const how = metadata.annotations?.[failureAnnotation];
        const failing = how === undefined ? this.#running(spec) : failingStatus(how, spec, stamp());
        if (how !== undefined && status.startTime !== undefined) return;
        await this.#client.patch(namespace, name, 'strategic-merge', { status: failing }, 'status');
      }
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    }
  }

  #running({ containers }: Pod['spec']): object {
    const now = stamp();
    const podIP = `10.1.${Math.floor(++this.#address / 250)}.${(this.#address % 250) + 1}`;
    const condition = (type: string): object => ({ type, status: 'True', lastTransitionTime: now });
    return {
      phase: 'Running',
      hostIP: '192.0.2.10',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: now,
      conditions: ['Initialized', 'Ready', 'ContainersReady'].map(condition),
      containerStatuses: containers.map(({ name, image }) => ({
        name,
        image,
        imageID: '',
        ready: true,
        restartCount: 0,
        started: true,
        state: { running: { startedAt: now } },
        lastState: {},
      })),
    };
  }
}

function stamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
