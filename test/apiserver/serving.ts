import { randomUUID } from 'node:crypto';
import type { ByteStream, Head, Peer } from '../../src/base/net/index.ts';
import { newSigningKey, TokenIssuer } from '../../src/cluster/access/index.ts';
import { usualPorts } from '../../src/cluster/allocation/index.ts';
import { ApiServer, type ApiServerOptions } from '../../src/cluster/apiserver/index.ts';
import { bootstrap } from '../../src/cluster/bootstrap/index.ts';
import { createKinds, definitionRules, kindParts } from '../../src/cluster/kinds/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { type CompactingStore, openStore } from '../../src/cluster/store/index.ts';
import { frozen } from './frozen.ts';

/** An answer as a client has it. */
export interface Answered {
  readonly status: number;
  readonly fields: readonly (readonly [string, string])[];
  readonly text: string;
  /** The body read as JSON; undefined when it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every kind are looked into
  readonly body: any;
}

export interface Asking {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly bytes?: Uint8Array | string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further fields that are sent after these, of which several may have one name. */
  readonly more?: readonly (readonly [name: string, value: string])[];
  /** Undefined: nobody in particular. */
  readonly token?: string | undefined;
  readonly peer?: Peer;
  /** When the client leaves; absent: it stays. */
  readonly left?: AbortSignal;
}

export interface Event {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number };
}

const issuerName = 'https://kubernetes.default.svc.cluster.local';

/** An API server over a store in memory, asked without a socket. */
export class Cluster {
  readonly store: CompactingStore;
  readonly api: ApiServer;
  readonly issuer: TokenIssuer;
  readonly clock: { now: number };

  private constructor(
    store: CompactingStore,
    clock: { now: number },
    addresses: string,
    more: Partial<ApiServerOptions>,
  ) {
    this.store = store;
    this.clock = clock;
    const now = (): number => clock.now;
    this.issuer = new TokenIssuer(issuerName, [newSigningKey()], now);
    this.api = new ApiServer({
      store: frozen(store),
      kinds: createKinds(kindParts),
      definitions: definitionRules,
      issuer: this.issuer,
      tokens: new Map([
        ['admin', { name: 'admin', groups: ['system:masters'] }],
        ['alice', { name: 'alice', groups: ['developers'] }],
      ]),
      services: { addresses, ...usualPorts },
      version: { major: '1', minor: '37', gitVersion: 'v1.37.2', platform: 'linux/amd64' },
      url: 'https://192.0.2.1:6443',
      now,
      random: Math.random,
      ...more,
    });
  }

  /** `addresses` are those of services. */
  static async open(addresses = '10.96.0.0/28', more: Partial<ApiServerOptions> = {}): Promise<Cluster> {
    const clock = { now: Date.parse('2026-11-25T12:00:00Z') };
    const cluster = new Cluster(await openStore({ now: () => clock.now }), clock, addresses, more);
    await bootstrap(cluster.api.transport({ name: 'system:davit', groups: ['system:masters'] }, 'davit/0'));
    return cluster;
  }

  async close(): Promise<void> {
    await this.api.stop();
    await this.store.close();
  }

  async ask(method: string, path: string, asking: Asking = {}): Promise<Answered> {
    const { promise, resolve } = Promise.withResolvers<Answered>();
    await this.api.handler(method, path, headOf(asking), bytesOf(asking), {
      get aborted() {
        return asking.left?.aborted === true;
      },
      send: (head, body) => {
        const text = typeof body === 'string' ? body : Buffer.from(body).toString();
        resolve({ status: head.status, fields: head.fields, text, body: parsed(text) });
      },
      stream: () => {
        throw new Error('a stream where an answer was expected');
      },
      onAbort: listener => asking.left?.addEventListener('abort', listener),
    });
    return promise;
  }

  /** Follows a watch; what it has sent is in `events`. A lazy one leaves what is written until it is told to read. */
  async watch(path: string, asking: Asking = {}, lazy = false): Promise<Watching> {
    const watching = new Watching();
    watching.lazy = lazy;
    await this.api.handler('GET', path, headOf(asking), new Uint8Array(), {
      aborted: false,
      send: (head, body) => watching.refuse(head.status, Buffer.from(body as Uint8Array).toString()),
      stream: () => watching,
      onAbort: () => {},
    });
    return watching;
  }
}

function bytesOf({ bytes, body }: Asking): Uint8Array {
  if (bytes !== undefined) return Buffer.from(bytes as string);
  return body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body));
}

function headOf(asking: Asking): Head {
  const { type, headers = {}, more = [], peer } = asking;
  const token = 'token' in asking ? asking.token : 'admin';
  const fields: Record<string, string> = {
    'user-agent': 'tests/1',
    ...(type !== undefined && { 'content-type': type }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return {
    header: name => fields[name],
    fields: () => [...Object.entries(fields), ...more],
    ...(peer !== undefined && { peer }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reader of a watch, which reads only when it is told to. */
export class Watching implements ByteStream {
  aborted = false;
  ended = false;
  refused: { readonly status: number; readonly text: string } | undefined;
  readonly lines: string[] = [];
  /** Bytes that this reader leaves waiting. */
  pending = 0;
  /** Whether it leaves what is written. */
  lazy = false;
  readonly #onAbort: (() => void)[] = [];
  readonly #onDrain: (() => void)[] = [];

  get events(): Event[] {
    return this.lines.map(line => JSON.parse(line) as Event);
  }

  write(chunk: string | Uint8Array): boolean {
    this.lines.push(Buffer.from(chunk as string).toString());
    if (this.lazy) this.pending += chunk.length;
    return !this.lazy;
  }

  end(): void {
    this.ended = true;
  }

  cut(): void {
    this.abort();
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#onAbort) listener();
  }

  refuse(status: number, text: string): void {
    this.refused = { status, text };
  }

  /** Reads all that waits. */
  drain(): void {
    this.pending = 0;
    for (const listener of this.#onDrain) listener();
  }

  onAbort(listener: () => void): void {
    this.#onAbort.push(listener);
  }

  onDrain(listener: () => void): void {
    this.#onDrain.push(listener);
  }
}

/** A name that nothing else has. */
export function fresh(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

export function configMap(name: string, more: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '1' }, ...more };
}

/** A kind whose objects have `data` of texts, as tests of what holds for every kind use it. */
export interface Subject {
  readonly title: string;
  /** The path of its collection in a namespace. */
  readonly collection: (namespace: string) => string;
  readonly object: (name: string, more?: object) => object;
}

const group = 'tests.example.com';

/** A kind of Kubernetes' own, and one that a definition makes. */
export const subjects: readonly Subject[] = [
  {
    title: 'a built-in kind',
    collection: namespace => `/api/v1/namespaces/${namespace}/configmaps`,
    object: configMap,
  },
  {
    title: 'a custom kind',
    collection: namespace => `/apis/${group}/v1/namespaces/${namespace}/notes`,
    object: (name, more) => ({ ...configMap(name, more), apiVersion: `${group}/v1`, kind: 'Note' }),
  },
];

/** Makes the custom kind of the subjects; resolves when it is served. */
export async function defineSubjects(cluster: Cluster): Promise<void> {
  const texts = { type: 'object', additionalProperties: { type: 'string' } };
  const body = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `notes.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'notes', singular: 'note', kind: 'Note', listKind: 'NoteList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { data: texts } } },
        },
      ],
    },
  };
  const made = await cluster.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body });
  if (made.status !== 201) throw new Error(made.text);
  await until(
    async () => (await cluster.ask('GET', `/apis/${group}/v1/notes`)).status === 200,
    'notes that are served',
  );
}

/** Milliseconds that a test waits for what has to come; far more than it ever takes. */
const patience = 15_000;

/**
 * Waits until something holds.
 * @throws Error that names what did not come
 */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: did not come in ${patience} ms`);
    await new Promise(resolve => setImmediate(resolve));
  }
}

/**
 * What is waited for, or an end of the waiting.
 * @throws Error that names what did not come
 */
export async function inTime<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const error = new Error(`${what}: did not come in ${patience} ms`);
  const timer = setTimeout(() => reject(error), patience);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
