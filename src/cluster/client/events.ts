import { createHash } from 'node:crypto';
import type { KubeObject } from '../meta/index.ts';
import type { ResourceClient } from './resource.ts';

export interface EventObject extends KubeObject {
  readonly count?: number;
}

/** The same event again within this time counts up the one there is, in milliseconds. */
const window = 10 * 60_000;
/** Events remembered for counting. */
const remembered = 4096;
/** Milliseconds that events wait: what they tell of goes on meanwhile, and is not to wait for them. */
const pause = 200;

interface What {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly part: string;
}

/** Writes Events about objects, one for all repetitions (client-go's event recorder). Failures to write are not failures of the caller. */
export class EventRecorder {
  readonly #client: ResourceClient<EventObject>;
  readonly #component: string;
  readonly #now: () => number;
  readonly #host: string;
  /** Several events of one object within a millisecond need names of their own. */
  #written = 0;
  readonly #known = new Map<string, { name: string; namespace: string; count: number; last: number }>();
  readonly #chain = new Map<string, Promise<void>>();
  /** Until those that wait now are written. */
  #paused: Promise<void> | undefined;

  /** `host` is the node whose component it is; none when it is of the cluster. */
  constructor(client: ResourceClient<EventObject>, component: string, now: () => number, host = '') {
    this.#client = client;
    this.#component = component;
    this.#now = now;
    this.#host = host;
  }

  /** Records, a moment later; resolves when it is written or given up. `part` is the path of the field that it is about. */
  record(
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    part = '',
  ): Promise<void> {
    const { uid = '' } = about.metadata;
    const key = createHash('sha1').update([uid, type, reason, message, part].join('\0')).digest('base64');
    const before = this.#chain.get(key) ?? this.#pause();
    const what = { at: this.#now(), type, reason, message, part };
    const written = before.then(() => this.#write(key, about, what)).catch(() => {});
    this.#chain.set(key, written);
    void written.then(() => {
      if (this.#chain.get(key) === written) this.#chain.delete(key);
    });
    return written;
  }

  #pause(): Promise<void> {
    this.#paused ??= new Promise(resolve => {
      setTimeout(() => {
        this.#paused = undefined;
        resolve();
      }, pause);
    });
    return this.#paused;
  }

  async #write(key: string, about: KubeObject, what: What): Promise<void> {
    const known = this.#known.get(key);
    if (known !== undefined && what.at - known.last < window && (await this.#again(known, what.at))) return;
    await this.#fresh(key, about, what);
  }

  async #again(
    known: { name: string; namespace: string; count: number; last: number },
    now: number,
  ): Promise<boolean> {
    const { name, namespace } = known;
    const patch = { count: known.count + 1, lastTimestamp: stamp(now) };
    try {
      await this.#client.patch(namespace, name, 'merge', patch);
    } catch {
      return false;
    }
    known.count++;
    known.last = now;
    return true;
  }

  async #fresh(key: string, about: KubeObject, what: What): Promise<void> {
    const now = what.at;
    const { name = '', namespace = '' } = about.metadata;
    const place = namespace === '' ? 'default' : namespace;
    const eventName = `${name}.${(BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#written++ % 1_000_000)).toString(16)}`;
    await this.#client.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace: place },
      involvedObject: referenceTo(about, what.part),
      reason: what.reason,
      message: what.message.slice(0, 1024),
      source: { component: this.#component, ...(this.#host !== '' && { host: this.#host }) },
      firstTimestamp: stamp(now),
      lastTimestamp: stamp(now),
      count: 1,
      type: what.type,
      reportingComponent: this.#component,
      reportingInstance: this.#host,
    });
    this.#known.set(key, { name: eventName, namespace: place, count: 1, last: now });
    const oldest = this.#known.keys().next();
    if (this.#known.size > remembered && oldest.done !== true) this.#known.delete(oldest.value);
  }
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject, part: string): unknown {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { kind, namespace, name, uid, apiVersion, resourceVersion, ...(part !== '' && { fieldPath: part }) };
}

function stamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
