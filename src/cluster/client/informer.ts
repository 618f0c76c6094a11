import { isStatusError, StatusError, type KubeObject } from '../meta/index.ts';
import type { Collection, ResourceClient, Selection } from './resource.ts';

/** What is told of changes; `old` and `object` are what the cache held and holds. */
export interface Handler<Item extends KubeObject> {
  onAdd?(object: Item): void;
  onUpdate?(old: Item, object: Item): void;
  onDelete?(object: Item): void;
}

/** The name of an object among those of its kind: `namespace/name`, or the name alone. */
export function keyOf({ metadata: { namespace = '', name = '' } }: KubeObject): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Takes a key apart. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  if (slash < 0) return { namespace: '', name: key };
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Milliseconds before a list or watch that failed is tried again: doubled each time up to the longest. */
const firstPause = 100;
const longestPause = 30_000;
/** Objects that are listed in one go: in between others have their turn. */
const portion = 500;
/** Milliseconds that a watch lasts at least when all is well. */
const shortWatch = 1000;

/**
 * Keeps a copy of a collection up to date by a list and watches that go on where the last one ended, and lists again only when
 * history does not reach back (client-go's reflector and informer).
 */
export class Informer<Item extends KubeObject = KubeObject> {
  readonly client: ResourceClient<Item>;
  readonly #selection: Selection;
  readonly #items = new Map<string, Item>();
  readonly #indexes = new Map<string, Index<Item>>();
  readonly #handlers: Handler<Item>[] = [];
  readonly #abort = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  #synced = false;
  #failure: unknown;
  #running: Promise<void> | undefined;

  constructor(client: ResourceClient<Item>, selection: Selection = {}) {
    this.client = client;
    this.#selection = selection;
  }

  /** Whether the first list is in. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Why the first list is not in, as far as that is known. */
  get failure(): unknown {
    return this.#synced ? undefined : this.#failure;
  }

  /** Tells a handler of every object there is, and of changes from then on. */
  on(handler: Handler<Item>): void {
    this.#handlers.push(handler);
    for (const item of this.#items.values()) handler.onAdd?.(item);
  }

  /** Keeps objects by what a function says of them, for `by`; to be called before `start`. */
  index(name: string, keysOf: (object: Item) => readonly string[]): void {
    this.#indexes.set(name, new Index(keysOf));
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the first list is in. */
  async ready(): Promise<void> {
    this.start();
    await this.#ready.promise;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#ready.resolve();
    await this.#running;
  }

  get(key: string): Item | undefined {
    return this.#items.get(key);
  }

  values(): IterableIterator<Item> {
    return this.#items.values();
  }

  inNamespace(namespace: string): Item[] {
    return [...this.#items.values()].filter(item => item.metadata.namespace === namespace);
  }

  by(index: string, key: string): Item[] {
    return this.#indexes.get(index)?.get(key) ?? [];
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    let pause = firstPause;
    while (!signal.aborted) {
      try {
        let revision = await this.#list();
        while (!signal.aborted) {
          const began = performance.now();
          const next = await this.#watch(revision);
          // A watch that ends at once without a word, again and again, must not keep both sides busy.
          const vain = next === revision && performance.now() - began < shortWatch;
          if (vain) await wait(pause, signal);
          pause = vain ? Math.min(pause * 2, longestPause) : firstPause;
          revision = next;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#failure = error;
        // Expired history is listed again at once, unless that was what just happened.
        const expired = isStatusError(error) && error.code === 410 && pause === firstPause;
        if (!expired) await wait(pause, signal);
        pause = Math.min(pause * 2, longestPause);
      }
    }
  }

  /** Takes the collection piece by piece, all of one revision, or as a whole when that has been forgotten meanwhile; gives the revision. */
  async #list(): Promise<string> {
    const { signal } = this.#abort;
    const listed = new Set<string>();
    let page = await this.client.list(this.#selection, { limit: `${portion}` });
    this.#take(page, listed);
    while (page.continue !== '' && !signal.aborted) {
      const next = await this.#after(page);
      // The whole is of another revision: what was in the pieces before may be gone by then.
      if (next === undefined) listed.clear();
      page = next ?? (await this.client.list(this.#selection));
      this.#take(page, listed);
    }
    // Of a list that was broken off nothing is known to be gone.
    if (signal.aborted) return page.resourceVersion;
    for (const [key, item] of this.#items) if (!listed.has(key)) this.#remove(key, item);
    this.#synced = true;
    this.#ready.resolve();
    return page.resourceVersion;
  }

  #take({ items }: Collection<Item>, listed: Set<string>): void {
    for (const item of items) {
      listed.add(keyOf(item));
      this.#put(item);
    }
  }

  /** The next piece; undefined when its revision has been forgotten. */
  async #after(page: Collection<Item>): Promise<Collection<Item> | undefined> {
    try {
      return await this.client.list(this.#selection, { limit: `${portion}`, continue: page.continue });
    } catch (error) {
      if (!isStatusError(error) || error.code !== 410) throw error;
      return undefined;
    }
  }

  /** One watch; gives the revision to go on from. */
  async #watch(from: string): Promise<string> {
    let revision = from;
    const query = { resourceVersion: from, allowWatchBookmarks: 'true' };
    const events = this.client.watch(this.#selection, query, this.#abort.signal);
    for await (const { type, object } of events) {
      if (type === 'ERROR') throw failureOf(object);
      revision = object.metadata.resourceVersion ?? revision;
      if (type === 'DELETED') this.#remove(keyOf(object), object);
      else if (type !== 'BOOKMARK') this.#put(object);
    }
    return revision;
  }

  #put(object: Item): void {
    const key = keyOf(object);
    let old = this.#items.get(key);
    if (old !== undefined && old.metadata.uid !== object.metadata.uid) {
      this.#remove(key, old);
      old = undefined;
    }
    if (old?.metadata.resourceVersion === object.metadata.resourceVersion && old !== undefined) return;
    this.#items.set(key, object);
    for (const index of this.#indexes.values()) index.put(key, object);
    for (const handler of this.#handlers) {
      if (old === undefined) handler.onAdd?.(object);
      else handler.onUpdate?.(old, object);
    }
  }

  #remove(key: string, object: Item): void {
    if (!this.#items.delete(key)) return;
    for (const index of this.#indexes.values()) index.remove(key);
    for (const handler of this.#handlers) handler.onDelete?.(object);
  }
}

class Index<Item> {
  readonly #keysOf: (object: Item) => readonly string[];
  readonly #members = new Map<string, Map<string, Item>>();
  readonly #places = new Map<string, readonly string[]>();

  constructor(keysOf: (object: Item) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  put(key: string, object: Item): void {
    this.remove(key);
    const places = this.#keysOf(object);
    this.#places.set(key, places);
    for (const place of places) {
      const members = this.#members.get(place) ?? new Map<string, Item>();
      members.set(key, object);
      this.#members.set(place, members);
    }
  }

  remove(key: string): void {
    for (const place of this.#places.get(key) ?? []) {
      const members = this.#members.get(place);
      members?.delete(key);
      if (members?.size === 0) this.#members.delete(place);
    }
    this.#places.delete(key);
  }

  get(place: string): Item[] {
    return [...(this.#members.get(place)?.values() ?? [])];
  }
}

function failureOf(object: unknown): Error {
  const {
    code = 500,
    reason,
    message = 'the watch failed',
  } = object as {
    code?: number;
    reason?: string;
    message?: string;
  };
  return new StatusError(code, reason, message);
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
