import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root, TestNode, type TestPod, program } from '../node.ts';
import { handsFile } from '../../../../src/host/runners/index.ts';
import { patience } from '../asking.ts';

const [node = '', ...rest] = program;
const shared = { annotations: { 'davit.dev/isolation': 'shared' } };
/** Pods that are made until one has its seat beside another pod's; there are two processes at a time. */
const most = 8;

/** What the record of a seat says of it. */
interface Note {
  readonly process: string;
  readonly request: { readonly number: number };
}

function predictor(): object {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'kserve-container',
        image: 'kserve/sklearnserver:v0.20.0',
        args: ['--model_name=iris', '--model_dir=/mnt/models/iris-model.joblib', '--http_port=8080'],
        volumeMounts: [{ name: 'model', mountPath: '/mnt/models' }],
      },
    ],
    volumes: [{ name: 'model', hostPath: { path: join(root, 'examples', 'iris') } }],
  };
}

/** A node whose pods have seats in shared processes, and whose model servers have faults planted. */
export class SeatsNode {
  readonly node: TestNode;
  #count = 0;

  private constructor(node_: TestNode) {
    this.node = node_;
  }

  static async open(): Promise<SeatsNode> {
    const planted = [node, '--import', join(import.meta.dirname, 'plant.ts'), ...rest];
    return new SeatsNode(await TestNode.open({ allowHostProcesses: false, warm: false, program: planted }));
  }

  async made(name: string): Promise<TestPod> {
    await this.node.pod(name, predictor(), shared);
    return this.node.until(name, ready, 'ready', patience);
  }

  /** A new pod whose seat is in the process of another one's. */
  async neighbourOf(pod: TestPod): Promise<TestPod> {
    for (let tries = 0; tries < most; tries++) {
      const made = await this.made(`neighbour-${this.#count++}`);
      if (this.processOf(made) === this.processOf(pod)) return made;
    }
    throw new Error(`none of ${most} pods has its seat beside ${pod.metadata.name}`);
  }

  /** The process in which a pod has its seat, by the folder of its record; undefined when it has a process of its own. */
  processOf(pod: TestPod): string | undefined {
    return this.#noteOf(pod)?.process;
  }

  /** Waits until a thread of the process in which a pod has its seat works for it. */
  async untilWorkedFor(pod: TestPod): Promise<void> {
    const { process = '', request } = this.#noteOf(pod) ?? {};
    const end = performance.now() + patience;
    for (;;) {
      const bytes = readFileSync(join(process, handsFile));
      const numbers = Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readUInt32LE(at * 4));
      if (numbers.includes(request?.number ?? -1)) return;
      if (performance.now() > end) throw new Error(`no thread works for ${pod.metadata.name}`);
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  #noteOf({ metadata: { uid = '' } }: TestPod): Note | undefined {
    const folder = join(this.node.folder, 'pods', uid);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const [name] = names
      .filter(one => one.endsWith('seat.json'))
      .toSorted()
      .slice(-1);
    if (name === undefined) return undefined;
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Note;
  }

  /** How often the server of a pod's container has begun to serve: once for each seat that it took. */
  async beginnings({ metadata: { name = '' } }: TestPod): Promise<number> {
    return (await this.node.output(name)).match(/"serving"/g)?.length ?? 0;
  }

  close(): Promise<void> {
    return this.node.close();
  }
}
