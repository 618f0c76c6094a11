import type { Now } from '../../base/clock/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import type { KubeObject } from '../meta/index.ts';
import { Collection, keyOf } from './collection.ts';
import type {
  Change,
  Decision,
  ListOptions,
  ListResult,
  Place,
  Store,
  Stored,
  Watcher,
  WriteResult,
} from './contract.ts';
import { type Contents, type Disk, noDisk, openDisk } from './disk.ts';
import { storeErrors } from './errors.ts';
import { History } from './history.ts';
import { type Objects, Past } from './past.ts';
import type { Row } from './rows.ts';
import { parsed, Unread } from './unread.ts';

export interface StoreOptions {
  /** The file; without one the state lives in memory only. */
  readonly path?: string | undefined;
  /** How long history is kept, in milliseconds. */
  readonly keep?: number;
  /** Milliseconds since 1970. */
  readonly now: Now;
  /** The most pages of 4 KiB that the file may have. */
  readonly pages?: number;
}

/** As long as etcd keeps it under a Kubernetes API server. */
const fiveMinutes = 5 * 60_000;
/** How often watchers are told how far the store is, at least. */
const mostBetweenTicks = 10_000;
/** Changes that are taken off the disk by one transaction. */
const compactedAtOnce = 5000;

const ignore = (): void => {};

/**
 * Opens the state of a cluster.
 * @throws `store-locked`, `store-newer`, `store-damaged`, `store-unavailable`.
 */
export async function openStore(options: StoreOptions): Promise<CompactingStore> {
  const { path, keep = fiveMinutes, now, pages } = options;
  if (path === undefined) return new MemoryStore(noDisk, { rows: [], compacted: 0 }, keep, now);
  const { disk, contents } = await openDisk(path, pages);
  return new MemoryStore(disk, contents, keep, now);
}

/** A store that can be told to forget its history, and to write a copy of itself. */
export interface CompactingStore extends Store {
  /** Forgets history up to a revision, by default all of it. */
  compact(through?: number): Promise<void>;
  /** Writes a copy of the file that is whole in itself. */
  backup(file: string): Promise<void>;
}

/** A write on its way to the disk. */
interface Pending {
  readonly row: Row;
  readonly change: Change;
  readonly result: WriteResult;
  readonly settle: PromiseWithResolvers<WriteResult>;
}

interface Following {
  readonly watcher: Watcher;
  /** Changes up to here it has had. */
  readonly after: number;
}

class MemoryStore implements CompactingStore {
  readonly #disk: Disk;
  readonly #keep: number;
  readonly #now: Now;
  readonly #collections = new Map<string, Collection>();
  readonly #history: History;
  readonly #following = new Map<string, Set<Following>>();
  /** The newest state of places with writes on their way; undefined: removed. */
  readonly #newest = new Map<
    string,
    { stored: Stored | undefined; revision: number; written: Promise<unknown> }
  >();
  readonly #timer: NodeJS.Timeout;
  #queue: Pending[] = [];
  #writing: Promise<void> | undefined;
  #compacting: Promise<void> = Promise.resolve();
  #issued = 0;
  #revision = 0;
  #closed = false;

  constructor(disk: Disk, contents: Contents, keep: number, now: Now) {
    this.#disk = disk;
    this.#keep = keep;
    this.#now = now;
    this.#history = new History(contents.compacted);
    this.#load(contents);
    // A revision is never 0: clients take that for "any".
    this.#revision = Math.max(this.#revision, contents.compacted, 1);
    this.#issued = this.#revision;
    this.#timer = setInterval(() => this.#tick(), Math.min(keep / 2, mostBetweenTicks)).unref();
  }

  get revision(): number {
    return this.#revision;
  }

  get oldest(): number {
    return this.#history.oldest;
  }

  get(place: Place): Stored | undefined {
    return this.#collections.get(place.resource)?.get(place);
  }

  count(resource: string): number {
    return this.#collections.get(resource)?.size ?? 0;
  }

  list(resource: string, { namespace, limit, after, at, where }: ListOptions = {}): ListResult {
    const objects = this.#objects(resource, at);
    const revision = at ?? this.#revision;
    const first = after && keyOf(after);
    const items: Stored[] = [];
    let more = false;
    for (const stored of objects.from(namespace, first)) {
      if (where?.(stored.object) === false) continue;
      more = items.length === limit;
      if (more) break;
      items.push(stored);
    }
    const last = items.at(-1);
    if (!more || last === undefined) return { items, revision };
    const remaining = where === undefined ? objects.count(namespace, first) - items.length : undefined;
    return { items, revision, next: last.place, ...(remaining !== undefined && { remaining }) };
  }

  #objects(resource: string, at: number | undefined): Objects {
    const now = this.#collections.get(resource) ?? new Collection();
    if (at === undefined || at >= this.#revision) return now;
    return new Past(this.#history.after(resource, at), now);
  }

  write(
    place: Place,
    decide: (current: Stored | undefined, nextRevision: number) => Decision,
  ): Promise<WriteResult> {
    if (this.#closed) return Promise.reject(storeErrors.make['store-closed']('The store is closing.'));
    const key = `${place.resource} ${keyOf(place)}`;
    const known = this.#newest.get(key);
    const current = known === undefined ? this.get(place) : known.stored;
    let decision: Decision;
    try {
      decision = decide(current, this.#issued + 1);
    } catch (error) {
      return Promise.reject(error);
    }
    if ('keep' in decision || ('remove' in decision && current === undefined)) {
      const kept = { stored: current, changed: false };
      // What was decided on is not to be seen before it is written: who looks again must see it, or would decide the same for ever.
      return known === undefined ? Promise.resolve(kept) : known.written.then(() => kept);
    }
    return this.#enqueue(place, key, decision, current);
  }

  #enqueue(
    place: Place,
    key: string,
    decision: Exclude<Decision, { keep: true }>,
    current: Stored | undefined,
  ): Promise<WriteResult> {
    const revision = ++this.#issued;
    const removed = 'remove' in decision;
    const base = removed ? (current as Stored).object : decision.write;
    const stored: Stored = { place, object: withRevision(base, revision), revision };
    const type = removed ? 'deleted' : current === undefined ? 'added' : 'modified';
    const value = removed ? null : JSON.stringify(stored.object);
    const change: Change = { type, stored, ...(current !== undefined && { previous: current }) };
    const settle = Promise.withResolvers<WriteResult>();
    this.#newest.set(key, { stored: removed ? undefined : stored, revision, written: settle.promise });
    this.#queue.push({
      row: { revision, ...place, value, time: this.#now() },
      change,
      result: { stored, changed: true },
      settle,
    });
    this.#writing ??= this.#drain();
    return settle.promise;
  }

  /** Writes what has gathered, as one transaction, again and again. */
  async #drain(): Promise<void> {
    // Writes decided in the same turn go together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#disk.append(batch.map(pending => pending.row));
      } catch (error) {
        this.#fail(batch, error);
        continue;
      }
      for (const pending of batch) this.#apply(pending);
    }
    this.#writing = undefined;
    const { excess } = this.#history;
    if (excess !== undefined) void this.compact(excess).catch(ignore);
  }

  #apply({ row, change, result, settle }: Pending): void {
    const { place } = change.stored;
    const key = `${place.resource} ${keyOf(place)}`;
    if (this.#newest.get(key)?.revision === row.revision) this.#newest.delete(key);
    this.#put(change);
    this.#revision = row.revision;
    this.#history.add(change, row.time, row.value?.length ?? 0);
    for (const { watcher, after } of this.#following.get(place.resource) ?? []) {
      // One that began to watch while this change was told has had it from history.
      if (row.revision > after) watcher.onChange(change);
    }
    settle.resolve(result);
  }

  /** A batch that the disk did not take fails with everything that was decided on top of it. */
  #fail(batch: readonly Pending[], cause: unknown): void {
    const all = [...batch, ...this.#queue];
    this.#queue = [];
    this.#newest.clear();
    const text = `The disk does not take writes: ${messageOf(cause)}.`;
    for (const { settle } of all) settle.reject(storeErrors.make['store-unavailable'](text, { cause }));
  }

  #put({ type, stored }: Change): void {
    const { resource } = stored.place;
    let collection = this.#collections.get(resource);
    if (collection === undefined) this.#collections.set(resource, (collection = new Collection()));
    if (type === 'deleted') collection.remove(stored.place);
    else collection.put(stored);
  }

  /** What the file holds: rows in order, of which the last of each place is its state. */
  #load({ rows, compacted }: Contents): void {
    const states = new Map<string, Map<string, Stored>>();
    const shared = sharing();
    for (const { revision, resource, namespace, name, value, time } of rows) {
      let state = states.get(resource);
      if (state === undefined) states.set(resource, (state = new Map()));
      const place = { resource: shared(resource), namespace: shared(namespace), name };
      const key = keyOf(place);
      const previous = state.get(key);
      const change = changeOf(place, revision, value, previous);
      if (change === undefined) continue;
      if (value === null) state.delete(key);
      else state.set(key, change.stored);
      if (revision > compacted) this.#history.add(change, time, value?.length ?? 0);
    }
    for (const [resource, state] of states) this.#collections.set(resource, new Collection(state));
    this.#revision = rows.at(-1)?.revision ?? 0;
  }

  watch(resource: string, after: number, watcher: Watcher): () => void {
    if (this.#closed) throw storeErrors.make['store-closed']('The store is closing.');
    const missed = this.#history.after(resource, after);
    const following: Following = { watcher, after: Math.max(after, this.#revision) };
    let all = this.#following.get(resource);
    if (all === undefined) this.#following.set(resource, (all = new Set()));
    all.add(following);
    for (const change of missed) watcher.onChange(change);
    return () => void all.delete(following);
  }

  #tick(): void {
    for (const all of this.#following.values()) {
      for (const { watcher } of all) watcher.onProgress?.(this.#revision);
    }
    const through = this.#history.revisionAt(this.#now() - this.#keep);
    // What a disk does not take away now is taken away later.
    if (through > this.#history.oldest) void this.compact(through).catch(ignore);
  }

  compact(through = this.#revision): Promise<void> {
    const next = this.#compacting.catch(ignore).then(() => this.#compact(Math.min(through, this.#revision)));
    this.#compacting = next;
    next.catch(ignore);
    return next;
  }

  /** Piece by piece, so that writes are not held up for long; what the disk still has is not forgotten in memory. */
  async #compact(through: number): Promise<void> {
    while (this.#history.oldest < through) {
      const changes = this.#history.upTo(through, compactedAtOnce);
      const last = changes.length < compactedAtOnce ? through : (changes.at(-1) as Change).stored.revision;
      await this.#disk.compact(last, needless(changes));
      this.#history.forget(last);
    }
  }

  backup(file: string): Promise<void> {
    return this.#disk.backup(file);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#writing;
    await this.#compacting.catch(ignore);
    for (const all of this.#following.values()) for (const { watcher } of all) watcher.onEnd?.();
    await this.#disk.close();
  }
}

/** Gives of equal texts always the same one: many rows say the same, each in memory of its own. */
function sharing(): (text: string) => string {
  const texts = new Map<string, string>();
  return text => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
}

/** The change that a row of the file tells; undefined when it removes what is not there. */
function changeOf(
  place: Place,
  revision: number,
  value: string | null,
  previous: Stored | undefined,
): Change | undefined {
  if (value === null) {
    if (previous === undefined) return undefined;
    const stored = new Unread(place, revision, () => withRevision(previous.object, revision));
    return { type: 'deleted', stored, previous };
  }
  const stored = new Unread(place, revision, () => parsed(value, place, revision));
  return previous === undefined ? { type: 'added', stored } : { type: 'modified', stored, previous };
}

/** Revisions that nobody asks for once changes are forgotten: what they replaced, and removals themselves. */
function needless(changes: readonly Change[]): number[] {
  const revisions: number[] = [];
  for (const { type, stored, previous } of changes) {
    if (previous !== undefined) revisions.push(previous.revision);
    if (type === 'deleted') revisions.push(stored.revision);
  }
  return revisions;
}

/** The same object under a revision; the field keeps its place among the others. */
function withRevision(object: KubeObject, revision: number): KubeObject {
  const resourceVersion = `${revision}`;
  const { metadata } = object;
  if (Object.hasOwn(metadata, 'resourceVersion')) {
    return { ...object, metadata: { ...metadata, resourceVersion } };
  }
  const { name, generateName, namespace, uid, ...rest } = metadata;
  const named = { name, generateName, namespace, uid, resourceVersion };
  const first = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...object, metadata: { ...Object.fromEntries(first), ...rest } };
}
