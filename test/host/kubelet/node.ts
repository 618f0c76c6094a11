import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Controllers, startControllers } from '../../../src/cluster/controllers/kubernetes/index.ts';
import { ResourceClient, type Transport } from '../../../src/cluster/client/index.ts';
import { type KubeObject } from '../../../src/cluster/meta/index.ts';
import { type Pod, type Plural, resourceOf } from '../../../src/cluster/view/index.ts';
import { type Kubelet, type KubeletOptions, startKubelet } from '../../../src/host/kubelet/index.ts';
import { Cluster } from '../../apiserver/serving.ts';

export const root = join(import.meta.dirname, '..', '..', '..');
export const program = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  join(root, 'src', 'app', 'main.ts'),
];
const user = { name: 'system:node:here', groups: ['system:masters'] };
/** A block that no cluster of this machine is likely to use. */
const block = `127.${137 + (process.pid % 53)}.${process.pid % 250}.0/24`;

/** An API server with its controllers, and one node. */
export class TestNode {
  readonly cluster: Cluster;
  readonly folder = mkdtempSync(join(tmpdir(), 'davit-kubelet-'));
  readonly errors: unknown[] = [];
  kubelet: Kubelet | undefined;
  #controllers: Controllers | undefined;

  private constructor(cluster: Cluster) {
    this.cluster = cluster;
    Object.defineProperty(cluster.clock, 'now', { get: Date.now });
  }

  static async open(options: Partial<KubeletOptions> = {}): Promise<TestNode> {
    const node = new TestNode(await Cluster.open());
    node.#controllers = await startControllers({
      transport: node.transport('kube-controller-manager/1'),
      certificates: 'certificates',
      now: Date.now,
      onError: () => {},
    });
    await node.start(options);
    return node;
  }

  async start(options: Partial<KubeletOptions> = {}): Promise<void> {
    this.kubelet = await startKubelet({ ...this.options, ...options });
  }

  get options(): KubeletOptions {
    return {
      transport: this.transport('kubelet/1'),
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
      onError: (_, error) => void this.errors.push(error),
    };
  }

  async close(): Promise<void> {
    // What is waited for keeps no program running, and this one is not to end before.
    const awake = setInterval(() => {}, 1000);
    try {
      await this.kubelet?.stopPods(0);
      await this.kubelet?.stop();
      await this.#controllers?.stop();
      await this.cluster.close();
      rmSync(this.folder, { recursive: true, force: true });
    } finally {
      clearInterval(awake);
    }
  }

  transport(agent: string): Transport {
    return this.cluster.api.transport(user, agent);
  }

  client<Item extends KubeObject = KubeObject>(plural: Plural): ResourceClient<Item> {
    return new ResourceClient<Item>(this.transport('tests/1'), resourceOf(plural));
  }

  create(plural: Plural, object: object): Promise<KubeObject> {
    return this.client(plural).create(object as KubeObject);
  }

  async pod(name: string, spec: object, metadata: object = {}): Promise<void> {
    await this.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', ...metadata },
      spec,
    });
  }

  get(name: string): Promise<TestPod> {
    return this.client<TestPod>('pods').get('default', name);
  }

  /** Waits until a pod is as it should be. */
  async until(name: string, good: (pod: TestPod) => boolean, what: string, within = 9000): Promise<TestPod> {
    const end = performance.now() + within;
    let pod: TestPod | undefined;
    while (performance.now() < end) {
      pod = await this.get(name);
      if (good(pod)) return pod;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    throw new Error(`${name} is not ${what}: ${JSON.stringify(pod?.status)} ${String(this.errors)}`);
  }

  async untilGone(name: string): Promise<void> {
    const end = performance.now() + 9000;
    while (performance.now() < end) {
      try {
        await this.get(name);
      } catch {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    throw new Error(`${name} is still there: ${String(this.errors)}`);
  }

  /** What the first container has written; waits until a pattern is in it. */
  async log(name: string, pattern: RegExp, container?: string): Promise<RegExpExecArray> {
    const end = performance.now() + 9000;
    let text = '';
    while (performance.now() < end) {
      text = await this.output(name, container);
      const match = pattern.exec(text);
      if (match !== null) return match;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    throw new Error(`${pattern.source} is not in ${text}`);
  }

  async output(name: string, container?: string): Promise<string> {
    const { readFileSync } = await import('node:fs');
    const hosted = this.kubelet?.pods.find('default', name);
    const status = (hosted?.object as unknown as TestPod | undefined)?.status?.containerStatuses?.find(
      one => container === undefined || one.name === container,
    );
    const id = status?.state.terminated?.containerID ?? status?.containerID ?? '';
    const segments = (await hosted?.output(status?.name ?? '', id)?.segments()) ?? [];
    return segments.map(({ path }) => readFileSync(path, 'utf8')).join('');
  }

  /** Waits until there is an event; events are written beside the work. */
  async told(name: string, good: (event: string) => boolean): Promise<void> {
    const end = performance.now() + 8000;
    let events: string[] = [];
    while (performance.now() < end) {
      events = await this.events(name);
      if (events.some(good)) return;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    throw new Error(`no such event: ${events.join('\n')}`);
  }

  async events(name: string): Promise<string[]> {
    const { items } = await this.client('events').list({ namespace: 'default' });
    return items
      .filter(one => (one['involvedObject'] as { name: string }).name === name)
      .map(one => `${String(one['type'])} ${String(one['reason'])} ${String(one['message'])}`);
  }
}

export interface TestContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: {
      readonly exitCode: number;
      readonly reason: string;
      readonly message?: string;
      readonly containerID?: string;
    };
  };
  readonly lastState: TestContainerStatus['state'];
}

export interface TestPod extends KubeObject {
  readonly status?: Omit<NonNullable<Pod['status']>, 'containerStatuses'> & {
    readonly containerStatuses?: readonly TestContainerStatus[];
    readonly initContainerStatuses?: readonly TestContainerStatus[];
    readonly podIP?: string;
  };
}

export function ready(pod: TestPod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

/** The first container's status. */
export function first(pod: TestPod): TestContainerStatus | undefined {
  return pod.status?.containerStatuses?.[0];
}

/** A container that runs a script. */
export function script(text: string, more: object = {}): object {
  return { name: 'main', image: 'busybox', command: ['sh', '-c', text], ...more };
}
