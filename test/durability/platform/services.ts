import { request } from 'node:http';
import { readKubeconfig } from '../../../src/cli/index.ts';
import { HttpTransport, ResourceClient } from '../../../src/cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../../src/cluster/meta/index.ts';
import { conditionOf, type Condition, resourceOf } from '../../../src/cluster/view/index.ts';
import { Ledger, type State } from './ledger.ts';

const namespace = 'kubeflow-user-example-com';
const label = 'serving.kserve.io/inferenceservice';
const valueAnnotation = 'example.com/value';

interface Service extends KubeObject {
  readonly status?: {
    readonly url?: string;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface Addressed extends KubeObject {
  readonly spec: { readonly clusterIP?: string };
}

/** How services are run, by their annotations: as Knative does it, in a process of their own, in a shared one. */
const ways: readonly Readonly<Record<string, string>>[] = [
  { 'serving.kserve.io/deploymentMode': 'Knative' },
  { 'serving.kserve.io/deploymentMode': 'Standard' },
  { 'serving.kserve.io/deploymentMode': 'Standard', 'davit.dev/isolation': 'shared' },
];

type Change = 'create' | 'change' | 'delete';

/** InferenceServices that come, change and go, and what was acknowledged of them. */
export class Services {
  readonly #ledger = new Ledger();
  readonly #models: string;
  readonly #transport: HttpTransport;
  readonly #services: ResourceClient<Service>;
  readonly #pods: ResourceClient;
  readonly #addressed: ResourceClient<Addressed>;
  readonly #random: () => number;
  #next = 1;

  private constructor(transport: HttpTransport, models: string, random: () => number) {
    this.#transport = transport;
    this.#models = models;
    this.#random = random;
    this.#services = new ResourceClient<Service>(transport, resourceOf('inferenceservices'));
    this.#pods = new ResourceClient(transport, resourceOf('pods'));
    this.#addressed = new ResourceClient<Addressed>(transport, resourceOf('services'));
  }

  static async of(kubeconfig: string, models: string, random: () => number): Promise<Services> {
    const context = await readKubeconfig(kubeconfig);
    return new Services(new HttpTransport({ ...context, userAgent: 'durability' }), models, random);
  }

  get acknowledged(): number {
    return this.#ledger.acknowledged;
  }

  /** One change of one of `count` services, whichever fits. */
  async touch(count: number): Promise<void> {
    const name = `service-${Math.floor(this.#random() * count)}`;
    const possible = this.#ledger.possible(name);
    // What is in doubt is looked at once the API answers again.
    if (possible.length > 1) return void (await this.look(name));
    if (possible[0] === 'absent') return this.#send(name, 'create');
    return this.#send(name, this.#random() < 0.4 ? 'delete' : 'change');
  }

  async #send(name: string, change: Change): Promise<void> {
    const value = this.#next++;
    const state: State = change === 'delete' ? 'absent' : value;
    try {
      await this.#ask(name, change, value);
      this.#ledger.confirm(name, state);
    } catch (error) {
      // One that is still going refuses a new one of its name, and has none of the old to change.
      if (isStatusError(error) && (error.code === 409 || error.code === 404)) return;
      if (isStatusError(error) && error.code < 500) throw error;
      this.#ledger.doubt(name, state);
    }
  }

  async #ask(name: string, change: Change, value: number): Promise<unknown> {
    const annotations = { [valueAnnotation]: String(value) };
    const storageUri = `${this.#models}/${value}/model.joblib`;
    if (change === 'delete') return this.#services.delete(namespace, name);
    if (change === 'create') return this.#services.create(this.#object(name, annotations, storageUri));
    const moves = this.#random() < 0.5;
    const spec = { predictor: { model: { storageUri } } };
    return this.#services.patch(namespace, name, 'merge', {
      metadata: { annotations },
      ...(moves && { spec }),
    });
  }

  #object(name: string, annotations: Readonly<Record<string, string>>, storageUri: string): Service {
    const way = ways[Math.floor(this.#random() * ways.length)];
    return {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name, namespace, annotations: { ...annotations, ...way } },
      spec: { predictor: { model: { modelFormat: { name: 'sklearn' }, storageUri } } },
    };
  }

  /** Compares one with what was acknowledged. @returns what is wrong; nothing when the API does not answer */
  async look(name: string): Promise<string[]> {
    try {
      const { metadata } = await this.#services.get(namespace, name);
      if (metadata.deletionTimestamp !== undefined) return this.#ledger.check(name, 'absent');
      return this.#ledger.check(name, Number(metadata.annotations?.[valueAnnotation]));
    } catch (error) {
      if (isStatusError(error) && error.code === 404) return this.#ledger.check(name, 'absent');
      return [];
    }
  }

  /** What is not as it should be in the end: each service that is there ready in its own generation, and answering. */
  async unsettled(gateway: string): Promise<string[]> {
    const { items } = await this.#services.list({ namespace });
    const faults = await Promise.all(items.map(item => unsettledOf(item, gateway)));
    return faults.flat();
  }

  async removeAll(count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      const name = `service-${number}`;
      try {
        await this.#services.delete(namespace, name);
      } catch (error) {
        if (!isStatusError(error) || error.code !== 404) throw error;
      }
      this.#ledger.confirm(name, 'absent');
    }
  }

  /** Whatever there is of InferenceServices, by kind and name. */
  async left(): Promise<string[]> {
    const services = await this.#services.list({ namespace });
    const pods = await this.#pods.list({ namespace, labelSelector: label });
    return [...services.items, ...pods.items].map(({ metadata }) => metadata.name ?? '');
  }

  /** The addresses that Services have. */
  async addresses(): Promise<Set<string>> {
    const { items } = await this.#addressed.list();
    return new Set(items.map(({ spec }) => spec.clusterIP ?? ''));
  }

  close(): void {
    this.#transport.close();
  }
}

async function unsettledOf({ metadata, status }: Service, gateway: string): Promise<string[]> {
  const { name = '', generation } = metadata;
  if (metadata.deletionTimestamp !== undefined) return [`${name} is still going`];
  const ready = conditionOf(status?.conditions, 'Ready');
  if (ready?.status !== 'True')
    return [`${name} is not ready: ${ready?.reason ?? ''} ${ready?.message ?? ''}`];
  if (status?.observedGeneration !== generation) return [`${name} is ready in another generation`];
  const answer = await predict(gateway, new URL(status?.url ?? '').host, name);
  return answer === '200 {"predictions":[1]}' ? [] : [`${name} answers ${answer}`];
}

function predict(gateway: string, host: string, name: string): Promise<string> {
  return new Promise(resolve => {
    const options = { method: 'POST', headers: { host }, agent: false, timeout: 5000 };
    const sent = request(`http://${gateway}/v1/models/${name}:predict`, options, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')));
    sent.on('error', error => resolve(error.message));
    sent.end('{"instances": [[6.8, 2.8, 4.8, 1.4]]}');
  });
}
